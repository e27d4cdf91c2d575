package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres/postgrestest"
)

func count(t *testing.T, db *sqlx.DB, query string) (n int) {
	t.Helper()
	if err := db.GetContext(t.Context(), &n, "SELECT count(*) FROM "+query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestFill(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	p := demo.Generate(demo.Options{Users: 2000, Seed: 1})
	if err := demo.Fill(t.Context(), db, postgrestest.Keys(t, db, v), p); err != nil {
		t.Fatal(err)
	}
	postgrestest.Unseal(t, db, v)
	for table, want := range map[string]int{
		"client": len(p.Clients), "applicant": len(p.Applicants), "ent_result": len(p.EntResults),
		"grant_application": len(p.GrantApplications), "grant_choice": len(p.GrantChoices),
		"consent": len(p.Consents), "lead": len(p.Leads), "survey": len(p.Surveys), "survey_answer": len(p.SurveyAnswers),
	} {
		if got := count(t, db, table); got != want {
			t.Errorf("%s: %d rows, want %d", table, got, want)
		}
	}
	// What the tables' constraints do not say.
	for _, none := range []string{
		"opened.applicant WHERE iin IS NOT NULL AND left(iin, 6) <> to_char(CAST(birth_date AS date), 'YYMMDD')",
		"applicant WHERE profile_subjects NOT IN (SELECT subjects FROM profile_combination)",
		"ent_result WHERE total <> (SELECT sum(score) FROM unnest(scores) AS score)",
		"grant_application a WHERE award_programme IS NOT NULL AND NOT EXISTS (SELECT FROM grant_choice c WHERE c.user_id = a.user_id" +
			" AND c.priority = a.award_priority AND c.programme = a.award_programme AND c.university = a.award_university)",
		"lead l JOIN consent c ON c.user_id = l.user_id AND c.id = l.consent_id WHERE c.university <> l.university",
		"consent WHERE basis = 'POLICY_CONSENT' AND covers <> 0",
		"lead WHERE requested_at >= '2026-11-01Z'",
	} {
		if n := count(t, db, none); n != 0 {
			t.Errorf("%d rows of %s", n, none)
		}
	}
}

func TestFillKeepsWhatItLoads(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	p := demo.Generate(demo.Options{Users: 1, Seed: 1})
	if err := demo.Fill(t.Context(), db, postgrestest.Keys(t, db, v), p); err != nil {
		t.Fatal(err)
	}
	postgrestest.Unseal(t, db, v)
	want := []string{
		"Үлгінова", "Әсел", "Ерланқызы", "080716699005", "2008-07-16", "+77710009998", "{MATH,INFORMATICS}",
		"{15,8,9,37,35}", "{RURAL,LARGE_FAMILY}", "2026-01-05 00:00:00", "2030-12-31 00:00:00",
	}
	got := make([]string, len(want))
	into := make([]any, len(want))
	for i := range got {
		into[i] = &got[i]
	}
	row := db.QueryRowxContext(t.Context(), `
		SELECT family_name, given_name, patronymic, iin, birth_date, phone, profile_subjects::text,
			r.scores::text, g.quotas::text, (a.created_at AT TIME ZONE 'UTC')::text, (c.expires_at AT TIME ZONE 'UTC')::text
		FROM opened.applicant a
		JOIN ent_result r ON r.user_id = a.user_id AND r.session = 'JANUARY'
		JOIN grant_application g ON g.user_id = a.user_id
		JOIN consent c ON c.user_id = a.user_id AND c.university = '013'
		WHERE a.user_id = $1`, p.User)
	if err := row.Scan(into...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFillIsAllOrNothing(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	p := demo.Generate(demo.Options{Users: 20, Seed: 1})
	p.Leads[len(p.Leads)-1].University = "999"
	if err := demo.Fill(t.Context(), db, postgrestest.Keys(t, db, v), p); err == nil {
		t.Error("a lead to no university was loaded")
	}
	if n := count(t, db, "applicant"); n != 0 {
		t.Errorf("%d applicants were left", n)
	}
}
