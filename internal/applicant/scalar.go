package applicant

import (
	"encoding/json"
	"errors"
	"io"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
)

// The faults of an input. None of them quotes the input.
var (
	ErrEnum        = errors.New("applicant: not a value of the enum")
	ErrDate        = errors.New("applicant: not a date like 2026-11-22")
	ErrDateTime    = errors.New("applicant: not a time after RFC 3339")
	ErrPhoneNumber = errors.New("applicant: not a phone number in E.164")
	ErrEmail       = errors.New("applicant: not an e-mail address")
)

// Date is a day of the calendar.
type Date struct{ time.Time }

// ParseDate reads a date like 2026-11-22, or fails with [ErrDate].
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, ErrDate
	}
	return Date{t}, nil
}

// MarshalJSON writes the date like "2026-11-22".
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.Format(time.DateOnly)) }

// UnmarshalJSON reads a date like "2026-11-22", or fails with [ErrDate].
func (d *Date) UnmarshalJSON(b []byte) (err error) {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return ErrDate
	}
	*d, err = ParseDate(s)
	return err
}

// Scan reads a date column, which the driver gives as a time.
func (d *Date) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return ErrDate
	}
	d.Time = t
	return nil
}

// MarshalGQL writes the date like "2026-11-22".
func (d Date) MarshalGQL(w io.Writer) { writeText(w, d.Format(time.DateOnly)) }

// UnmarshalGQL reads a date like "2026-11-22", or fails with [ErrDate].
func (d *Date) UnmarshalGQL(v any) (err error) {
	s, _ := v.(string)
	*d, err = ParseDate(s)
	return err
}

// DateTime is a moment, RFC 3339 in UTC.
type DateTime struct{ time.Time }

// Scan reads a timestamptz column, which the driver gives as a time.
func (t *DateTime) Scan(src any) error {
	moment, ok := src.(time.Time)
	if !ok {
		return ErrDateTime
	}
	t.Time = moment.UTC()
	return nil
}

// MarshalGQL writes the moment like "2026-11-22T09:30:00Z".
func (t DateTime) MarshalGQL(w io.Writer) { writeText(w, t.UTC().Format(time.RFC3339Nano)) }

// UnmarshalGQL reads a moment in any offset, or fails with [ErrDateTime].
func (t *DateTime) UnmarshalGQL(v any) error {
	s, _ := v.(string)
	moment, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || moment.UTC().Year() < 1 || moment.UTC().Year() > 9999 {
		return ErrDateTime
	}
	t.Time = moment.UTC()
	return nil
}

// PhoneNumber is a telephone number in E.164, such as +77710009998.
type PhoneNumber string

var e164 = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)

// ParsePhoneNumber reads a number in E.164 that exists in the numbering plan, or
// fails with [ErrPhoneNumber].
func ParsePhoneNumber(s string) (PhoneNumber, error) {
	if !e164.MatchString(s) {
		return "", ErrPhoneNumber
	}
	n, err := phonenumbers.Parse(s, "KZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", ErrPhoneNumber
	}
	return PhoneNumber(s), nil
}

// MarshalGQL writes the number.
func (p PhoneNumber) MarshalGQL(w io.Writer) { writeText(w, string(p)) }

// UnmarshalGQL reads a number, or fails with [ErrPhoneNumber].
func (p *PhoneNumber) UnmarshalGQL(v any) (err error) {
	s, _ := v.(string)
	*p, err = ParsePhoneNumber(s)
	return err
}

// Email is an e-mail address.
type Email string

// ParseEmail reads a bare address (RFC 5322 addr-spec with a domain of more than
// one label), or fails with [ErrEmail].
func ParseEmail(s string) (Email, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@'):], ".") {
		return "", ErrEmail
	}
	return Email(s), nil
}

// MarshalGQL writes the address.
func (e Email) MarshalGQL(w io.Writer) { writeText(w, string(e)) }

// UnmarshalGQL reads an address, or fails with [ErrEmail].
func (e *Email) UnmarshalGQL(v any) (err error) {
	s, _ := v.(string)
	*e, err = ParseEmail(s)
	return err
}

// Subjects is a list of subjects, as a column holds it.
type Subjects []Subject

// Scan reads a column of the type text[].
func (s *Subjects) Scan(src any) (err error) {
	*s, err = scanWords[Subject](src)
	return err
}

// GrantQuotas is a list of quotas, as a column holds it.
type GrantQuotas []GrantQuota

// Scan reads a column of the type text[].
func (q *GrantQuotas) Scan(src any) (err error) {
	*q, err = scanWords[GrantQuota](src)
	return err
}

// scanWords reads PostgreSQL's text form of an array of enum words, which need
// no quotes: {MATH,PHYSICS}.
func scanWords[W ~string](src any) ([]W, error) {
	rest, n, err := elements(src)
	if err != nil {
		return nil, err
	}
	words := make([]W, n)
	for i := range words {
		var word string
		word, rest, _ = strings.Cut(rest, ",")
		words[i] = W(word)
	}
	return words, nil
}

// Scores is a list of scores, as a column holds it.
type Scores []int32

// Scan reads a column of the type integer[]: {39,41}.
func (s *Scores) Scan(src any) error {
	rest, n, err := elements(src)
	if err != nil {
		return err
	}
	*s = make(Scores, n)
	for i := range *s {
		var digits string
		digits, rest, _ = strings.Cut(rest, ",")
		score, err := strconv.ParseInt(digits, 10, 32)
		if err != nil {
			return errArray
		}
		(*s)[i] = int32(score)
	}
	return nil
}

// errArray is returned for a column that is not an array of what it should be. It
// never quotes it.
var errArray = errors.New("applicant: not such an array")

// elements are the elements of PostgreSQL's text form of an array, with commas between
// them, and their number; none of them needs quotes.
func elements(src any) (text string, n int, err error) {
	b, ok := src.([]byte)
	if !ok || len(b) < 2 || b[0] != '{' || b[len(b)-1] != '}' {
		return "", 0, errArray
	}
	if text = string(b[1 : len(b)-1]); text != "" {
		n = strings.Count(text, ",") + 1
	}
	return text, n, nil
}

// writeText writes a text as JSON.
func writeText(w io.Writer, s string) {
	quoted, _ := json.Marshal(s) // no text fails
	_, _ = w.Write(quoted)
}
