package auth

import (
	"context"
	"errors"
	"net/http"
)

// Refuse answers a request that goes no further: with 401 for [ErrToken],
// [ErrTokenExpired] and [ErrUnknownClient], with 503 for any other error.
type Refuse func(w http.ResponseWriter, r *http.Request, err error)

// Middleware identifies the caller of each request before next sees it. A
// request without a token passes as nobody's; one with a bad token, or of a
// client that is unknown or disabled, is refused.
func Middleware(v Verifier, clients Clients, refuse Refuse, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, present, err := bearer(r.Header.Values("Authorization"))
		if !present {
			next.ServeHTTP(w, r)
			return
		}
		var caller *Caller
		if err == nil {
			caller, err = identify(r.Context(), v, clients, token)
		}
		if err != nil {
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithCaller(r.Context(), caller)))
	})
}

func identify(ctx context.Context, v Verifier, clients Clients, token string) (*Caller, error) {
	claims, err := v.Verify(ctx, token)
	if err != nil {
		return nil, err
	}
	client, err := clients.Client(ctx, claims)
	if err != nil {
		return nil, err
	}
	if client.Disabled {
		return nil, ErrUnknownClient
	}
	caller := &Caller{Client: client}
	if client.ForPerson() {
		caller.User, caller.Session = claims.Subject, claims.Session
	}
	return caller, nil
}

// Unauthenticated tells whether an error of the middleware means that the
// caller is not known, and not that something failed here.
func Unauthenticated(err error) bool {
	return errors.Is(err, ErrToken) || errors.Is(err, ErrUnknownClient)
}

// Reason is a word for why a caller is not known.
func Reason(err error) string {
	switch {
	case errors.Is(err, ErrTokenExpired):
		return "TOKEN_EXPIRED"
	case errors.Is(err, ErrSessionEnded):
		return "SESSION_ENDED"
	case errors.Is(err, ErrUnknownClient):
		return "CLIENT"
	default:
		return "TOKEN"
	}
}
