package consent_test

import (
	"errors"
	"testing"
	"time"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

func TestRequested(t *testing.T) {
	oneTap := privacy.SetOf(privacy.GivenName, privacy.Phone)
	for name, c := range map[string]struct {
		ticked []privacy.Category
		want   privacy.Set
	}{
		"one press":             {nil, oneTap},
		"a default one ticked":  {[]privacy.Category{privacy.Phone}, oneTap},
		"one more":              {[]privacy.Category{privacy.Email}, oneTap | privacy.SetOf(privacy.Email)},
		"ticked twice":          {[]privacy.Category{privacy.Email, privacy.Email}, oneTap | privacy.SetOf(privacy.Email)},
		"scores imply a result": {[]privacy.Category{privacy.EntScores}, oneTap | privacy.SetOf(privacy.EntScores, privacy.EntResult, privacy.ProfileSubjects)},
	} {
		if got, err := consent.Requested(c.ticked); err != nil || got != c.want {
			t.Errorf("%s: %s (%v), want %s", name, got, err, c.want)
		}
	}
}

// TestRequestedRefusesWhatIsNotOffered, category by category of the policy.
func TestRequestedRefusesWhatIsNotOffered(t *testing.T) {
	refused := 0
	for _, c := range append(privacy.Categories(), 0, 99) {
		_, err := consent.Requested([]privacy.Category{privacy.Email, c})
		var notOffered *consent.NotOfferedError
		offered := privacy.Decide(privacy.University, privacy.Consultation).Verdict(c) == privacy.PerRecord
		switch {
		case offered && err != nil:
			t.Errorf("%s: %v", c, err)
		case !offered && (!errors.As(err, &notOffered) || notOffered.Category != c || !errors.Is(err, consent.ErrNotOffered)):
			t.Errorf("%s: %v, want it not offered", c, err)
		case !offered:
			refused++
		}
	}
	if refused != 12 { // ten of policy-rules.tsv, and two that there are not
		t.Errorf("%d refused", refused)
	}
	_, err := consent.Requested([]privacy.Category{privacy.IIN})
	if err == nil || err.Error() != "consent: category not offered: IIN" {
		t.Errorf("%v does not name the category", err)
	}
}

// FuzzRequestedIsClosed: what one may ask for is closed under implication, has
// the default two and what was ticked, and nothing that is not offered.
func FuzzRequestedIsClosed(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{byte(privacy.EntScores), byte(privacy.Region)})
	f.Add([]byte{byte(privacy.Address)})
	offer := privacy.Decide(privacy.University, privacy.Consultation)
	f.Fuzz(func(t *testing.T, words []byte) {
		ticked := make([]privacy.Category, len(words))
		for i, w := range words {
			ticked[i] = privacy.Category(w)
		}
		got, err := consent.Requested(ticked)
		if err != nil {
			return
		}
		if got != got.Closed() || got != got.Closure() {
			t.Errorf("%s is not closed", got)
		}
		for _, c := range append(ticked, privacy.GivenName, privacy.Phone) {
			if !got.Has(c) {
				t.Errorf("%s lacks %s", got, c)
			}
		}
		for _, c := range got.Categories() {
			if offer.Rule(c).Treatment != privacy.Full {
				t.Errorf("%s has %s, which is not offered", got, c)
			}
		}
	})
}

func TestDefaultTerm(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for b, want := range map[privacy.Basis]time.Duration{
		privacy.PolicyConsent: 3 * year, privacy.ConsultationConsent: year, privacy.SurveyConsent: year,
		0: 0, privacy.DisclosureOrder: 0, privacy.RightsRequest: 0, privacy.Law: 0,
	} {
		if got := consent.DefaultTerm(b); got != want {
			t.Errorf("%s: %s, want %s", b, got, want)
		}
	}
}
