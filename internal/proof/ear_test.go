package proof_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/sms"
)

// ear keeps the statements, the log lines and the codes that were sent since it was
// last asked. It can have a statement or a message fail as a driver or a gateway
// might, with words that quote what they were given.
type ear struct {
	mu         sync.Mutex
	statements []string
	args       []string
	log        bytes.Buffer
	code       string
	failing    failure
}

// failure is what goes wrong while an operation is answered.
type failure struct {
	at     int    // the statement, counted from 1; 0 for none
	words  string // that the error quotes
	panics bool   // the sender of messages panics, instead
}

func (f failure) some() bool { return f.at > 0 || f.panics }

// Before hears a statement.
func (e *ear) Before(ctx context.Context, query string, args ...any) (context.Context, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statements = append(e.statements, query)
	for _, a := range args {
		if b, ok := a.([]byte); ok {
			e.args = append(e.args, string(b))
			continue
		}
		e.args = append(e.args, fmt.Sprint(a))
	}
	if e.failing.at == len(e.statements) {
		return ctx, &pq.Error{
			Severity: "ERROR", Code: "23505", Message: "duplicate key " + e.failing.words, Detail: "Key (phone)=(" + e.failing.words + ") already exists.",
			Where: e.failing.words, Table: "applicant", Constraint: "applicant_phone_index_a_key",
		}
	}
	return ctx, nil
}

// After hears nothing.
func (e *ear) After(ctx context.Context, _ string, _ ...any) (context.Context, error) {
	return ctx, nil
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(p)
}

var sentCode = regexp.MustCompile(`\b[0-9]{6}\b`)

// Send hears the code of a message.
func (e *ear) Send(_ context.Context, m sms.Message) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failing.panics {
		panic(string(m.To) + " " + m.Text)
	}
	e.code = sentCode.FindString(m.Text)
	return nil
}

// fail has what is asked next fail.
func (e *ear) fail(f failure) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failing, e.code = f, ""
}

// take returns what was heard, and forgets it.
func (e *ear) take() (statements []string, args, log, code string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	statements, args, log, code = e.statements, strings.Join(e.args, "\n"), e.log.String(), e.code
	e.statements, e.args = nil, nil
	e.log.Reset()
	return statements, args, log, code
}
