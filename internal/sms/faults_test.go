package sms_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"joo.kz/kelisim/internal/sms"
)

// fault sends, checks that the error is of the kind wanted, that it came in time
// and that it tells nothing, and returns it.
func fault(ctx context.Context, t *testing.T, s *sms.Gateway, want error) error {
	t.Helper()
	begin := time.Now()
	err := s.Send(ctx, message())
	if !errors.Is(err, want) || errors.Is(err, sms.ErrRefused) == errors.Is(err, sms.ErrUnavailable) {
		t.Fatalf("%v, want %v", err, want)
	}
	if took := time.Since(begin); took > 1500*time.Millisecond {
		t.Errorf("took %s", took)
	}
	for _, hidden := range []string{"77710009998", "482913", "код", secret, "/send", "sign-in:"} {
		if strings.Contains(err.Error(), hidden) {
			t.Errorf("%q tells %s", err, hidden)
		}
	}
	return err
}

func TestRefusedAtOnce(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 413, 422, 301, 302, 303, 307, 308} {
		g := newGateway(t, status, 200)
		_ = fault(t.Context(), t, g.sender(t, quick()), sms.ErrRefused)
		if len(g.asked) != 1 {
			t.Errorf("%d: %d attempts", status, len(g.asked))
		}
	}
}

// TestRedirectIsNotFollowed: the message is for the gateway alone.
func TestRedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		elsewhere, g := newGateway(t, 200), newGateway(t, status)
		g.header.Set("Location", elsewhere.URL)
		_ = fault(t.Context(), t, g.sender(t, quick()), sms.ErrRefused)
		if len(elsewhere.asked) != 0 || len(g.asked) != 1 {
			t.Errorf("%d: followed %d times after %d attempts", status, len(elsewhere.asked), len(g.asked))
		}
	}
}

func TestUnavailableAfterTheLastRetry(t *testing.T) {
	for _, c := range []struct{ status, retries, want int }{{500, 0, 4}, {503, 1, 2}, {429, 2, 3}, {501, 0, 1}} {
		g := newGateway(t, c.status)
		o := quick()
		o.Retries = c.retries
		err := fault(t.Context(), t, g.sender(t, o), sms.ErrUnavailable)
		if len(g.asked) != c.want || !strings.HasSuffix(err.Error(), fmt.Sprint("status ", c.status)) {
			t.Errorf("%d: %d attempts, want %d: %v", c.status, len(g.asked), c.want, err)
		}
	}
}

// TestTimeoutIsOfAllAttempts, be it spent on an answer or on waiting.
func TestTimeoutIsOfAllAttempts(t *testing.T) {
	silent := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-silent }))
	t.Cleanup(func() { close(silent); server.Close() })
	busy := newGateway(t, 429)
	busy.header.Set("Retry-After", "3600")
	for _, g := range []*gateway{{Server: server}, busy} {
		err := fault(t.Context(), t, g.sender(t, sms.GatewayOptions{Timeout: 300 * time.Millisecond}), sms.ErrUnavailable)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}
	if len(busy.asked) != 1 {
		t.Errorf("%d attempts", len(busy.asked))
	}
}

func TestUnavailableWhileDown(t *testing.T) {
	g := newGateway(t, 200)
	g.Close()
	err := fault(t.Context(), t, g.sender(t, quick()), sms.ErrUnavailable)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
}

// TestBrokenConnectionIsTriedAgain: the gateway may or may not have the message.
func TestBrokenConnectionIsTriedAgain(t *testing.T) {
	g := newGateway(t, 200)
	broken := 0
	g.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken++; broken <= 2 {
			panic(http.ErrAbortHandler)
		}
		g.ServeHTTP(w, r)
	})
	if err := g.sender(t, quick()).Send(t.Context(), message()); err != nil || len(g.asked) != 1 {
		t.Errorf("%v after %d messages", err, len(g.asked))
	}
}

// TestNonsenseIsNotQuoted: what answers may be no gateway, and echo the message.
func TestNonsenseIsNotQuoted(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("+77710009998 482913\r\n\r\n"))
			_ = c.Close()
		}
	}()
	g := &gateway{Server: &httptest.Server{URL: "http://" + listener.Addr().String()}}
	_ = fault(t.Context(), t, g.sender(t, quick()), sms.ErrUnavailable)
}

func TestContextEndsTheSending(t *testing.T) {
	g := newGateway(t, 500)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	for range 2 { // while it waits, and before it begins
		err := fault(ctx, t, g.sender(t, sms.GatewayOptions{}), sms.ErrUnavailable)
		if !errors.Is(err, context.Canceled) || len(g.asked) != 1 {
			t.Errorf("%v after %d attempts", err, len(g.asked))
		}
	}
}

func TestNothingIsSentWithoutTheToken(t *testing.T) {
	g := newGateway(t, 200)
	o := quick()
	o.TokenFile = filepath.Join(t.TempDir(), "none")
	if err := fault(t.Context(), t, g.sender(t, o), sms.ErrUnavailable); !errors.Is(err, os.ErrNotExist) || len(g.asked) != 0 {
		t.Errorf("%v after %d attempts", err, len(g.asked))
	}
}

func TestNothingIsSentWithoutAKey(t *testing.T) {
	g := newGateway(t, 200)
	for _, key := range []string{"", "a b", `a"`, "a\r\nX: b", "ключ", strings.Repeat("a", 256)} {
		m := message()
		m.Key = key
		if err := g.sender(t, quick()).Send(t.Context(), m); err == nil || len(g.asked) != 0 || strings.Contains(err.Error(), "ключ") {
			t.Errorf("%v after %d attempts", err, len(g.asked))
		}
	}
}

// TestNothingIsLogged, of the attempts that another test makes in a process of its
// own.
func TestNothingIsLogged(t *testing.T) {
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestUnavailableAfterTheLastRetry$")
	out, err := command.CombinedOutput()
	if err != nil || strings.Contains(string(out), "127.0.0.1") || !strings.HasPrefix(string(out), "PASS") {
		t.Errorf("%v: %s", err, out)
	}
}
