// Package sheet reads the sheets that the operator imports: CSV in UTF-8, whose
// first line names the columns, and each other line of which is a row about one
// person, named by their IIN: a result of the ENT, or an application for a grant.
//
// A row is read by the rules of package applicant. One that is not good is rejected:
// it is written to another sheet, with the columns and the reasons, and the work goes
// on. No error and no count of this package has a value of a row, or a word of the
// first line, which may be a row by mistake.
package sheet
