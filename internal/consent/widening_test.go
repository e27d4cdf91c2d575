package consent_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// phoneRule is a rule for the phone and for nothing else, from its cell.
func phoneRule(t *testing.T, cell string) consent.Rules {
	t.Helper()
	r, err := consent.ParseRules("category\tUNIVERSITY:CONSULTATION\nPHONE\t" + cell + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOneCellOfTwoVersions: whether the new rule is wider than the old, and what
// holds for who accepted the old.
func TestOneCellOfTwoVersions(t *testing.T) {
	for _, c := range []struct {
		was, is string
		wider   bool
		holds   string
	}{
		{"-", "-", false, "-"},
		{"-", "M", true, "-"},
		{"-", "C", true, "-"},
		{"C", "-", false, "-"},
		{"C", "C", false, "C"},
		{"M", "C", true, "M"},
		{"C", "M", false, "M"},
		{"C", "D", true, "C"},
		{"D", "C", false, "C"},
		{"MD", "C", true, "M"}, // in full what was masked, and ticked what was by default
		{"C", "F=POLICY_CONSENT", true, "C"},
		{"F=POLICY_CONSENT", "C", false, "C"},
		{"F=POLICY_CONSENT", "F=SURVEY_CONSENT", false, "F=SURVEY_CONSENT"},
		{"F=SURVEY_CONSENT", "F=POLICY_CONSENT", true, "F=SURVEY_CONSENT"},
		{"F=SURVEY_CONSENT", "C", true, "-"},
		{"C", "F=DISCLOSURE_ORDER", true, "-"},
		{"F=RIGHTS_REQUEST", "C", true, "-"},
		{"C", "F=LAW", true, "C"},
		{"F=LAW", "C", false, "C"},
		{"M", "F=LAW", true, "M"},
		// No consent opens these, and none closes them.
		{"-", "F=LAW", true, "F=LAW"},
		{"-", "M=RIGHTS_REQUEST", true, "M=RIGHTS_REQUEST"},
		{"M=LAW", "F=LAW", true, "F=LAW"},
		{"F=LAW", "F=DISCLOSURE_ORDER", false, "F=DISCLOSURE_ORDER"},
		{"F=DISCLOSURE_ORDER", "F=LAW", true, "F=LAW"},
	} {
		was, is := phoneRule(t, c.was), phoneRule(t, c.is)
		var want []consent.Widening
		if c.wider {
			want = []consent.Widening{{Is: is[0]}}
			if len(was) > 0 {
				want[0].Was = was[0]
			}
		}
		if diff := cmp.Diff(want, is.Widens(was)); diff != "" {
			t.Errorf("%s after %s: (-want +got)\n%s", c.is, c.was, diff)
		}
		if got := consent.Intersect(is, was); !slices.Equal(got, phoneRule(t, c.holds)) {
			t.Errorf("%s after %s: there holds\n%swant %s", c.is, c.was, got, c.holds)
		}
	}
}

// TestWidensNamesReaderAndPurpose: another place is another rule.
func TestWidensNamesReaderAndPurpose(t *testing.T) {
	older, err := consent.ParseRules("category\tAPP:ACCESS\nPHONE\tF\n")
	if err != nil {
		t.Fatal(err)
	}
	newer, err := consent.ParseRules("category\tAPP:ACCESS\tAPP:SERVICE\tSITE:ACCESS\nPHONE\tF\tM\tM\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]consent.Widening{{Is: newer[1]}, {Is: newer[2]}}, newer.Widens(older)); diff != "" {
		t.Error(diff)
	}
	if got := consent.Intersect(newer, older); !slices.Equal(got, older) {
		t.Errorf("there holds\n%s", got)
	}
}

// TestWhoAcceptedNothing reads their own data all the same, and gives none to others.
func TestWhoAcceptedNothing(t *testing.T) {
	held := consent.Intersect(consent.RulesInForce(), nil)
	if full, _ := held.Allows(privacy.App, privacy.SubjectAccess); full != privacy.SetOf(privacy.Categories()...) {
		t.Errorf("of their own they read %s", full)
	}
	for _, a := range []privacy.Audience{privacy.App, privacy.Site, privacy.University} {
		for _, p := range privacy.Purposes() {
			if full, masked := held.Allows(a, p); p != privacy.SubjectAccess && full|masked != 0 {
				t.Errorf("%s:%s reads %s and masked %s", a, p, full, masked)
			}
		}
	}
}

func onConsent(b privacy.Basis) bool {
	return b == privacy.PolicyConsent || b == privacy.ConsultationConsent || b == privacy.SurveyConsent
}

// FuzzIntersectIsNeverWider than either, but where no consent is asked for;
// rules are no wider than themselves, and hold for who accepted them.
func FuzzIntersectIsNeverWider(f *testing.F) {
	for how := range byte(24) {
		for other := range byte(24) {
			f.Add([]byte{2, 6, how, 0, 3, how}, []byte{2, 6, other, 0, 4, other})
		}
	}
	f.Fuzz(func(t *testing.T, numbers, others []byte) {
		schema, accepted := rulesFrom(numbers), rulesFrom(others)
		if wider := schema.Widens(schema); wider != nil {
			t.Errorf("wider than itself: %+v", wider)
		}
		if !slices.Equal(consent.Intersect(schema, schema), schema) {
			t.Errorf("does not hold for who accepted it:\n%s", schema)
		}
		both := consent.Intersect(schema, accepted)
		if wider := both.Widens(schema); wider != nil {
			t.Errorf("wider than the schema: %+v", wider)
		}
		for _, w := range both.Widens(accepted) {
			if onConsent(w.Is.Basis) || onConsent(w.Was.Basis) {
				t.Errorf("wider than what was accepted: %+v", w)
			}
		}
		if schema.Widens(accepted) == nil && !slices.Equal(both, schema) {
			t.Errorf("no wider than accepted, and yet\n%s is narrowed to\n%s", schema, both)
		}
	})
}
