package privacy_test

import (
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// FuzzVersionOnlyNarrows: no version of the policy opens what the rules and the
// record do not, and none opens what it does not allow itself; what is shown in
// full reveals nothing that is not.
func FuzzVersionOnlyNarrows(f *testing.F) {
	for i := range knownCategories() {
		f.Add(uint8(privacy.App), uint8(privacy.Autofill), uint8(privacy.SurveyConsent), ^uint32(0), ^(uint32(1) << i), uint32(1)<<i)
		f.Add(uint8(privacy.University), uint8(privacy.Consultation), uint8(privacy.ConsultationConsent), ^uint32(0), uint32(1)<<i, ^uint32(0))
	}
	policy := readPolicy(f)
	f.Fuzz(func(t *testing.T, audience, purpose, basis uint8, covers, full, masked uint32) {
		d := privacy.Decide(privacy.Audience(audience), privacy.Purpose(purpose))
		s := standing(uint8(privacy.Valid), basis, uint8(privacy.Valid), covers, false)
		whole := d.Record(s)
		version := privacy.Allowed{Full: setFrom(full), Masked: setFrom(masked)}
		s.Accepted, s.Allows = version, version
		narrow := d.Record(s)
		for _, c := range narrow.Readable().Categories() {
			as, _ := narrow.Treatment(c)
			before, shown := whole.Treatment(c)
			if !shown || before == privacy.Masked && as == privacy.Full {
				t.Errorf("%s: %s, and without the version %s (%t)", c, as, before, shown)
			}
			if consents := d.Rule(c).Basis; consents != privacy.PolicyConsent && consents != privacy.ConsultationConsent && consents != privacy.SurveyConsent {
				continue
			}
			if as == privacy.Full && !version.Full.Has(c) || !(version.Full | version.Masked).Has(c) {
				t.Errorf("%s: %s, which the version does not allow", c, as)
			}
			for _, revealed := range policy.revealed(c.String()) {
				if also, _ := narrow.Treatment(revealed); as == privacy.Full && also != privacy.Full {
					t.Errorf("%s is open, and %s, which it reveals, is not", c, revealed)
				}
			}
		}
	})
}

// TestWhoAcceptedNothingIsNotNarrowed where the law alone opens, and reads
// nothing else.
func TestWhoAcceptedNothingIsNotNarrowed(t *testing.T) {
	everything := privacy.SetOf(privacy.Categories()...)
	if got := privacy.Decide(privacy.App, privacy.SubjectAccess).Record(privacy.Standing{}).Readable(); got != everything {
		t.Errorf("of their own they read %s", got)
	}
	for _, s := range []privacy.Standing{
		{Policy: privacy.Valid}, // to no version that is known
		{Policy: privacy.Missing, Accepted: privacy.AllAllowed()},
	} {
		if got := privacy.Decide(privacy.App, privacy.Autofill).Record(s).Readable(); got != 0 {
			t.Errorf("%+v reads %s", s, got)
		}
	}
}

// TestMaskableIsWhatHasAMask.
func TestMaskableIsWhatHasAMask(t *testing.T) {
	for _, c := range privacy.Categories() {
		if privacy.Maskable().Has(c) != privacy.HasMask(c) {
			t.Errorf("%s has a mask: %t", c, privacy.HasMask(c))
		}
	}
}
