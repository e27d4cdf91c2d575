// Package graph is GraphQL in and out: the plan of an operation, the directive
// that opens personal fields, the resolvers, and what a client sees of errors.
//
// An operation goes one way. [Handler] reads it from HTTP and bounds it;
// enforcement plans it and refuses what the rules alone refuse; the resolvers
// read what the plan lets through; openPersonal opens each value that its record
// allows; enforcement adds to the response what was withheld. The package knows
// no SQL.
package graph
