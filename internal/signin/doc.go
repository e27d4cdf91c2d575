// Package signin has what signing in by telephone stands on (clauses 3.1.1, 5.1.1):
// codes of one use, refresh tokens, and how often either may be tried. It keeps
// nothing: what it makes is stored as hashes, by internal/postgres.
//
// A telephone number is never stored before its code was right. It travels in the
// [Challenge], sealed, which the client that asked for the code brings back with it.
package signin
