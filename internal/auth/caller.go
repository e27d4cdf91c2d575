package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"joo.kz/kelisim/internal/privacy"
)

// ErrUnknownClient is returned by [Clients] for an id that is not registered.
var ErrUnknownClient = errors.New("auth: unknown client")

// Clients is the register of the API's clients.
type Clients interface {
	// Client finds the client that a token names, or fails with [ErrUnknownClient];
	// with [ErrSessionEnded] where the session that the token names has ended.
	Client(ctx context.Context, token Claims) (Client, error)
}

// Client is one registration: a program that may call, for whom and what for.
type Client struct {
	ID            string
	Audience      privacy.Audience
	Purposes      []privacy.Purpose
	University    string // the ОВПО code of a university's client
	Abroad        string // the country, if not Kazakhstan, where it keeps what it reads: ISO 3166-1
	AgreementFrom *time.Time
	AgreementTo   *time.Time
	Disabled      bool
}

// Registered tells whether the client may read for a purpose.
func (c Client) Registered(p privacy.Purpose) bool { return slices.Contains(c.Purposes, p) }

// InForce tells whether the client's agreement is in force. The operator's own
// clients (app, site, operator) need none.
func (c Client) InForce(now time.Time) bool {
	if c.ForPerson() || c.Audience == privacy.Operator {
		return true
	}
	return c.AgreementFrom != nil && !now.Before(*c.AgreementFrom) &&
		(c.AgreementTo == nil || now.Before(*c.AgreementTo))
}

// ForPerson tells whether the client acts for a person who signed in.
func (c Client) ForPerson() bool {
	return c.Audience == privacy.App || c.Audience == privacy.Site
}

// Caller is who calls: a client and, for the app and the site, the person.
type Caller struct {
	Client

	User    string // the person's id; empty where no person signed in
	Session string // in which they signed in; empty for a token that was given out otherwise
}

// Known tells whether the caller is known well enough to read personal data.
func (c *Caller) Known() bool { return c != nil && (!c.ForPerson() || c.User != "") }

type callerKey struct{}

// WithCaller puts the caller of a request into its context.
func WithCaller(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf is the caller of a request; nil where it came without a token.
func CallerOf(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}
