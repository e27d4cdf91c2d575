package sms

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"joo.kz/kelisim/internal/applicant"
)

// Printer prints messages instead of sending them: for kelisim demo, whose
// numbers are nobody's. It is safe for concurrent use.
type Printer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewPrinter makes a printer to w.
func NewPrinter(w io.Writer) *Printer { return &Printer{w: w} }

// Send prints the message as one line, its number masked. It fails as the writer
// does.
func (p *Printer) Send(_ context.Context, m Message) error {
	line := fmt.Sprintf("SMS to %s: %s\n", masked(m.To), strings.Join(strings.Fields(m.Text), " "))
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := io.WriteString(p.w, line)
	return err
}

// masked is the number as a reader of masked phones sees it.
func masked(to applicant.PhoneNumber) string {
	return "+7 *** *** ** " + string(to[max(0, len(to)-2):])
}
