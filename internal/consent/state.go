package consent

import (
	"errors"
	"slices"
	"time"

	"joo.kz/kelisim/internal/privacy"
)

// ErrState is returned for a word that is not a state. It never quotes the word.
var ErrState = errors.New("consent: not a state of a consent")

// State is the state of a consent, in the words of ISO/IEC TS 27560 and the Data
// Privacy Vocabulary. The zero State is that none was ever asked for.
type State uint8

// The states. Only the first two are valid.
const (
	Given State = iota + 1
	Renewed
	Refused
	Withdrawn
	Expired
	Invalidated // found not to have been a consent, such as a minor's given alone
)

// Valid tells whether anything may be read in this state.
func (s State) Valid() bool { return s == Given || s == Renewed }

func (s State) String() string {
	words := stateWords()
	if int(s) >= len(words) {
		return ""
	}
	return words[s]
}

// ParseState reads the word of a state, or fails with [ErrState].
func ParseState(word string) (State, error) {
	for i, known := range stateWords() {
		if i > 0 && known == word {
			return State(i), nil
		}
	}
	return 0, ErrState
}

func stateWords() [7]string {
	return [...]string{"", "GIVEN", "RENEWED", "REFUSED", "WITHDRAWN", "EXPIRED", "INVALIDATED"}
}

// Event is one thing that happened to a consent.
type Event struct {
	At     time.Time
	State  State
	Scopes Scopes    // what was given, or withdrawn; naming none withdraws all
	Until  time.Time // the end of the term, where given or renewed: never without one (94-V, art. 8 p. 4 pp. 3)
}

// Standing is what has become of a consent. The zero Standing is that of none.
type Standing struct {
	State  State
	Since  time.Time // when it came to be so
	Scopes Scopes    // what it still covers
	Until  time.Time // the end of the term it had or has
}

// Stands tells whether a reading on this basis may rest on the consent.
func (s Standing) Stands(b privacy.Basis, abroad bool) bool {
	return s.State.Valid() && s.Scopes.Covers(Needs(b, abroad))
}

// Current is where a consent stands now. Events count in order of time, and of
// the slice where times are equal. One to come counts only if it ends the
// consent: clocks differ, and a withdrawal is immediate. A term that is over
// has expired without an event, and where none was given it is over.
func Current(events []Event, now time.Time) Standing {
	ordered := slices.Clone(events)
	slices.SortStableFunc(ordered, func(a, b Event) int { return a.At.Compare(b.At) })
	var s Standing
	for _, e := range ordered {
		if !e.State.Valid() || !e.At.After(now) {
			s = s.after(e)
		}
	}
	return s.expire(now)
}

// after is the standing once an event has happened to it. To renew is to go on:
// it revives nothing that was refused, withdrawn or invalidated.
func (s Standing) after(e Event) Standing {
	switch e.State {
	case Given:
		return Standing{State: Given, Since: e.At, Scopes: e.Scopes, Until: e.Until}
	case Renewed:
		if s.State.Valid() || s.State == Expired {
			return Standing{State: Renewed, Since: e.At, Scopes: e.Scopes, Until: e.Until}
		}
		return s
	case Withdrawn:
		return s.without(e)
	default:
		return Standing{State: e.State, Since: e.At, Until: s.Until}
	}
}

func (s Standing) without(e Event) Standing {
	if e.Scopes != 0 {
		s.Scopes &^= e.Scopes
	} else {
		s.Scopes = 0
	}
	if s.Scopes == 0 {
		s.State, s.Since = Withdrawn, e.At
	}
	return s
}

func (s Standing) expire(now time.Time) Standing {
	if s.State.Valid() && !now.Before(s.Until) {
		return Standing{State: Expired, Since: s.Until, Until: s.Until}
	}
	return s
}
