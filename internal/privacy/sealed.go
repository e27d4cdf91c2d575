package privacy

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

var (
	// ErrWithheld is returned where a value may not be opened.
	ErrWithheld = errors.New("privacy: withheld")
	// ErrSealed is returned where a sealed value is put to a use that would show it.
	ErrSealed = errors.New("privacy: a sealed value cannot be used so")
)

// redacted is what a sealed value shows to everything but a response.
const redacted = "[sealed]"

// Value is a sealed value, of whatever type. Only this package has such.
type Value interface {
	open(context.Context, Treatment, Category) error
}

// Open opens a value of a record, in full or masked as the record allows for
// its category, and fails with [ErrWithheld] where it allows neither. A value
// that was locked is unlocked here and not before; where that fails, the value
// stays sealed.
func Open(ctx context.Context, r *Record, c Category, v Value) error {
	t, ok := r.Treatment(c)
	if !ok {
		return ErrWithheld
	}
	return v.open(ctx, t, c)
}

// Sealed holds one personal value. Until [Open] has opened it, it answers a
// response with null; it never prints, logs, marshals to JSON or goes to a
// database as what it is, opened or not, and no two of them compare as equal.
type Sealed[T any] struct {
	// get holds the value where no printing and no comparison follows: == does
	// not compile, reflect.DeepEqual is false, and fmt, where it passes by the
	// methods of a value (as it does for a misplaced %w), prints an address. It may
	// hold others too: this one is at a place of it.
	get func(at int32) *T
	// unlock brings the value where get does not have it yet.
	unlock func(ctx context.Context, at int32) error

	mu    sync.Mutex // of get and unlock, while the value is being opened
	at    int32
	shown atomic.Uint32
}

// How a value is shown: unopened, or a Treatment, with the category whose mask
// applies in the next byte; or public, which stays as it is.
const (
	unopened     = 0
	public       = 1<<16 | uint32(Full)
	categoryByte = 8
)

func treatment(shown uint32) Treatment { return Treatment(shown & 0xff) }

func category(shown uint32) Category { return Category(shown >> categoryByte & 0xff) }

// Seal seals a value.
func Seal[T any](v T) *Sealed[T] { return &SealEach([]T{v})[0] }

// SealEach seals values one by one, at the cost of one; they are the function's from
// now on.
func SealEach[T any](values []T) []Sealed[T] {
	get := func(at int32) *T { return &values[at] }
	all := make([]Sealed[T], len(values))
	for i := range all {
		all[i].get, all[i].at = get, int32(i)
	}
	return all
}

// Lock seals a value that is kept elsewhere, or as ciphertext: unlock brings it,
// once at most, when it is opened.
func Lock[T any](unlock func(context.Context) (T, error)) *Sealed[T] {
	return &LockEach(1, func(ctx context.Context, _ int32) (T, error) { return unlock(ctx) })[0]
}

// LockEach seals n values as [Lock] does, at the cost of one: unlock brings that at a
// place.
func LockEach[T any](n int, unlock func(ctx context.Context, at int32) (T, error)) []Sealed[T] {
	values := make([]T, n)
	bring := func(ctx context.Context, at int32) (err error) {
		values[at], err = unlock(ctx, at)
		return err
	}
	all := SealEach(values)
	for i := range all {
		all[i].unlock = bring
	}
	return all
}

// Public holds a value that is nobody's personal data, such as a code of the
// catalogue, in the type that elsewhere seals it.
func Public[T any](v T) *Sealed[T] {
	s := Seal(v)
	s.shown.Store(public)
	return s
}

func (s *Sealed[T]) open(ctx context.Context, t Treatment, c Category) error {
	if s.shown.Load() == public {
		return nil
	}
	var zero T
	if _, text := any(zero).(string); t == Masked && !text {
		return ErrWithheld
	}
	if err := s.bring(ctx); err != nil {
		return err
	}
	s.shown.Store(uint32(t) | uint32(c)<<categoryByte)
	return nil
}

// bring makes sure that the value is here.
func (s *Sealed[T]) bring(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.get == nil {
		return ErrSealed
	}
	if s.unlock == nil {
		return nil
	}
	err := s.unlock(ctx, s.at)
	if err == nil {
		s.unlock = nil
	}
	return err
}

// Reveal returns the value if it has been opened in full.
func (s *Sealed[T]) Reveal() (T, bool) {
	if treatment(s.shown.Load()) == Full {
		return *s.get(s.at), true
	}
	var zero T
	return zero, false
}

// MarshalGQL writes the value to a response as it has been opened: in full,
// masked, or as null if it has not been.
func (s *Sealed[T]) MarshalGQL(w io.Writer) {
	shown := s.shown.Load()
	switch treatment(shown) {
	case Full:
		write(w, s.get(s.at))
	case Masked:
		text, _ := any(*s.get(s.at)).(string)
		writeText(w, mask(category(shown), text))
	default:
		_, _ = io.WriteString(w, "null")
	}
}

// free is where what is written next may be put together.
func free(w io.Writer) []byte {
	if buffer, ok := w.(*bytes.Buffer); ok {
		return buffer.AvailableBuffer()
	}
	return nil
}

// writeText writes a text as encoding/json does, without its allocations where
// nothing is escaped.
func writeText(w io.Writer, text string) {
	if !isPlain(text) {
		writeMarshaled(w, text)
		return
	}
	_, _ = w.Write(append(append(append(free(w), '"'), text...), '"'))
}

// write writes a value as encoding/json does; words of the schema as texts.
func write[T any](w io.Writer, v *T) {
	switch v := any(v).(type) {
	case *string:
		writeText(w, *v)
	case *int32:
		_, _ = w.Write(strconv.AppendInt(free(w), int64(*v), 10))
	case json.Marshaler, encoding.TextMarshaler:
		writeMarshaled(w, v)
	default:
		if word := reflect.ValueOf(v).Elem(); word.Kind() == reflect.String {
			writeText(w, word.String())
			return
		}
		writeMarshaled(w, v)
	}
}

func writeMarshaled(w io.Writer, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte("null")
	}
	_, _ = w.Write(b)
}

// isPlain tells whether encoding/json would write a text as it is.
func isPlain(s string) bool {
	for _, r := range s {
		switch {
		case r < ' ', r == '"', r == '\\', r == '<', r == '>', r == '&', r == utf8.RuneError, r == '\u2028', r == '\u2029':
			return false
		}
	}
	return true
}

// UnmarshalGQL fails: giving one's data is not reading it, and inputs have types
// of their own.
func (s *Sealed[T]) UnmarshalGQL(any) error { return ErrSealed }

// Scan seals a column of a row. Its error never quotes the column's value.
func (s *Sealed[T]) Scan(src any) error {
	v := new(T)
	if !scanPlain(v, src) {
		var n sql.Null[T]
		if err := n.Scan(src); err != nil || !n.Valid {
			return ErrSealed
		}
		*v = n.V
	}
	s.get, s.unlock, s.at = func(int32) *T { return v }, nil, 0
	s.shown.Store(unopened)
	return nil
}

// scanPlain reads what the driver gives as it is kept, as most columns are.
func scanPlain(into, src any) bool {
	switch into := into.(type) {
	case *string:
		text, ok := src.(string)
		*into = text
		return ok
	case *int32:
		n, ok := src.(int64)
		if !ok || n != int64(int32(n)) { //nolint:gosec // that is what is compared
			return false
		}
		*into = int32(n) //nolint:gosec // it fits
		return true
	default:
		return false
	}
}

// Value fails: a sealed value is not a parameter.
func (s *Sealed[T]) Value() (driver.Value, error) { return nil, ErrSealed }

// String redacts.
func (s *Sealed[T]) String() string { return redacted }

// GoString redacts.
func (s *Sealed[T]) GoString() string { return redacted }

// Format redacts, whatever the verb.
func (s *Sealed[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue redacts.
func (s *Sealed[T]) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON redacts.
func (s *Sealed[T]) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText redacts.
func (s *Sealed[T]) MarshalText() ([]byte, error) { return []byte(redacted), nil }
