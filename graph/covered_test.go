package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

// heldColumns count, for each person, the values that there are to be shown to
// university 013 if the person's consent covers them.
var heldColumns = map[string]string{
	"applicant": `SELECT user_id, 'leads' AS statement, count(family_name) AS family_name, count(given_name) AS given_name,
		count(patronymic) AS patronymic, count(phone) AS phone, count(email) AS email,
		count(profile_subjects) AS profile_subjects, count(region) AS region FROM applicant GROUP BY user_id`,
	"ent_result": `SELECT user_id, 'leads' AS statement, count(year) AS "result.year", count(session) AS "result.session", count(total) AS "result.total",
		count(subjects) AS "result.subjects", count(scores) AS "result.scores", count(language) AS "result.language" FROM ent_result GROUP BY user_id`,
	"grant_application": `SELECT user_id, 'leads' AS statement, count(year) AS "application.year", count(status) AS "application.status",
		count(award_programme) FILTER (WHERE award_university = '013') AS "application.award_programme",
		count(award_university) FILTER (WHERE award_university = '013') AS "application.award_university" FROM grant_application GROUP BY user_id`,
}

// columnCategories are the categories of the columns that a university may be
// shown, by statement and column.
var columnCategories = map[string]string{
	"leads.family_name": "FAMILY_NAME", "leads.given_name": "GIVEN_NAME", "leads.patronymic": "PATRONYMIC",
	"leads.phone": "PHONE", "leads.email": "EMAIL", "leads.profile_subjects": "PROFILE_SUBJECTS", "leads.region": "REGION",
	"leads.result.year": "ENT_RESULT", "leads.result.session": "ENT_RESULT", "leads.result.total": "ENT_RESULT",
	"leads.result.subjects": "ENT_SCORES", "leads.result.scores": "ENT_SCORES", "leads.result.language": "ENT_LANGUAGE",
	"leads.application.year": "GRANT_RESULT", "leads.application.status": "GRANT_RESULT",
	"leads.application.award_programme": "GRANT_RESULT", "leads.application.award_university": "GRANT_RESULT",
}

// values are how many values of a column there are of a person, by person,
// statement and column.
type values map[[3]string]int

// held are the values that the persons' consents to 013 cover.
func (a *api) held() values {
	a.t.Helper()
	covers := map[string]pq.StringArray{}
	for _, row := range a.rows(`SELECT l.user_id, c.categories FROM lead l JOIN consent c ON c.id = l.consent_id JOIN applicant a ON a.user_id = l.user_id
		WHERE l.university = '013' AND a.restricted_at IS NULL AND c.given_at <= $1 AND c.expires_at > $1 AND c.withdrawn_at IS NULL`, moment) {
		var categories pq.StringArray
		if err := categories.Scan(row["categories"]); err != nil {
			a.t.Fatal(err)
		}
		covers[text(row["user_id"])] = categories
	}
	held := values{}
	for _, query := range heldColumns {
		for _, row := range a.rows(query) {
			user, statement := text(row["user_id"]), text(row["statement"])
			for column, n := range row {
				count, isCount := n.(int64)
				if isCount && count > 0 && slices.Contains(covers[user], columnCategories[statement+"."+column]) {
					held[[3]string{user, statement, column}] = int(count)
				}
			}
		}
	}
	return held
}

// returned are the values that statements return when they are run again. A person,
// and an application, stand in each of the rows of what hangs on them.
func (a *api) returned(statements []sent) values {
	a.t.Helper()
	returned, counted := values{}, map[[4]string]bool{}
	for _, s := range statements {
		_, after, _ := strings.Cut(s.SQL, "/* ")
		name, _, _ := strings.Cut(after, " */")
		for _, row := range a.rows(s.SQL, s.Args...) {
			for column, value := range row {
				if _, personal := columnCategories[name+"."+column]; !personal || value == nil {
					continue
				}
				kind, _, hangs := strings.Cut(column, ".")
				which := ""
				if hangs {
					which = text(row[kind+".n"])
				}
				key := [3]string{text(row["user_id"]), name, column}
				if thing := [4]string{key[0], key[1], key[2], which}; !counted[thing] {
					counted[thing] = true
					returned[key]++
				}
			}
		}
	}
	return returned
}

func (a *api) rows(query string, args ...any) []map[string]any {
	a.t.Helper()
	rows, err := a.db.QueryxContext(a.t.Context(), query, args...)
	if err != nil {
		a.t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	var all []map[string]any
	for rows.Next() {
		row := map[string]any{}
		if err := rows.MapScan(row); err != nil {
			a.t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return all
}

func text(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

// applicants fills a database with made-up applicants, as many as asked.
func applicants(users int) func(*testing.T, *sqlx.DB, *vault.Vault) {
	return func(t *testing.T, db *sqlx.DB, v *vault.Vault) {
		t.Helper()
		if err := demo.Fill(t.Context(), db, postgrestest.Keys(t, db, v), demo.Generate(demo.Options{Users: users, Seed: 7})); err != nil {
			t.Fatal(err)
		}
	}
}

// The statements return what the consents cover, and NULL or no row otherwise:
// what is withheld does not leave the database.
func TestStatementReturnsOnlyWhatIsCovered(t *testing.T) {
	for name, fill := range map[string]func(*testing.T, *sqlx.DB, *vault.Vault){"people": people, "applicants": applicants(600)} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, fill)
			for _, way := range []string{"leads.nodes", "leads.edges.node"} {
				_, statements := a.asked(university("013"), ways[way].whole("CONSULTATION"))
				want := a.held()
				if len(want) == 0 {
					t.Fatal("nothing is covered")
				}
				if diff := cmp.Diff(want, a.returned(statements)); diff != "" {
					t.Errorf("%s: values returned (-covered +returned):\n%s", way, diff)
				}
			}
		})
	}
}

func TestStatementReturnsOneLeadsCoveredValues(t *testing.T) {
	a := newAPI(t, people)
	const nameAndPhone, restricted = "00000000-0000-4000-8000-00000000f132", "00000000-0000-4000-8000-00000000f136"
	for id, want := range map[string][]string{
		nameAndPhone: {"given_name", "phone"},
		restricted:   nil,
	} {
		_, statements := a.asked(university("013"), way{`lead(id: "` + id + `")`, nil, "Lead"}.whole("CONSULTATION"))
		var got []string
		for value := range a.returned(statements) {
			got = append(got, value[2])
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("lead %s: the statements return %v, want %v", id, got, want)
		}
	}
}

// rowCategories are the categories of which the place of what hangs on a person
// itself tells, by its column.
var rowCategories = map[string]string{
	"result.n": "ENT_RESULT", "application.n": "GRANT_RESULT", "choice.n": "GRANT_APPLICATION", "change.n": "GRANT_RESULT",
}

// keyCategories are those of which any needs a data key, by the key's column.
var keyCategories = map[string][]string{
	"identity.wrapped": {"FAMILY_NAME", "GIVEN_NAME", "PATRONYMIC"},
	"contact.wrapped":  {"PHONE", "EMAIL"},
}

// covered are the categories that may be read of each person who asked 013: what
// their consent covers and the version that it was given under lets be read.
func (a *api) covered() map[string]pq.StringArray {
	a.t.Helper()
	covered := map[string]pq.StringArray{}
	for _, row := range a.rows(`SELECT l.user_id, ARRAY(SELECT x FROM unnest(c.categories) x WHERE (v.full_bits | v.masked_bits) & category_bit(x) <> 0) AS categories
		FROM lead l JOIN consent c ON c.id = l.consent_id JOIN applicant a ON a.user_id = l.user_id
		JOIN policy_rule v ON v.version = c.policy_version AND v.audience = 'UNIVERSITY' AND v.basis = c.basis
		WHERE l.university = '013' AND a.restricted_at IS NULL`) {
		var categories pq.StringArray
		if err := categories.Scan(row["categories"]); err != nil {
			a.t.Fatal(err)
		}
		covered[text(row["user_id"])] = categories
	}
	return covered
}

// narrowly has a version of the policy let universities read the given name, and
// one lead be given under it whose consent covers everything.
const narrowly = `INSERT INTO policy_version (version, published_at, effective_from, rules) SELECT 2, published_at, effective_from, rules FROM policy_version;
	INSERT INTO policy_text (version, language, published_at, url, text) SELECT 2, language, published_at, url, text FROM policy_text;
	INSERT INTO policy_rule VALUES (2, 'UNIVERSITY', 'CONSULTATION', 'CONSULTATION_CONSENT', category_bit('GIVEN_NAME'), 0);
	UPDATE consent SET policy_version = 2 WHERE university = '013' AND user_id = '` + full + `'`

// Of a person whose consent does not cover a row there is no row, and where no value
// of a group may be opened there is no key.
func TestStatementReturnsNoRowNorKeyInVain(t *testing.T) {
	a := newAPI(t, people)
	a.exec(`UPDATE consent SET categories = '{REGION}' WHERE university = '013' AND user_id = '` + full[:35] + `2';
		UPDATE grant_application SET source = 'TYPED', recorded_at = '2026-10-01'`)
	for name, change := range map[string]string{"as it is": "SELECT", "under a narrow version": narrowly} {
		a.exec(change)
		answer, statements := a.asked(university("013"), ways["leads.nodes"].whole("CONSULTATION"))
		if codes := parse(t, answer).codes(); slices.Contains(codes, "INTERNAL") {
			t.Errorf("%s: %s", name, answer)
		}
		covered := a.covered()
		for _, s := range statements {
			for _, row := range a.rows(s.SQL, s.Args...) {
				categories := covered[text(row["user_id"])]
				for column, c := range rowCategories {
					if row[column] != nil && !slices.Contains(categories, c) {
						t.Errorf("%s: %s of %s, who gave %v", name, column, text(row["user_id"]), categories)
					}
				}
				for key, any := range keyCategories {
					some := slices.ContainsFunc(any, func(c string) bool { return slices.Contains(categories, c) })
					if row[key] != nil && !some {
						t.Errorf("%s: %s of %s, who gave %v", name, key, text(row["user_id"]), categories)
					}
				}
			}
		}
	}
}
