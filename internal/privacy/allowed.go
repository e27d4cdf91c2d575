package privacy

// Allowed is what a version of the policy lets one audience read for one purpose,
// on one consent to that version. What a person agreed to reaches no further,
// whatever the rules of the schema have become since. The zero Allowed allows
// nothing.
type Allowed struct{ Full, Masked Set }

// AllAllowed narrows nothing.
func AllAllowed() Allowed { return Allowed{Full: SetOf(Categories()...)} }

// Maskable is the set of the categories of whose values a part can be shown.
func Maskable() Set {
	return SetOf(FamilyName, GivenName, Patronymic, IIN, TesteeCode, Phone, Email)
}

// narrowed is what is left where both the rules and a version of the policy
// allow it: in full where both do, masked where one does. What would show only in
// part, and cannot, is not shown, nor is what implies something that is not
// allowed in full.
func (t treatments) narrowed(by Allowed) treatments {
	allowed := by.Full.Closed()
	full := t.full & allowed
	masked := t.masked&(allowed|by.Masked) | t.full&by.Masked&Maskable()
	return treatments{full: full, masked: masked &^ full}
}

// given is what is recorded for the person and allowed under the version of the
// policy that they gave it under; an order or a request is given under none.
func (d Decision) given(s Standing) treatments {
	open := d.recorded.within(s.Covers.Closed())
	if d.basis == ConsultationConsent || d.basis == SurveyConsent {
		return open.narrowed(s.Allows)
	}
	return open
}

// Under is the rule that opens a category to a person who accepted a version of
// the policy, as far as the rule stands on that: narrowed to what the version
// allows, and the zero Rule where it allows nothing.
func (d Decision) Under(version Allowed, c Category) Rule {
	r := d.Rule(c)
	if r.Basis != PolicyConsent {
		return r
	}
	open := d.policy.narrowed(version)
	switch {
	case open.full.Has(c):
	case open.masked.Has(c):
		r.Treatment = Masked
	default:
		return Rule{}
	}
	return r
}

// Narrows tells whether a version of the policy allows less than the rules do of
// what stands on the person's consent to it.
func (d Decision) Narrows(version Allowed) bool { return d.policy.narrowed(version) != d.policy }
