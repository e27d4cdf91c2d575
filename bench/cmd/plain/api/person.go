// Package api is plain gqlgen, as its users have it: resolvers for the root fields,
// models that gqlgen makes, and a directive that asks for consent, or does not.
package api

// Person is whose data an object holds, for which university; nil University: for
// themselves.
type Person struct {
	User       string
	University string
}

// Owned is an object that holds one person's data.
type Owned interface{ Owner() *Person }

// Owner is whose data it is.
func (u *User) Owner() *Person { return u.Who }

// Owner is whose data it is.
func (r *EntResult) Owner() *Person { return r.Who }

// Owner is whose data it is.
func (s *SubjectScore) Owner() *Person { return s.Who }

// Owner is whose data it is.
func (g *GrantApplication) Owner() *Person { return g.Who }

// Owner is whose data it is.
func (c *GrantChoice) Owner() *Person { return c.Who }
