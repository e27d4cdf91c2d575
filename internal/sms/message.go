package sms

import (
	"context"
	"fmt"

	"joo.kz/kelisim/internal/applicant"
)

// Sender sends messages.
type Sender interface {
	// Send sends a message, or hands it over to whoever will.
	Send(ctx context.Context, m Message) error
}

// Message is one short message. It never prints, logs or marshals to JSON as what
// it is.
type Message struct {
	To   applicant.PhoneNumber
	Text string
	// Key is the same when the same message is sent again, and of no other
	// message. It tells nothing of the person: gateways log it.
	Key string
}

const redacted = "[message]"

// Format prints none of the message, whatever the verb.
func (Message) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalJSON writes none of the message.
func (Message) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
