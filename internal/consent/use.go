package consent

import "joo.kz/kelisim/internal/privacy"

// Uses is what a consent on this basis is given for, as a receipt lists it: a
// consultation for what it covers, the policy and a survey for what the rules open
// on them, purpose by purpose. Other bases have no uses here.
func Uses(b privacy.Basis, covers privacy.Set, r Rules) []Use {
	switch b {
	case privacy.ConsultationConsent:
		return []Use{{Purpose: privacy.Consultation, Categories: covers}}
	case privacy.PolicyConsent, privacy.SurveyConsent:
		return r.uses(b)
	default:
		return nil
	}
}

// PolicyCovers is all that the rules open on a consent to the policy.
func (r Rules) PolicyCovers() privacy.Set {
	var covers privacy.Set
	for _, u := range r.uses(privacy.PolicyConsent) {
		covers |= u.Categories
	}
	return covers
}

// uses is what the rules open on a consent on a basis; what they mask and cannot be
// masked is closed.
func (r Rules) uses(b privacy.Basis) []Use {
	var uses []Use
	for _, p := range privacy.Purposes() {
		var categories privacy.Set
		for _, l := range r {
			if l.Purpose == p && l.Basis == b && (l.Treatment == privacy.Full || privacy.Maskable().Has(l.Category)) {
				categories |= privacy.SetOf(l.Category)
			}
		}
		if categories != 0 {
			uses = append(uses, Use{Purpose: p, Categories: categories.Closure()})
		}
	}
	return uses
}
