package consent

import (
	"slices"

	"joo.kz/kelisim/internal/privacy"
)

// Reach is what a consent on one basis, given under a version of the policy, lets
// one audience read for one purpose.
type Reach struct {
	Audience privacy.Audience
	Purpose  privacy.Purpose
	Basis    privacy.Basis
	Allowed  privacy.Allowed
}

// Reaches lists what the rules let be read on each kind of consent, leaving out
// what is nothing.
func (r Rules) Reaches() []Reach {
	var all []Reach
	for _, l := range r.columns() {
		for _, b := range []privacy.Basis{privacy.PolicyConsent, privacy.ConsultationConsent, privacy.SurveyConsent} {
			if a := r.on(b, l.Audience, l.Purpose); a != (privacy.Allowed{}) {
				all = append(all, Reach{Audience: l.Audience, Purpose: l.Purpose, Basis: b, Allowed: a})
			}
		}
	}
	return all
}

// on is what may be read on a consent on this basis: the lines whose basis asks
// the person for no more than that consent is.
func (r Rules) on(b privacy.Basis, a privacy.Audience, p privacy.Purpose) privacy.Allowed {
	within := slices.DeleteFunc(slices.Clone(r), func(l RuleLine) bool { return !asksFor(b, l.Basis) })
	full, masked := within.Allows(a, p)
	return privacy.Allowed{Full: full, Masked: masked & privacy.Maskable()}
}

// NeedsAcceptance tells whether these rules allow, on a consent, what the older
// ones did not: then they hold whole only for who accepts them.
func (r Rules) NeedsAcceptance(older Rules) bool { return !slices.Equal(Intersect(r, older), r) }
