// Package auth tells who calls: from a bearer token (a JWT after RFC 9068) to
// the client that the database knows, and for the app and the site to the
// person who signed in. It is the only package that knows tokens.
package auth
