package consent_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

const toUniversity = consent.Collection | consent.Processing | consent.ThirdParties

// at is a day of the story that a test tells.
func at(day int) time.Time { return time.Date(2026, 6, day, 12, 0, 0, 0, time.UTC) }

func given(day, until int) consent.Event {
	return consent.Event{At: at(day), State: consent.Given, Scopes: toUniversity, Until: at(until)}
}

func renewed(day, until int) consent.Event {
	e := given(day, until)
	e.State = consent.Renewed
	return e
}

func event(day int, s consent.State) consent.Event { return consent.Event{At: at(day), State: s} }

func withdrawn(day int, scopes consent.Scopes) consent.Event {
	return consent.Event{At: at(day), State: consent.Withdrawn, Scopes: scopes}
}

func TestCurrent(t *testing.T) {
	for name, c := range map[string]struct {
		events []consent.Event
		want   consent.Standing
	}{
		"never asked":            {nil, consent.Standing{}},
		"given":                  {[]consent.Event{given(1, 20)}, standing(consent.Given, 1, toUniversity, 20)},
		"given in the future":    {[]consent.Event{given(11, 20)}, consent.Standing{}},
		"given this very moment": {[]consent.Event{given(10, 20)}, standing(consent.Given, 10, toUniversity, 20)},
		"renewed":                {[]consent.Event{given(1, 5), renewed(4, 20)}, standing(consent.Renewed, 4, toUniversity, 20)},
		"renewed after its term": {[]consent.Event{given(1, 3), renewed(4, 20)}, standing(consent.Renewed, 4, toUniversity, 20)},
		"refused":                {[]consent.Event{event(1, consent.Refused)}, consent.Standing{State: consent.Refused, Since: at(1)}},
		"withdrawn":              {[]consent.Event{given(1, 20), withdrawn(2, 0)}, standing(consent.Withdrawn, 2, 0, 20)},
		"withdrawn by every scope": {
			[]consent.Event{given(1, 20), withdrawn(2, consent.Processing), withdrawn(3, consent.Collection|consent.ThirdParties)},
			standing(consent.Withdrawn, 3, 0, 20),
		},
		"withdrawn in part": {
			[]consent.Event{given(1, 20), withdrawn(2, consent.Publication|consent.Collection)},
			standing(consent.Given, 1, consent.Processing|consent.ThirdParties, 20),
		},
		"withdrawn by a clock ahead of ours": {[]consent.Event{given(1, 20), withdrawn(12, 0)}, standing(consent.Withdrawn, 12, 0, 20)},
		"given again":                        {[]consent.Event{given(1, 20), withdrawn(2, 0), given(3, 21)}, standing(consent.Given, 3, toUniversity, 21)},
		"given again, told in disorder":      {[]consent.Event{given(3, 21), withdrawn(2, 0), given(1, 20)}, standing(consent.Given, 3, toUniversity, 21)},
		"withdrawn and then renewed":         {[]consent.Event{given(1, 20), withdrawn(2, 0), renewed(3, 25)}, standing(consent.Withdrawn, 2, 0, 20)},
		"refused and then renewed":           {[]consent.Event{event(1, consent.Refused), renewed(3, 25)}, consent.Standing{State: consent.Refused, Since: at(1)}},
		"invalidated and then renewed":       {[]consent.Event{given(1, 20), event(2, consent.Invalidated), renewed(3, 25)}, standing(consent.Invalidated, 2, 0, 20)},
		"its term over":                      {[]consent.Event{given(1, 9)}, standing(consent.Expired, 9, 0, 9)},
		"its term over this very moment":     {[]consent.Event{given(1, 10)}, standing(consent.Expired, 10, 0, 10)},
		"withdrawn in part after its term":   {[]consent.Event{given(1, 5), withdrawn(7, consent.Processing)}, standing(consent.Expired, 5, 0, 5)},
		"withdrawn after its term":           {[]consent.Event{given(1, 5), withdrawn(7, 0)}, standing(consent.Withdrawn, 7, 0, 5)},
		"renewed after an event of its end":  {[]consent.Event{given(1, 20), event(5, consent.Expired), renewed(6, 25)}, standing(consent.Renewed, 6, toUniversity, 25)},
		"expired by an event":                {[]consent.Event{given(1, 20), event(5, consent.Expired)}, standing(consent.Expired, 5, 0, 20)},
		"without a term": {
			[]consent.Event{{At: at(1), State: consent.Given, Scopes: toUniversity}},
			consent.Standing{State: consent.Expired},
		},
		"same moment, in the order told": {[]consent.Event{given(1, 20), withdrawn(1, 0)}, standing(consent.Withdrawn, 1, 0, 20)},
	} {
		if got := consent.Current(c.events, at(10)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func standing(s consent.State, since int, scopes consent.Scopes, until int) consent.Standing {
	return consent.Standing{State: s, Since: at(since), Scopes: scopes, Until: at(until)}
}

// TestCurrentLeavesItsEventsAsTheyAre, in the order they were told.
func TestCurrentLeavesItsEventsAsTheyAre(t *testing.T) {
	events := []consent.Event{withdrawn(5, 0), given(1, 20)}
	told := slices.Clone(events)
	consent.Current(events, at(10))
	if !slices.Equal(events, told) {
		t.Error("the events were put in order in place")
	}
}

func TestStatesAreTheirWords(t *testing.T) {
	for _, s := range []consent.State{consent.Given, consent.Renewed, consent.Refused, consent.Withdrawn, consent.Expired, consent.Invalidated} {
		if got, err := consent.ParseState(s.String()); err != nil || got != s {
			t.Errorf("%s is read as %s (%v)", s, got, err)
		}
		if want := s == consent.Given || s == consent.Renewed; s.Valid() != want {
			t.Errorf("%s: valid is %t", s, s.Valid())
		}
	}
	for _, word := range []string{"", "given", "GIVEN "} {
		if _, err := consent.ParseState(word); !errors.Is(err, consent.ErrState) {
			t.Errorf("%q: %v", word, err)
		}
	}
	if s := consent.State(200); s.String() != "" || s.Valid() {
		t.Error("an unknown state has a word or is valid")
	}
}

// FuzzCurrentStandsOnlyOnWhatWasGiven: whatever happened, a consent that stands
// was given or renewed by then, for these scopes and a term not over; and once
// it has been withdrawn, with nothing given later, it does not stand.
func FuzzCurrentStandsOnlyOnWhatWasGiven(f *testing.F) {
	f.Add([]byte{1, 11, 20, 4, 0, 0}, uint8(10))
	f.Add([]byte{1, 11, 20, 4, 5, 0, 2, 11, 25}, uint8(10))
	f.Fuzz(func(t *testing.T, story []byte, today uint8) {
		var events []consent.Event
		for day := 1; len(story) >= 3; day, story = day+1, story[3:] {
			events = append(events, consent.Event{
				At: at(day), State: consent.State(story[0] % 8),
				Scopes: consent.Scopes(story[1]) & consent.AllScopes, Until: at(int(story[2])),
			})
		}
		now := at(int(today))
		s := consent.Current(events, now)
		if s.Stands(privacy.ConsultationConsent, false) && !slices.ContainsFunc(events, func(e consent.Event) bool {
			return e.State.Valid() && !e.At.After(now) && e.Until.After(now) && e.Until.Equal(s.Until) && e.Scopes.Covers(s.Scopes)
		}) {
			t.Errorf("%+v stands, and was not given so", s)
		}
		last := consent.Current(append(events, consent.Event{At: at(len(events) + 1), State: consent.Withdrawn}), now)
		if last.State.Valid() || last.Scopes != 0 {
			t.Errorf("%+v after a withdrawal", last)
		}
	})
}
