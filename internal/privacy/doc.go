// Package privacy is the kernel of Kelisim: which reader may see which category
// of whose data, for which purpose, on which basis. It is pure: it reads no
// database, no clock and no request, and whatever it does not know it denies.
//
// The rules are those of the privacy policy, written as @allow and @implies in
// schema.graphqls and generated into this package. From them
//
//   - [Decide] tells what an audience may read for a purpose at all;
//   - [Decision.Record] tells what of one person's record it may open, given
//     what the database says of that person's consent;
//   - [Open] opens one sealed value of that record, in full or masked.
//
// Values of personal data travel as [Sealed], which gives nothing away until it
// has been opened.
package privacy
