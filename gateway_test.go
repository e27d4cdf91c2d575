package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// messages are what a gateway of short messages was asked to send.
type messages struct {
	mu   sync.Mutex
	last struct{ To, From, Text string }
	sent int
}

// gateway starts a real HTTP server that short messages are sent to.
func (s *script) gateway(ts *testscript.TestScript, args []string) error {
	status := http.StatusAccepted
	if len(args) > 0 {
		var err error
		if status, err = strconv.Atoi(args[0]); err != nil {
			return err
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.sent.mu.Lock()
		defer s.sent.mu.Unlock()
		s.sent.sent++
		if err := json.NewDecoder(r.Body).Decode(&s.sent.last); err != nil || r.Header.Get("Idempotency-Key") == "" {
			status = http.StatusBadRequest
		}
		w.WriteHeader(status)
	}))
	ts.Defer(server.Close)
	ts.Setenv("SMS_GATEWAY_URL", server.URL)
	return nil
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// sms prints the last message, with its code hidden, and how many there were.
func (s *script) sms(ts *testscript.TestScript, _ []string) error {
	s.sent.mu.Lock()
	defer s.sent.mu.Unlock()
	code := sixDigits.FindString(s.sent.last.Text)
	if code == "" {
		return errors.New("no message with a code was sent")
	}
	ts.Setenv("CODE", code)
	n, _ := strconv.Atoi(code)
	s.saved = append([]string{"WRONG_CODE", fmt.Sprintf("%06d", (n+1)%1_000_000)}, s.saved...)
	_, err := fmt.Fprintf(ts.Stdout(), "%d to %s from %s: %s\n", s.sent.sent, s.sent.last.To, s.sent.last.From, sixDigits.ReplaceAllString(s.sent.last.Text, "CODE"))
	return err
}
