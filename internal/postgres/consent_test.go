package postgres_test

import (
	"slices"
	"testing"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
)

// TestNeedsAgree: the database lets a consent stand on what the rules say it
// needs.
func TestNeedsAgree(t *testing.T) {
	db := postgrestest.New(t)
	for _, b := range []privacy.Basis{privacy.PolicyConsent, privacy.ConsultationConsent, privacy.SurveyConsent} {
		for _, abroad := range []bool{false, true} {
			var words pq.StringArray
			if err := db.GetContext(t.Context(), &words, `SELECT consent_needs($1, $2)`, b.String(), abroad); err != nil {
				t.Fatal(err)
			}
			if want := consent.Needs(b, abroad).Words(); !slices.Equal(words, want) {
				t.Errorf("%s, abroad %t: %v in the database, %v in the rules", b, abroad, words, want)
			}
		}
	}
}
