package consent_test

import (
	"testing"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// FuzzReachesAreWhatIntersectLeaves: what a consent opens under a version, as
// statements join it, is what the schema and the version have in common.
func FuzzReachesAreWhatIntersectLeaves(f *testing.F) {
	for how := range byte(24) {
		for other := range byte(24) {
			f.Add([]byte{2, 6, how, 0, 3, how}, []byte{2, 6, other, 0, 3, other})
		}
	}
	f.Fuzz(func(t *testing.T, numbers, others []byte) {
		schema, accepted := rulesFrom(numbers), rulesFrom(others)
		reaches := map[consent.Reach]privacy.Allowed{}
		for _, r := range accepted.Reaches() {
			key := r
			key.Allowed = privacy.Allowed{}
			reaches[key] = r.Allowed
		}
		for _, l := range consent.Intersect(schema, accepted) {
			if !onConsent(l.Basis) || l.Treatment != privacy.Full {
				continue
			}
			reach := reaches[consent.Reach{Audience: l.Audience, Purpose: l.Purpose, Basis: l.Basis}]
			full, _ := accepted.Allows(l.Audience, l.Purpose)
			if full.Has(l.Category) && !reach.Full.Has(l.Category) && l.Category.Implied() == 0 {
				t.Errorf("%+v holds, and is not in reach:\n%s", l, accepted)
			}
		}
		for key, reach := range reaches {
			if reach.Full != reach.Full.Closed() || reach.Masked&^privacy.Maskable() != 0 {
				t.Errorf("%+v: %s, masked %s", key, reach.Full, reach.Masked)
			}
		}
	})
}

// TestReachOfABasis: a consent on one basis opens no line that asks for another.
func TestReachOfABasis(t *testing.T) {
	rules, err := consent.ParseRules("category\tUNIVERSITY:CONSULTATION\n" +
		"GIVEN_NAME\tD\nFAMILY_NAME\tF=POLICY_CONSENT\nPATRONYMIC\tF=SURVEY_CONSENT\nPHONE\tM\nREGION\tM\nEMAIL\tF=DISCLOSURE_ORDER\n")
	if err != nil {
		t.Fatal(err)
	}
	want := map[privacy.Basis]privacy.Allowed{
		privacy.PolicyConsent:       {Full: privacy.SetOf(privacy.FamilyName)},
		privacy.ConsultationConsent: {Full: privacy.SetOf(privacy.FamilyName, privacy.GivenName), Masked: privacy.SetOf(privacy.Phone)},
		privacy.SurveyConsent:       {Full: privacy.SetOf(privacy.FamilyName, privacy.Patronymic)},
	}
	reaches := rules.Reaches()
	for _, r := range reaches {
		if r.Allowed != want[r.Basis] || r.Audience != privacy.University || r.Purpose != privacy.Consultation {
			t.Errorf("%+v, want %+v", r, want[r.Basis])
		}
	}
	if len(reaches) != len(want) {
		t.Errorf("%d reaches, want %d", len(reaches), len(want))
	}
}

// TestNeedsAcceptance: of what is wider, only what stands on a consent.
func TestNeedsAcceptance(t *testing.T) {
	for _, c := range []struct {
		was, is string
		needed  bool
	}{
		{"-", "C", true},
		{"M", "C", true},
		{"C", "F=LAW", true},
		{"C", "M", false},
		{"C", "-", false},
		{"C", "C", false},
		{"-", "F=LAW", false}, // no consent opens it
	} {
		if got := phoneRule(t, c.is).NeedsAcceptance(phoneRule(t, c.was)); got != c.needed {
			t.Errorf("%s after %s: acceptance needed: %t", c.is, c.was, got)
		}
	}
}
