package privacy_test

import (
	"slices"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// setFrom is the set of the known categories whose bits are 1.
func setFrom(bits uint32) privacy.Set {
	var s privacy.Set
	for i, c := range privacy.Categories() {
		if bits>>i&1 == 1 {
			s |= privacy.SetOf(c)
		}
	}
	return s
}

// standing is what is recorded for one person, from numbers.
func standing(policy, basis, state uint8, covers uint32, restricted bool) privacy.Standing {
	return privacy.Standing{
		Policy: privacy.State(policy), Basis: privacy.Basis(basis), State: privacy.State(state),
		Covers: setFrom(covers), Restricted: restricted,
		Accepted: privacy.AllAllowed(), Allows: privacy.AllAllowed(),
	}
}

// FuzzConsentMissingGivesUniversitiesNothing: whatever else is recorded, without
// a valid consent to the university that covers anything nothing is readable.
func FuzzConsentMissingGivesUniversitiesNothing(f *testing.F) {
	for state := range uint8(5) {
		f.Add(uint8(privacy.Consultation), uint8(privacy.Valid), uint8(privacy.ConsultationConsent), state, ^uint32(0), false)
		f.Add(uint8(privacy.Service), uint8(privacy.Valid), uint8(privacy.PolicyConsent), state, ^uint32(0), false)
		f.Add(uint8(privacy.Consultation), uint8(privacy.Valid), uint8(privacy.DisclosureOrder), state, ^uint32(0), false)
		f.Add(uint8(privacy.Consultation), uint8(privacy.Valid), uint8(privacy.ConsultationConsent), state, uint32(0), true)
	}
	f.Fuzz(func(t *testing.T, purpose, policy, basis, state uint8, covers uint32, restricted bool) {
		s := standing(policy, basis, state, covers, restricted)
		consents := s.Basis == privacy.ConsultationConsent && s.State == privacy.Valid && !restricted &&
			privacy.Purpose(purpose) == privacy.Consultation
		shown := privacy.Decide(privacy.University, privacy.Purpose(purpose)).Record(s).Readable()
		if !consents && shown != 0 {
			t.Errorf("%+v shows %s", s, shown)
		}
		if shown&^s.Covers != 0 {
			t.Errorf("%+v shows %s beyond what it covers", s, shown&^s.Covers)
		}
	})
}

// FuzzConsentWiderNeverShowsLess, nor the same in a lesser treatment.
func FuzzConsentWiderNeverShowsLess(f *testing.F) {
	for i, c := range knownCategories() {
		f.Add(uint8(privacy.University), uint8(privacy.Consultation), uint8(privacy.ConsultationConsent), uint32(1)<<i, uint32(c.value))
		f.Add(uint8(privacy.StateBody), uint8(privacy.LegalObligation), uint8(privacy.DisclosureOrder), uint32(1)<<i, ^uint32(0))
		f.Add(uint8(privacy.Operator), uint8(privacy.RightsHandling), uint8(privacy.RightsRequest), uint32(1)<<i, ^uint32(0))
		f.Add(uint8(privacy.App), uint8(privacy.Service), uint8(privacy.SurveyConsent), uint32(1)<<i, ^uint32(0))
	}
	f.Fuzz(func(t *testing.T, audience, purpose, basis uint8, narrow, more uint32) {
		d := privacy.Decide(privacy.Audience(audience), privacy.Purpose(purpose))
		less := d.Record(standing(uint8(privacy.Valid), basis, uint8(privacy.Valid), narrow, false))
		wider := d.Record(standing(uint8(privacy.Valid), basis, uint8(privacy.Valid), narrow|more, false))
		for _, c := range privacy.Categories() {
			before, shown := less.Treatment(c)
			after, still := wider.Treatment(c)
			if shown && (!still || before == privacy.Full && after != privacy.Full) {
				t.Errorf("%s: %s, and with a wider consent %s (%t)", c, before, after, still)
			}
		}
	})
}

// FuzzConsentOpensNothingWithoutWhatItImplies: no record shows in full what
// reveals something that it withholds or masks.
func FuzzConsentOpensNothingWithoutWhatItImplies(f *testing.F) {
	for i := range knownCategories() {
		f.Add(uint8(privacy.University), uint8(privacy.Consultation), uint8(privacy.Valid), uint8(privacy.ConsultationConsent), uint8(privacy.Valid), uint32(1)<<i, false)
		f.Add(uint8(privacy.University), uint8(privacy.Consultation), uint8(privacy.Valid), uint8(privacy.ConsultationConsent), uint8(privacy.Valid), ^(uint32(1) << i), false)
		f.Add(uint8(privacy.StateBody), uint8(privacy.LegalObligation), uint8(0), uint8(privacy.DisclosureOrder), uint8(privacy.Valid), ^(uint32(1) << i), false)
	}
	for _, p := range privacy.Purposes() {
		f.Add(uint8(privacy.App), uint8(p), uint8(privacy.Valid), uint8(privacy.SurveyConsent), uint8(privacy.Valid), ^uint32(0), false)
		f.Add(uint8(privacy.Site), uint8(p), uint8(privacy.Valid), uint8(0), uint8(0), uint32(0), true)
	}
	policy := readPolicy(f)
	reveals := map[privacy.Category][]privacy.Category{}
	for _, c := range knownCategories() {
		reveals[c.value] = policy.revealed(c.name)
	}
	f.Fuzz(func(t *testing.T, audience, purpose, accepted, basis, state uint8, covers uint32, restricted bool) {
		r := privacy.Decide(privacy.Audience(audience), privacy.Purpose(purpose)).Record(standing(accepted, basis, state, covers, restricted))
		for _, c := range r.Readable().Categories() {
			if as, _ := r.Treatment(c); as != privacy.Full {
				continue
			}
			for _, revealed := range reveals[c] {
				if as, shown := r.Treatment(revealed); !shown || as != privacy.Full {
					t.Errorf("%s is open, and %s, which it reveals, is not", c, revealed)
				}
			}
		}
	})
}

// revealed is what the file says a category reveals.
func (p policy) revealed(category string) []privacy.Category {
	revealed := p.reveals(category)
	return scopeOf(func(name string) bool { return slices.Contains(revealed, name) }).set.Categories()
}

// FuzzConsentOfTheUnknownIsDenied: an unknown audience, purpose or category is
// shown nothing, whatever is recorded.
func FuzzConsentOfTheUnknownIsDenied(f *testing.F) {
	f.Add(uint8(0), uint8(privacy.Consultation), uint8(privacy.Phone), uint8(privacy.ConsultationConsent), ^uint32(0))
	f.Add(uint8(privacy.Operator+1), uint8(privacy.Consultation), uint8(privacy.Phone), uint8(privacy.Law), ^uint32(0))
	f.Add(uint8(privacy.App), uint8(0), uint8(privacy.Phone), uint8(privacy.PolicyConsent), ^uint32(0))
	f.Add(uint8(privacy.App), uint8(privacy.RightsHandling+1), uint8(privacy.Phone), uint8(privacy.Law), ^uint32(0))
	f.Add(uint8(privacy.App), uint8(privacy.SubjectAccess), uint8(0), uint8(privacy.Law), ^uint32(0))
	f.Add(uint8(privacy.App), uint8(privacy.SubjectAccess), uint8(privacy.Survey+1), uint8(privacy.Law), ^uint32(0))
	f.Add(uint8(privacy.App), uint8(privacy.SubjectAccess), uint8(32+privacy.Phone), uint8(privacy.Law), ^uint32(0))
	f.Fuzz(func(t *testing.T, audience, purpose, category, basis uint8, covers uint32) {
		a, p, c := privacy.Audience(audience), privacy.Purpose(purpose), privacy.Category(category)
		unknownReader := a < privacy.App || a > privacy.Operator || p < privacy.Identification || p > privacy.RightsHandling
		unknownCategory := c < privacy.FamilyName || c > privacy.Survey
		d := privacy.Decide(a, p)
		s := standing(uint8(privacy.Valid), basis, uint8(privacy.Valid), covers, false)
		s.Covers |= privacy.Set(covers) // with bits that no category has
		r := d.Record(s)
		if unknownReader && r.Readable() != 0 {
			t.Errorf("%d for %d reads %s", a, p, r.Readable())
		}
		if _, shown := r.Treatment(c); (unknownReader || unknownCategory) && (shown || d.Verdict(c) != privacy.Never || d.Rule(c) != privacy.Rule{}) {
			t.Errorf("%d for %d: category %d is %s", a, p, c, d.Verdict(c))
		}
	})
}

// FuzzClosureIsAClosure: extensive, monotone and idempotent; and no more than
// the file implies.
func FuzzClosureIsAClosure(f *testing.F) {
	f.Add(uint32(0), uint32(0))
	f.Add(^uint32(0), ^uint32(0))
	for i := range knownCategories() {
		f.Add(uint32(1)<<i, uint32(3)<<i)
	}
	p := readPolicy(f)
	f.Fuzz(func(t *testing.T, narrow, more uint32) {
		s, wider := setFrom(narrow), setFrom(narrow|more)
		closure := s.Closure()
		switch {
		case s&^closure != 0:
			t.Errorf("%s: its closure lacks %s", s, s&^closure)
		case closure.Closure() != closure:
			t.Errorf("%s: closing twice gives %s, once %s", s, closure.Closure(), closure)
		case closure&^wider.Closure() != 0:
			t.Errorf("%s: the closure of %s lacks %s", s, wider, closure&^wider.Closure())
		case closure != p.closure(s):
			t.Errorf("%s: closure %s, by the file %s", s, closure, p.closure(s))
		}
	})
}

// closure is the set with what the file says that it reveals.
func (p policy) closure(s privacy.Set) privacy.Set {
	all := s
	for _, c := range knownCategories() {
		if s&privacy.SetOf(c.value) != 0 {
			all |= privacy.SetOf(p.revealed(c.name)...)
		}
	}
	return all
}

// FuzzClosedIsTheGreatestClosedPart of a set.
func FuzzClosedIsTheGreatestClosedPart(f *testing.F) {
	f.Add(uint32(0))
	f.Add(^uint32(0))
	for i := range knownCategories() {
		f.Add(uint32(1) << i)
		f.Add(^(uint32(1) << i))
	}
	p := readPolicy(f)
	f.Fuzz(func(t *testing.T, bits uint32) {
		s := setFrom(bits)
		closed := s.Closed()
		if closed&^s != 0 {
			t.Errorf("%s: its closed part has %s besides", s, closed&^s)
		}
		if p.closure(closed) != closed {
			t.Errorf("%s: its closed part %s is not closed", s, closed)
		}
		for _, c := range (s &^ closed).Categories() {
			if p.closure(privacy.SetOf(c))&^s == 0 {
				t.Errorf("%s: its closed part lacks %s", s, c)
			}
		}
	})
}

// FuzzSetIsItsCategories: what a set lists, counts, has and prints agree.
func FuzzSetIsItsCategories(f *testing.F) {
	f.Add(uint32(0))
	f.Add(^uint32(0))
	f.Add(uint32(0b1010))
	f.Fuzz(func(t *testing.T, bits uint32) {
		s := setFrom(bits)
		cs := s.Categories()
		if privacy.SetOf(cs...) != s || s.Len() != len(cs) {
			t.Errorf("%s: %d categories, %d counted", s, len(cs), s.Len())
		}
		words := ""
		for i, c := range cs {
			if !s.Has(c) || i > 0 && cs[i-1] >= c {
				t.Errorf("%s: %s is missing or out of order", s, c)
			}
			if i > 0 {
				words += ","
			}
			words += c.String()
		}
		if s.String() != words {
			t.Errorf("printed as %s, want %s", s, words)
		}
	})
}

// TestNoSetHasAnUnknownCategory, even one of all bits.
func TestNoSetHasAnUnknownCategory(t *testing.T) {
	for _, c := range []privacy.Category{0, privacy.Survey + 1, 31, 32, 33, 64, 255} {
		if privacy.Set(^uint32(0)).Has(c) || privacy.SetOf(c) != 0 || c.Implied() != 0 {
			t.Errorf("category %d is in a set", c)
		}
	}
}
