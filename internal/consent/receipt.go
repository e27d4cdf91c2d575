package consent

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// ErrReceipt is returned for a receipt that lacks what the law asks of it, and
// for a signed one that is not one of ours as we signed it. It never quotes it.
var ErrReceipt = errors.New("consent: not a good receipt")

// Receipt is what the person keeps of a consent: what 94-V, art. 8 p. 4, asks a
// consent to contain, and what proves it (art. 25 p. 2 pp. 5). It has the
// person's name because it is shown to that person, so it prints, logs and
// marshals as nothing; only [Signer.Sign] writes it out.
type Receipt struct {
	ConsentID string
	PersonID  string // the person's id here
	FullName  Name   // pp. 2
	Operator  Party  // pp. 1
	Recipient Party  // the university; nobody, for a consent to the policy or a survey
	Abroad    string // ISO 3166-1 code of the country the recipient keeps its data in, if not Kazakhstan; pp. 5
	Uses      []Use  // pp. 7: a closed list
	Basis     privacy.Basis
	Scopes    Scopes                // pp. 4–6: what is not among them was not agreed to
	State     State                 // given or renewed
	At        time.Time             // when
	ExpiresAt time.Time             // pp. 3
	Notice    Notice                // what the person was shown
	Survey    *Survey               // and this, for a consent to a survey; nil for any other
	Withdraw  string                // how to withdraw, in the notice's language, or the address of a page that says so
	Channel   string                // the client through which it happened
	Evidence  string                // reference to what confirms it (art. 8 p. 1)
	Guardian  applicant.PhoneNumber // of the guardian who confirmed it with a code, if one did
}

// Name tells a person's full name to who calls it. Nothing prints it, where
// printing passes by the methods of a receipt (as %w does) neither.
type Name func() string

// NameOf keeps a full name.
func NameOf(full string) Name { return func() string { return full } }

// Party is an organisation. Its ID is the BIN of the operator, and of a
// university the code of the National Testing Centre (ОВПО).
type Party struct{ ID, Name, Address, Email string }

// Use is one purpose with all the categories that it may use.
type Use struct {
	Purpose    privacy.Purpose
	Categories privacy.Set
}

// Notice names the text that was accepted: a [Policy] without it.
type Notice struct {
	Version  int32
	Language applicant.Language
	URL      string
	SHA256   string
}

// Survey is the survey that a consent was given in (clause 4.8), in the notice's
// language: what for, and the list of what was asked (pp. 7), without any answer.
type Survey struct {
	ID      string
	Version int32
	SHA256  string // of the survey as it was published
	Title   string
	Purpose string
	Fields  []string
}

// redacted is what a receipt shows to everything but the signer.
const redacted = "[receipt]"

// String redacts.
func (Receipt) String() string { return redacted }

// GoString redacts.
func (Receipt) GoString() string { return redacted }

// Format redacts, whatever the verb.
func (Receipt) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue redacts.
func (Receipt) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON redacts.
func (Receipt) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
