package graph_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/privacy"
)

// An operation takes a fixed number of statements, whatever the size of the page
// and however much hangs on each person: one for the page with all that hangs on its
// people and the policy in force, and one for its number; of a person's own, one
// for their consent to the policy where the purpose needs that, one for theirs to
// surveys likewise, one for them, and one for their answers to surveys.
func TestNumberOfStatements(t *testing.T) {
	a := newAPI(t, applicants(600))
	user := demo.Generate(demo.Options{Users: 1, Seed: 7}).User.String()
	a.exec(everybodyAsks190, pq.StringArray(offered))
	page := func(selection string) func(first int) string {
		return func(first int) string {
			return consult + "leads(first: " + strconv.Itoa(first) + ") { " + selection + " } }"
		}
	}
	me := func(purpose string) func(int) string { return func(int) string { return ways["me"].whole(purpose) } }
	for name, test := range map[string]struct {
		caller *auth.Caller
		query  func(first int) string
		want   int
	}{
		"leads, everything":           {university("190"), page(selectAll(graph.Schema(), "LeadConnection")), 2},
		"leads, without their number": {university("190"), page("nodes { " + selectAll(graph.Schema(), "Lead") + " }"), 1},
		"leads, without lists":        {university("190"), page("nodes { id user { givenName } }"), 1},
		"leads, results only":         {university("190"), page("nodes { user { entResults { scores { score } } } }"), 1},
		"me on the law":               {person(privacy.App, user), me("SUBJECT_ACCESS"), 2},
		"me on the consent":           {person(privacy.App, user), me("AUTOFILL"), 2},
		"me on two consents":          {person(privacy.App, user), me("SERVICE"), 4},
	} {
		for _, first := range []int{1, 50, 500} {
			answer, statements := a.asked(test.caller, test.query(first))
			if got := len(statements); got != test.want {
				t.Errorf("%s, first %d: %d statements, want %d:\n%v", name, first, got, test.want, statements)
			}
			if leads, ok := parse(t, answer).Data["leads"].(map[string]any); ok {
				if nodes, _ := leads["nodes"].([]any); len(nodes) != first {
					t.Errorf("%s, first %d: %d leads", name, first, len(nodes))
				}
			}
		}
	}
}

// offered are the categories that a university may be given.
var offered = []string{
	"FAMILY_NAME", "GIVEN_NAME", "PATRONYMIC", "PHONE", "EMAIL", "ENT_RESULT", "PROFILE_SUBJECTS",
	"ENT_SCORES", "ENT_LANGUAGE", "REGION", "GRANT_RESULT",
}

// everybodyAsks190 makes each applicant a lead of university 190, so that there
// are pages of all sizes.
const everybodyAsks190 = `
	WITH asked AS (
		INSERT INTO consent (user_id, id, basis, university, scopes, categories, policy_version, given_at, expires_at)
		SELECT user_id, gen_random_uuid(), 'CONSULTATION_CONSENT', '190', '{COLLECTION,PROCESSING,THIRD_PARTIES}', $1, 1, '2026-09-01', '2100-01-01' FROM applicant
		ON CONFLICT (user_id, university) WHERE basis = 'CONSULTATION_CONSENT' AND withdrawn_at IS NULL AND state <> 'EXPIRED'
		DO UPDATE SET categories = excluded.categories
		RETURNING user_id, id, given_at)
	INSERT INTO lead (user_id, university, id, consent_id, requested_at)
	SELECT user_id, '190', gen_random_uuid(), id, given_at FROM asked
	ON CONFLICT (user_id, consent_id) DO NOTHING`

// change withdraws consents and changes values, all at one moment; undo undoes it.
const (
	change = `UPDATE consent SET withdrawn_at = '2026-11-20 12:00:00Z' WHERE user_id = '` + full + `' AND university IS DISTINCT FROM '027';
		UPDATE applicant SET given_name = 'Өзгеше', family_name = 'Өзгеше', email = 'changed@example.com', region = '790000000';
		UPDATE ent_result SET total = total - 1, year = 2025, language = 'EN';
		UPDATE grant_application SET year = 2025, quotas = '{ORPHAN}';
		UPDATE grant_choice SET programme = 'B058'`
	undo = `UPDATE consent SET withdrawn_at = NULL WHERE user_id = '` + full + `';
		UPDATE applicant SET given_name = k.given_name, family_name = k.family_name, email = k.email, region = k.region FROM kept_applicant k WHERE k.user_id = applicant.user_id;
		UPDATE ent_result SET total = k.total, year = k.year, language = k.language FROM kept_ent_result k WHERE k.id = ent_result.id;
		UPDATE grant_application SET year = k.year, quotas = k.quotas FROM kept_grant_application k WHERE k.id = grant_application.id;
		UPDATE grant_choice SET programme = k.programme FROM kept_grant_choice k WHERE k.application_id = grant_choice.application_id AND k.priority = grant_choice.priority`
	keep = `CREATE TABLE kept_applicant AS TABLE applicant; CREATE TABLE kept_ent_result AS TABLE ent_result;
		CREATE TABLE kept_grant_application AS TABLE grant_application; CREATE TABLE kept_grant_choice AS TABLE grant_choice`
)

// What is changed between two statements of an operation, before whichever, does
// not show in its answer, and shows in the next.
func TestAnOperationReadsOneMoment(t *testing.T) {
	for name, test := range map[string]struct {
		caller *auth.Caller
		query  string
	}{
		"leads":          {university("013"), consult + "leads(first: 500) { " + selectAll(graph.Schema(), "LeadConnection") + " } }"},
		"lead":           {university("013"), ways["lead"].whole("CONSULTATION")},
		"leads or ended": {university("013"), consult + "leads { nodes { id } } " + ended + " }"},
		"me, app":        {person(privacy.App, full), ways["me"].whole("AUTOFILL")},
		"me, site":       {person(privacy.Site, full), ways["me"].whole("SERVICE")},
		"me on the law":  {person(privacy.App, full), ways["me"].whole("SUBJECT_ACCESS")},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, people)
			a.exec(keep)
			before, statements := a.asked(test.caller, test.query)
			a.load(change)
			after := a.ask(test.caller, test.query)
			a.exec(undo)
			if before == after {
				t.Fatal("the change does not show")
			}
			for n := 2; n <= len(statements); n++ {
				a.listener.once(n, func() { a.load(change) })
				during := a.ask(test.caller, test.query)
				a.listener.calm()
				if diff := cmp.Diff(before, during); diff != "" {
					t.Errorf("changed before statement %d (-before +during):\n%s", n, diff)
				}
				if diff := cmp.Diff(after, a.ask(test.caller, test.query)); diff != "" {
					t.Errorf("the next answer (-after +next):\n%s", diff)
				}
				a.exec(undo)
			}
		})
	}
}

// The same operation on the same data has the same answer, byte by byte, also
// where several of its root fields withhold something at a time.
func TestSeveralRootFieldsAreAnsweredTheSame(t *testing.T) {
	a := newAPI(t, people)
	query := consult + `a: leads { nodes { user { email } } } b: lead(id: "` + fullLead[:35] + `2") { user { email patronymic } } c: leads { edges { node { user { familyName } } } } }`
	want := a.ask(university("013"), query)
	others := make(chan string, 8)
	for range cap(others) {
		go func() {
			other := ""
			for range 50 {
				if got := a.ask(university("013"), query); got != want {
					other = got
				}
			}
			others <- other
		}()
	}
	seen := want
	for range cap(others) {
		if other := <-others; other != "" {
			seen = other
		}
	}
	if seen != want {
		t.Errorf("one answer is\n%sanother is\n%s", want, seen)
	}
}
