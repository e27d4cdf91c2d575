package consent_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// TestWithdrawingOneScope: the table of [consent.Needs], cell by cell.
func TestWithdrawingOneScope(t *testing.T) {
	const (
		stands = iota
		ends
		endsAbroad
	)
	for _, c := range []struct {
		withdrawn                               consent.Scopes
		policy, survey, consultation, viaPolicy int
	}{
		{consent.Collection, stands, stands, ends, stands},
		{consent.Processing, ends, ends, ends, ends},
		{consent.Publication, stands, stands, stands, stands},
		{consent.ThirdParties, stands, stands, ends, ends},
		{consent.CrossBorder, stands, stands, endsAbroad, endsAbroad},
		{0, ends, ends, ends, ends},
	} {
		for _, abroad := range []bool{false, true} {
			over := func(cell int) bool { return cell == ends || cell == endsAbroad && abroad }
			for basis, cell := range map[privacy.Basis]int{
				privacy.PolicyConsent: c.policy, privacy.SurveyConsent: c.survey, privacy.ConsultationConsent: c.consultation,
			} {
				s := afterWithdrawal(basis, abroad, c.withdrawn)
				if s.Stands(basis, abroad) == over(cell) {
					t.Errorf("%s, abroad %t, without %q: %+v", basis, abroad, c.withdrawn, s)
				}
				if (s.State == consent.Withdrawn) != over(cell) {
					t.Errorf("%s, abroad %t, without %q is %s", basis, abroad, c.withdrawn, s.State)
				}
			}
			if consent.EndsConsultation(c.withdrawn, abroad) != over(c.viaPolicy) {
				t.Errorf("policy without %q, abroad %t: ends consultations is %t", c.withdrawn, abroad, !over(c.viaPolicy))
			}
		}
	}
}

// afterWithdrawal is a consent as it is asked for, and then withdrawn in part.
func afterWithdrawal(b privacy.Basis, abroad bool, scopes consent.Scopes) consent.Standing {
	gave := given(1, 20)
	gave.Scopes = consent.Asks(b, abroad)
	return consent.Current([]consent.Event{gave, withdrawn(2, consent.Withdraws(b, abroad, scopes))}, at(3))
}

// TestWithdrawsAllOrWhatWasAsked: what a withdrawal is recorded as.
func TestWithdrawsAllOrWhatWasAsked(t *testing.T) {
	for asked, want := range map[consent.Scopes]consent.Scopes{
		0:                                        consent.AllScopes,
		consent.ThirdParties:                     consent.AllScopes,
		consent.Publication | consent.Processing: consent.AllScopes,
		consent.Publication:                      consent.Publication,
		consent.Publication | consent.CrossBorder: consent.Publication | consent.CrossBorder,
	} {
		if got := consent.Withdraws(privacy.ConsultationConsent, false, asked); got != want {
			t.Errorf("asked for %q: %q, want %q", asked, got, want)
		}
	}
}

// TestPartnerMovesAbroad: a consent given without CROSS_BORDER ends to stand.
func TestPartnerMovesAbroad(t *testing.T) {
	s := consent.Current([]consent.Event{given(1, 20)}, at(2))
	if !s.Stands(privacy.ConsultationConsent, false) || s.Stands(privacy.ConsultationConsent, true) {
		t.Errorf("%+v stands at home %t, abroad %t", s, s.Stands(privacy.ConsultationConsent, false), s.Stands(privacy.ConsultationConsent, true))
	}
}

// TestNoConsentStandsForAnotherBasis, however much it covers short of all.
func TestNoConsentStandsForAnotherBasis(t *testing.T) {
	s := standing(consent.Given, 1, consent.AllScopes&^consent.Publication, 20)
	for _, b := range []privacy.Basis{0, privacy.DisclosureOrder, privacy.RightsRequest, privacy.Law, 99} {
		if s.Stands(b, false) || consent.Asks(b, true) != 0 {
			t.Errorf("%s rests on a consent", b)
		}
	}
}

// TestWhatIsAskedIsEnough for a consent to stand, and never publication.
func TestWhatIsAskedIsEnough(t *testing.T) {
	for _, b := range []privacy.Basis{privacy.PolicyConsent, privacy.SurveyConsent, privacy.ConsultationConsent} {
		for _, abroad := range []bool{false, true} {
			asks := consent.Asks(b, abroad)
			if !asks.Covers(consent.Needs(b, abroad)) || asks.Covers(consent.Publication) {
				t.Errorf("%s, abroad %t, asks for %s", b, abroad, asks)
			}
		}
	}
}

func TestScopesAreTheirWords(t *testing.T) {
	if diff := cmp.Diff([]string{"COLLECTION", "PROCESSING", "PUBLICATION", "THIRD_PARTIES", "CROSS_BORDER"}, consent.AllScopes.Words()); diff != "" {
		t.Error(diff)
	}
	for s := range consent.AllScopes + 1 {
		if got, err := consent.ParseScopes(s.Words()...); err != nil || got != s {
			t.Errorf("%s is read as %s (%v)", s, got, err)
		}
	}
	if got := (consent.CrossBorder | consent.Collection).String(); got != "COLLECTION,CROSS_BORDER" {
		t.Errorf("printed as %s", got)
	}
	if _, err := consent.ParseScopes("COLLECTION", "collection"); !errors.Is(err, consent.ErrScope) {
		t.Errorf("%v, want %v", err, consent.ErrScope)
	}
}
