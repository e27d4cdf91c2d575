package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

// Results go by year, session and total, the latest and the best first, and by their
// ids where all of these are the same; for the person as for a university.
func TestResultsGoByTheirSitting(t *testing.T) {
	a := newAPI(t, people)
	want := []string{ // language tells those apart that are otherwise the same
		"2026 AUGUST 90 KK", "2026 MAIN 140 KK", "2026 MAIN 100 RU", "2026 MAIN 100 EN", "2026 MAIN 100 KK", "2026 JANUARY 140 KK", "2025 AUGUST 140 KK",
	}
	a.exec("DELETE FROM ent_result WHERE user_id = $1", full)
	for i, n := range []int{3, 6, 1, 5, 0, 2, 4} {
		w := strings.Fields(want[n])
		a.exec(`INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language)
			VALUES ($1, $2, $3, $4, $5, '{MATH_LIT}', '{10}', $6)`,
			full, fmt.Sprintf("%08x-0000-4000-8000-%012x", 10+n, 100-i), w[0], w[1], w[2], w[3])
	}
	for name, test := range map[string]struct {
		caller *auth.Caller
		query  string
	}{
		"person":     {person(privacy.App, full), "query @purpose(is: SUBJECT_ACCESS) { me { %s } }"},
		"university": {university("013"), consult + `lead(id: "` + fullLead + `") { user { %s } } }`},
	} {
		t.Run(name, func(t *testing.T) {
			got := a.ask(test.caller, fmt.Sprintf(test.query, "entResults { year session total language }"))
			shown := ""
			for _, result := range want {
				w := strings.Fields(result)
				shown += fmt.Sprintf(`{"year":%s,"session":%q,"total":%s,"language":%q},`, w[0], w[1], w[2], w[3])
			}
			if !strings.Contains(got, "["+strings.TrimSuffix(shown, ",")+"]") {
				t.Errorf("got %s", got)
			}
		})
	}
}
