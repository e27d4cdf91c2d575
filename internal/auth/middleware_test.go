package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

// openSession is the one session that has not ended.
const (
	openSession  = "00000000-0000-4000-8000-00000000000a"
	endedSession = "00000000-0000-4000-8000-00000000000b"
)

// register is a register of clients. One that is not there fails as failure says.
type register struct {
	clients map[string]auth.Client
	failure error
}

func (r register) Client(_ context.Context, token auth.Claims) (auth.Client, error) {
	c, known := r.clients[token.ClientID]
	switch {
	case !known:
		return auth.Client{}, r.failure
	case token.Session != "" && token.Session != openSession:
		return auth.Client{}, auth.ErrSessionEnded
	default:
		return c, nil
	}
}

func clients() map[string]auth.Client {
	return map[string]auth.Client{
		"university-013": {ID: "university-013", Audience: privacy.University, University: "013"},
		"app":            {ID: "app", Audience: privacy.App},
		"disabled":       {ID: "disabled", Audience: privacy.App, Disabled: true},
	}
}

// world is a server behind the middleware, which answers who calls.
type world struct {
	issuer
	url     string
	reached *atomic.Int64 // how many requests came through
	refused *atomic.Pointer[error]
}

func newWorld(t *testing.T, failure error) world {
	t.Helper()
	w := world{issuer: newIssuer(t), reached: &atomic.Int64{}, refused: &atomic.Pointer[error]{}}
	refuse := func(rw http.ResponseWriter, _ *http.Request, err error) {
		w.refused.Store(&err)
		rw.WriteHeader(http.StatusUnauthorized)
	}
	next := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.reached.Add(1)
		_, _ = rw.Write([]byte(describe(auth.CallerOf(r.Context()))))
	})
	server := httptest.NewServer(auth.Middleware(w.verifier(t), register{clients(), failure}, refuse, next))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func describe(c *auth.Caller) string {
	if c == nil {
		return "nobody"
	}
	return fmt.Sprintf("%s of %s for %q, known %t", c.ID, c.Audience, c.User, c.Known())
}

// call sends a request with Authorization headers and returns what is answered.
func (w world) call(t *testing.T, headers ...string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header["Authorization"] = headers
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

func TestMiddlewareTellsWhoCalls(t *testing.T) {
	w := newWorld(t, auth.ErrUnknownClient)
	for _, c := range []struct {
		name    string
		headers []string
		want    string
	}{
		{"no header", nil, "nobody"},
		{"university", []string{"Bearer " + w.good(t, object{"sub": nil})}, `university-013 of UNIVERSITY for "", known true`},
		{"university with a person", []string{"Bearer " + w.good(t, nil)}, `university-013 of UNIVERSITY for "", known true`},
		{"app", []string{"Bearer " + w.good(t, object{"client_id": "app"})}, `app of APP for "` + person + `", known true`},
		{"app without a person", []string{"Bearer " + w.good(t, object{"client_id": "app", "sub": nil})}, `app of APP for "", known false`},
		{"app in an open session", []string{"Bearer " + w.good(t, object{"client_id": "app", "sid": openSession})}, `app of APP for "` + person + `", known true`},
		{"scheme in lower case", []string{"bearer " + w.good(t, object{"client_id": "app"})}, `app of APP for "` + person + `", known true`},
		{"scheme in upper case", []string{"BEARER " + w.good(t, object{"client_id": "app"})}, `app of APP for "` + person + `", known true`},
	} {
		status, body := w.call(t, c.headers...)
		if status != http.StatusOK || body != c.want {
			t.Errorf("%s: %d %s, want %s", c.name, status, body, c.want)
		}
	}
}

// TestMiddlewareRefuses: nothing behind it sees the request.
func TestMiddlewareRefuses(t *testing.T) {
	w := newWorld(t, auth.ErrUnknownClient)
	good := "Bearer " + w.good(t, nil)
	for _, c := range []struct {
		name    string
		headers []string
		reason  string
	}{
		{"two headers", []string{good, good}, "TOKEN"},
		{"two headers, one empty", []string{good, ""}, "TOKEN"},
		{"two headers, one of another scheme", []string{"Basic dTpw", good}, "TOKEN"},
		{"Basic", []string{"Basic dTpw"}, "TOKEN"},
		{"empty header", []string{""}, "TOKEN"},
		{"scheme alone", []string{"Bearer"}, "TOKEN"},
		{"empty token", []string{"Bearer "}, "TOKEN"},
		{"token alone", []string{strings.TrimPrefix(good, "Bearer ")}, "TOKEN"},
		{"scheme and more", []string{"Bearers" + strings.TrimPrefix(good, "Bearer")}, "TOKEN"},
		{"two tokens", []string{good + " " + good}, "TOKEN"},
		{"two tokens in a list", []string{good + ", " + good}, "TOKEN"},
		{"a tab after the scheme", []string{strings.Replace(good, " ", "\t", 1)}, "TOKEN"},
		{"garbage", []string{"Bearer not.a.token"}, "TOKEN"},
		{"forged", []string{"Bearer " + token(t, edHeader(), goodClaims(), edDSA(w.other))}, "TOKEN"},
		{"expired", []string{"Bearer " + w.good(t, object{"exp": now().Add(-time.Hour).Unix()})}, "TOKEN_EXPIRED"},
		{"disabled client", []string{"Bearer " + w.good(t, object{"client_id": "disabled"})}, "CLIENT"},
		{"ended session", []string{"Bearer " + w.good(t, object{"client_id": "app", "sid": endedSession})}, "SESSION_ENDED"},
		{"unknown client", []string{"Bearer " + w.good(t, object{"client_id": "stranger"})}, "CLIENT"},
	} {
		status, body := w.call(t, c.headers...)
		if status != http.StatusUnauthorized || body != "" {
			t.Errorf("%s: %d %s", c.name, status, body)
			continue
		}
		if err := *w.refused.Load(); auth.Reason(err) != c.reason || !auth.Unauthenticated(err) {
			t.Errorf("%s: %s (%v), want %s", c.name, auth.Reason(err), err, c.reason)
		}
	}
	if n := w.reached.Load(); n != 0 {
		t.Errorf("%d requests came through", n)
	}
}

// TestMiddlewareTellsAFailureFromAStranger: a register that cannot be read refuses
// the caller, who is not to blame.
func TestMiddlewareTellsAFailureFromAStranger(t *testing.T) {
	failure := errors.New("connection refused")
	w := newWorld(t, failure)
	if status, _ := w.call(t, "Bearer "+w.good(t, object{"client_id": "stranger"})); status != http.StatusUnauthorized {
		t.Fatalf("%d: not refused", status)
	}
	if err := *w.refused.Load(); auth.Unauthenticated(err) || !errors.Is(err, failure) {
		t.Errorf("%v: unauthenticated %t", err, auth.Unauthenticated(err))
	}
	if n := w.reached.Load(); n != 0 {
		t.Errorf("%d requests came through", n)
	}
}

func TestUnauthenticatedIsTheCallersFault(t *testing.T) {
	for err, want := range map[error]bool{
		auth.ErrToken: true, auth.ErrTokenExpired: true, auth.ErrUnknownClient: true, auth.ErrSessionEnded: true,
		fmt.Errorf("looked up: %w", auth.ErrUnknownClient): true,
		context.DeadlineExceeded:                           false, auth.ErrSigningKey: false,
	} {
		if auth.Unauthenticated(err) != want {
			t.Errorf("%v: %t, want %t", err, !want, want)
		}
	}
	if auth.Unauthenticated(nil) {
		t.Error("no error is the caller's fault")
	}
}
