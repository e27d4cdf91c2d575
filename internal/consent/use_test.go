package consent_test

import (
	"testing"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// The uses of a consent to the policy are those that the rules open on it: every
// purpose once, each with a closed list.
func TestUsesOfThePolicy(t *testing.T) {
	uses := consent.Uses(privacy.PolicyConsent, 0, consent.RulesInForce())
	seen := map[privacy.Purpose]bool{}
	var all privacy.Set
	for _, u := range uses {
		if seen[u.Purpose] || u.Categories == 0 || u.Categories != u.Categories.Closed() {
			t.Errorf("%s: %v", u.Purpose, u.Categories)
		}
		seen[u.Purpose], all = true, all|u.Categories
	}
	if all != consent.RulesInForce().PolicyCovers() || all.Has(privacy.Survey) || !all.Has(privacy.Phone) {
		t.Errorf("the policy covers %v, and its uses %v", consent.RulesInForce().PolicyCovers(), all)
	}
	if seen[privacy.SubjectAccess] || seen[privacy.Consultation] || !seen[privacy.Service] {
		t.Errorf("purposes %v", seen)
	}
}

func TestUsesOfOthers(t *testing.T) {
	covers := privacy.SetOf(privacy.GivenName, privacy.Phone)
	uses := consent.Uses(privacy.ConsultationConsent, covers, nil)
	if len(uses) != 1 || uses[0] != (consent.Use{Purpose: privacy.Consultation, Categories: covers}) {
		t.Errorf("%v", uses)
	}
	if uses := consent.Uses(privacy.Law, covers, nil); uses != nil {
		t.Errorf("%v", uses)
	}
}
