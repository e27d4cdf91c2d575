// Package proof attacks the API with machines, to show that it gives nothing away.
//
// Its tests make a database in which every value is recognisable, generate
// operations over the whole schema, and look for what should not be there:
//
//   - [TestNothingLeaks] searches every answer, log line and statement for canaries,
//     and compares what is shown, field by field, with an oracle that reads the
//     policy's table naively and shares no code with internal/privacy;
//   - [TestWhatMustBeRefusedIs] and its neighbours ask for all that
//     testdata/conformance.tsv refuses, by each route and in each form;
//   - [TestTwinsAnswerAlike] asks two databases that differ only in what the reader
//     may not see, and compares the answers byte by byte (G4);
//   - [TestHistoriesOfConsent] compares what everybody sees with a naive model, after
//     each step of random histories of consents;
//   - [TestConsentIsLinearizable] checks what is answered to deeds done at once (G6).
//
// What is to be attacked later joins by a field of world (a value with its
// category), a state of a person (states), or another search (leaks).
package proof
