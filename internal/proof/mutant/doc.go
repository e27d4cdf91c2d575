// Package mutant proves the tests: it breaks the enforcement on purpose, one way
// at a time, and sees that a test fails.
//
// A break is a file of testdata: what it means, the guarantee that it violates, the
// test that is expected to catch it, and for each place the lines as they are and
// as they become. A mutant is a copy of the tree with one break in it.
//
//   - [TestEveryBreakFits] keeps the breaks in step with the code: lines that are no
//     longer there, once and whole, are to be written anew;
//   - [TestEveryBreakIsCaught], which `make breaks` runs, makes the mutants.
package mutant
