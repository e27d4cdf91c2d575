package consent

import (
	"joo.kz/kelisim/internal/privacy"
)

// Widening is a cell in which a policy version allows more than an older one
// did. Was is the zero line if nothing was allowed.
type Widening struct{ Was, Is RuleLine }

// Widens lists where these rules allow what the older ones did not: another
// category, reader or purpose, a value in full that was masked, by default what
// was ticked, or a basis that does not ask for all that the old one did. For
// these a consent to the older version is no consent (94-V, art. 8, 14, 15 p. 2;
// against clauses 7.2–7.3).
func (r Rules) Widens(older Rules) []Widening {
	var wider []Widening
	for _, is := range r {
		if was, _ := older.rule(is); !is.within(was) {
			wider = append(wider, Widening{Was: was, Is: is})
		}
	}
	return wider
}

// Intersect is what holds for a person who accepted a version: the narrower of
// the schema's rule and the version's, cell by cell. Where neither basis asks
// for all that the other does, nothing is allowed. What rests on no consent in
// either is as the schema says, for a consent neither opens nor closes it: a
// person's own data are theirs whatever they accepted (94-V, art. 24).
func Intersect(schema, accepted Rules) Rules {
	var both Rules
	for _, line := range schema {
		other, found := accepted.rule(line)
		switch {
		case !onConsent(line.Basis) && !onConsent(other.Basis):
			both = append(both, line)
		case found:
			both = both.with(line, other)
		}
	}
	return both
}

// with adds the narrower of two lines of one cell, if one is.
func (r Rules) with(line, other RuleLine) Rules {
	n := line
	n.Treatment = max(line.Treatment, other.Treatment) // masked comes after full
	n.ByDefault = line.ByDefault && other.ByDefault
	if !asksFor(line.Basis, other.Basis) {
		n.Basis = other.Basis
	}
	if n.within(line) && n.within(other) {
		return append(r, n)
	}
	return r
}

// within tells whether a line allows nothing that the other does not.
func (l RuleLine) within(other RuleLine) bool {
	return l.Treatment >= other.Treatment &&
		(other.ByDefault || !l.ByDefault) &&
		asksFor(l.Basis, other.Basis)
}

// asksFor tells whether a reading on one basis asks for all that a reading on
// the other does. The law alone asks for nothing of the person; a consent to one
// university or survey is more than one to the policy; no other two compare.
func asksFor(one, other privacy.Basis) bool {
	switch {
	case one == other, other == privacy.Law:
		return true
	case other == privacy.PolicyConsent:
		return one == privacy.ConsultationConsent || one == privacy.SurveyConsent
	default:
		return false
	}
}

func onConsent(b privacy.Basis) bool {
	return b == privacy.PolicyConsent || b == privacy.ConsultationConsent || b == privacy.SurveyConsent
}
