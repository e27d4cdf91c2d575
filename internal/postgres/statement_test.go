package postgres_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
)

// exclusive are features of which a statement has one at a time.
var exclusive = map[string][][]string{
	"leads": {
		{"count"},
		{"rows", "lead"},
		{"rows", "page", "LeadOrder.REQUESTED_AT_DESC", "after.REQUESTED_AT_DESC"},
		{"rows", "page", "LeadOrder.REQUESTED_AT_ASC", "after.REQUESTED_AT_ASC"},
		{"rows", "page", "LeadOrder.TOTAL_DESC", "after.TOTAL_DESC"},
	},
	"ended_leads":     {{"count"}, {"rows"}, {"rows", "after"}},
	"policy_version":  {{"in_force"}, {"version"}},
	"lock_keys":       {{"write"}, {"change"}},
	"stale_data_keys": {{"count"}, {"rows"}},
	"unindexed": {
		{"count", "from.applicant", "applicant.iin.a"},
		{"count", "from.ent_result", "ent_result.testee_code.b"},
		{"rows", "from.applicant", "applicant.iin", "applicant.iin.a"},
		{"rows", "from.applicant", "applicant.iin", "applicant.iin.b"},
		{"rows", "from.applicant", "applicant.phone", "applicant.phone.a"},
		{"rows", "from.applicant", "applicant.phone", "applicant.phone.b"},
		{"rows", "from.applicant", "applicant.email", "applicant.email.a"},
		{"rows", "from.applicant", "applicant.email", "applicant.email.b"},
		{"rows", "from.ent_result", "ent_result.testee_code", "ent_result.testee_code.a"},
		{"rows", "from.ent_result", "ent_result.testee_code", "ent_result.testee_code.b"},
	},
	"indexed":        eachIndex(true),
	"fill_index":     eachIndex(true),
	"person":         eachIndex(false),
	"end_consent":    {{"expired"}, {"narrowed"}, {"withdrawn"}},
	"survey_answers": {{"law"}, {"consented"}},
	"sweep":          {{"one_time_code"}, {"session"}, {"rate_limit"}, {"survey_answer"}},
	"end_session":    {{"one"}, {"others"}},
	"grant_standing": {{"typed"}, {"imported"}},
}

// lists are ways to have some of what hangs on people.
var lists = [][]string{
	{"User.entResults"},
	{"User.grantApplications"},
	{"User.grantApplications", "GrantApplication.choices"},
	{"User.grantApplications", "GrantApplication.history"},
	{"User.grantApplications", "GrantApplication.choices", "GrantApplication.history", "details"},
	{"User.entResults", "User.grantApplications", "lists"},
}

// eachIndex are the features of each column of each blind index.
func eachIndex(from bool) [][]string {
	var all [][]string
	for _, c := range postgres.SealedColumns() {
		for _, slot := range []string{"a", "b"} {
			choice := []string{c.Table + "." + c.Column + "." + slot}
			if from {
				choice = append(choice, "from."+c.Table)
			}
			if c.Indexed {
				all = append(all, choice)
			}
		}
	}
	return all
}

// variants are the ways in which a statement can be sent: each exclusive choice
// with all other lines, and with none.
func variants(t *testing.T, statement string) [][]string {
	t.Helper()
	choices, listed := exclusive[statement]
	if !listed {
		choices = [][]string{{}}
	}
	all, err := postgres.Features(statement)
	if err != nil {
		t.Fatal(err)
	}
	var others []string
	for _, name := range all {
		if !slices.ContainsFunc(choices, func(c []string) bool { return slices.Contains(c, name) }) {
			others = append(others, name)
		}
	}
	var vs [][]string
	for _, c := range choices {
		vs = append(vs, c)
		if !slices.Contains(c, "count") {
			vs = append(vs, slices.Concat(c, others))
		}
	}
	if statement == "user" || statement == "leads" {
		for _, l := range lists {
			vs = append(vs, slices.Concat(choices[len(choices)-1], l))
		}
	}
	return append(vs, slices.Concat(choices[0], filters(others)))
}

func filters(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, "LeadFilter.") })
}

// everyParameter has a value for each parameter that a statement may name.
func everyParameter() map[string]any {
	args := map[string]any{}
	for _, name := range []string{
		"now", "university", "lead_id", "lead_ids", "user_id", "readable", "version", "client_id", "limit", "since",
		"requested_since", "programme", "region", "min_total", "profile_subjects", "language", "phone",
		"after_requested_at", "after_id", "after_total", "after_ended_at", "phone_index", "index", "key_group",
		"epoch", "created_at", "check_value", "table_name", "column_name", "in_use", "wrapped", "users", "groups", "ids", "values",
		"family_name", "given_name", "patronymic", "iin", "iin_index_a", "iin_index_b", "birth_date", "sex",
		"email", "email_index_a", "email_index_b", "address", "columns", "source",
		"id", "year", "session", "total", "subjects", "scores", "test_date", "place", "status", "quotas", "programmes", "universities",
		"testee_code", "testee_code_index_a", "testee_code_index_b", "consent_id", "basis", "categories", "scopes", "abroad", "until", "state", "channel",
		"evidence", "receipt", "effective_from", "rules", "url", "text", "audience", "purpose", "audiences", "purposes", "bases",
		"full", "masked", "survey", "survey_version", "retention_days", "closes_at", "definition", "fields",
		"bucket", "each", "whole", "code_id", "code_hash", "expires_at", "most", "session_id", "token_hash", "phone_index_a", "phone_index_b",
		"ground", "article", "document", "years", "ns",
	} {
		args[name] = nil
	}
	return args
}

// TestStatementsPrepare prepares each statement, in each of its forms, on the
// migrated schema.
func TestStatementsPrepare(t *testing.T) {
	db := postgrestest.New(t)
	statements, err := postgres.Statements()
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		for i, names := range variants(t, statement) {
			t.Run(fmt.Sprintf("%s/%d", statement, i), func(t *testing.T) {
				query, _, err := postgres.Render(statement, names, everyParameter())
				if err != nil {
					t.Fatal(err)
				}
				tx, err := db.BeginTxx(t.Context(), nil) // COPY has to be in one
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = tx.Rollback() }()
				makeRoom(t, tx)
				prepared, err := tx.PrepareContext(t.Context(), query)
				if err != nil {
					t.Fatalf("%v\n%s", err, query)
				}
				defer func() { _ = prepared.Close() }()
			})
		}
	}
}

// makeRoom makes the tables that an import stages its rows in.
func makeRoom(t *testing.T, tx *sqlx.Tx) {
	t.Helper()
	for _, room := range []string{"stage_ent_results", "stage_grant_applications"} {
		query, _, err := postgres.Render(room, nil, nil)
		if err == nil {
			_, err = tx.ExecContext(t.Context(), query)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestColumnsAreGuardedByTheirCategory: a line that reads a field or filters by
// a key compares the bit of that coordinate's own category.
func TestColumnsAreGuardedByTheirCategory(t *testing.T) {
	categories := schemaCategories(t)
	guard := regexp.MustCompile(`category_bit\('([A-Z_]+)'\)`)
	for _, statement := range []string{"leads", "survey_answers"} {
		lines, err := postgres.Lines(statement)
		if err != nil {
			t.Fatal(err)
		}
		guarded := map[string]bool{}
		for text, names := range lines {
			for _, name := range names {
				for _, found := range guard.FindAllStringSubmatch(text, -1) {
					guarded[name] = true
					if categories[name] != "" && found[1] != categories[name] && name != "GrantApplication.award" {
						t.Errorf("%s: a line of %s is guarded by %s, not by %s", statement, name, found[1], categories[name])
					}
				}
			}
		}
		for _, names := range lines {
			for _, name := range names {
				if categories[name] != "" && !guarded[name] {
					t.Errorf("%s: %s is read without a guard", statement, name)
				}
			}
		}
	}
}

// TestLeadsAreReadAsTheirVersionAllows: a statement that reads what a university may
// see reckons with the version of the policy that the consent was given under.
func TestLeadsAreReadAsTheirVersionAllows(t *testing.T) {
	statements, err := postgres.Statements()
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		lines, err := postgres.Lines(statement)
		if err != nil {
			t.Fatal(err)
		}
		for text := range lines {
			if strings.Contains(text, "c.covers") && strings.Contains(text, "AS readable") && !strings.Contains(text, "v.full_bits") {
				t.Errorf("%s does not", statement)
			}
		}
	}
}

// schemaCategories are the categories of the schema's @pii elements by coordinate.
func schemaCategories(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	categories := map[string]string{}
	add := func(coordinate string, ds ast.DirectiveList) {
		if d := ds.ForName("pii"); d != nil {
			categories[coordinate] = d.Arguments.ForName("category").Value.Raw
		}
	}
	for _, def := range schema.Types {
		for _, f := range def.Fields {
			add(def.Name+"."+f.Name, f.Directives)
		}
		for _, v := range def.EnumValues {
			add(def.Name+"."+v.Name, v.Directives)
		}
	}
	return categories
}

// TestCategoriesAgree: the database numbers categories, and knows what they
// imply, as the kernel does.
func TestCategoriesAgree(t *testing.T) {
	db := postgrestest.New(t)
	for _, c := range privacy.Categories() {
		var bit, implied int64
		err := db.QueryRowxContext(t.Context(), `SELECT category_bit($1), category_bits(category_implies($1))`, c.String()).Scan(&bit, &implied)
		if err != nil {
			t.Fatal(err)
		}
		if privacy.Set(bit) != privacy.SetOf(c) {
			t.Errorf("%s: the database has bit %b, the kernel %b", c, bit, privacy.SetOf(c))
		}
		if direct := privacy.Set(implied); direct.Closure() != c.Implied() {
			t.Errorf("%s implies %s in the database and %s in the kernel", c, direct.Closure(), c.Implied())
		}
	}
}

// TestConsentsAreClosed: the database takes no consent to an unknown category,
// nor to one without what it implies.
func TestConsentsAreClosed(t *testing.T) {
	db := postgrestest.New(t)
	if _, err := db.ExecContext(t.Context(), `INSERT INTO applicant (user_id, created_at) VALUES ('00000000-0000-4000-8000-000000000001', '2026-01-01')`); err != nil {
		t.Fatal(err)
	}
	for categories, good := range map[string]bool{
		"{}":                          true,
		"{GIVEN_NAME,PHONE}":          true,
		"{ENT_LANGUAGE,ENT_RESULT}":   true,
		"{ENT_LANGUAGE}":              false,
		"{ENT_SCORES,ENT_RESULT}":     false,
		"{SHOE_SIZE}":                 false,
		"{GIVEN_NAME,PHONE,NULL}":     false,
		"{ADDRESS,REGION}":            true,
		"{IIN,BIRTH_DATE}":            false,
		"{GRANT_QUOTAS,GRANT_RESULT}": true,
	} {
		var closed bool
		if err := db.GetContext(t.Context(), &closed, `SELECT categories_closed($1)`, categories); err != nil {
			t.Fatal(err)
		}
		if closed != good {
			t.Errorf("%s: closed is %v", categories, closed)
		}
		_, err := db.ExecContext(t.Context(), `INSERT INTO consent (user_id, id, basis, categories, policy_version, given_at, expires_at)
			VALUES ('00000000-0000-4000-8000-000000000001', gen_random_uuid(), 'POLICY_CONSENT', $1, 1, '2026-01-01', '2027-01-01')`, categories)
		if taken := err == nil; taken != good {
			t.Errorf("%s: the table takes it: %v (%v)", categories, taken, err)
		}
	}
}

// TestHotStatementsUseTheirIndex: a page of leads, one lead and one person are
// found by an index, among many.
func TestHotStatementsUseTheirIndex(t *testing.T) {
	const page = "page"
	for name, share := range map[string]int{"half of the leads": 4, "all leads": 2} {
		db := postgrestest.New(t)
		fillMany(t, db, share)
		for _, c := range []struct {
			statement string
			features  []string
			index     string
		}{
			{"leads", []string{"rows", page, "LeadOrder.REQUESTED_AT_DESC"}, "lead_by_request"},
			{"leads", []string{"rows", page, "LeadOrder.REQUESTED_AT_ASC"}, "lead_by_request"},
			{"leads", []string{"rows", page, "LeadOrder.REQUESTED_AT_ASC", "after.REQUESTED_AT_ASC"}, "lead_by_request"},
			{"leads", []string{"rows", "lead"}, "lead_by_id"},
			{"leads", []string{"rows", page, "LeadOrder.REQUESTED_AT_DESC", "LeadFilter.phone", "applicant.phone.a"}, "applicant_phone_index_a_key"},
			{"user", nil, "applicant_pkey"},
			{"user", []string{"User.entResults"}, "ent_result_pkey"},
			{"leads", []string{"rows", page, "LeadOrder.REQUESTED_AT_DESC", "User.entResults"}, "ent_result_pkey"},
			{"client", nil, "client_pkey"},
		} {
			t.Run(name+" "+c.statement+" "+strings.Join(c.features, " "), func(t *testing.T) {
				plan := explain(t, db, c.statement, c.features)
				if !strings.Contains(plan, c.index) || slices.Contains(c.features, page) && strings.Contains(plan, "Seq Scan on lead") {
					t.Errorf("the plan does not use %s:\n%s", c.index, plan)
				}
			})
		}
	}
}

// explain is the one plan for all parameters, as connections of the store make it.
func explain(t *testing.T, db *sqlx.DB, statement string, features []string) string {
	t.Helper()
	args := map[string]any{}
	for _, name := range []string{"university", "now", "limit", "after_requested_at", "after_id", "lead_id", "phone_index", "readable", "user_id", "client_id", "index"} {
		args[name] = nil
	}
	query, values, err := postgres.Render(statement, features, args)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Connx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, s := range []string{"SET plan_cache_mode = force_generic_plan", "DEALLOCATE ALL", "PREPARE asked AS " + query} {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	var plan []string
	nulls := strings.TrimSuffix(strings.Repeat("NULL, ", len(values)), ", ")
	if err := conn.SelectContext(t.Context(), &plan, "EXPLAIN EXECUTE asked ("+nulls+")"); err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// fillMany makes 20,000 people of whom each second asked one of 50 universities: one in as many as
// share of all people the same.
func fillMany(t *testing.T, db *sqlx.DB, share int) {
	t.Helper()
	for _, statement := range []string{
		`INSERT INTO applicant (user_id, iin_index_a, iin_index_b, phone_index_a, phone_index_b, email_index_a, email_index_b, created_at)
		 SELECT gen_random_uuid(), h, h, h, h, h, h, '2026-01-01' FROM generate_series(1, 20000) i, sha256(i::text::bytea) h`,
		`INSERT INTO consent (user_id, id, basis, scopes, university, categories, policy_version, given_at, expires_at)
		 SELECT a.user_id, gen_random_uuid(), 'CONSULTATION_CONSENT', '{COLLECTION,PROCESSING,THIRD_PARTIES}', CASE WHEN a.n % ` + strconv.Itoa(share) + ` = 0 THEN '013' ELSE u.code END, '{GIVEN_NAME,PHONE}', 1, '2026-06-01'::timestamptz + a.n * interval '1 minute', '2100-01-01'
		 FROM (SELECT user_id, row_number() OVER () AS n FROM applicant) a
		 JOIN (SELECT code, row_number() OVER () - 1 AS n FROM university) u ON u.n = a.n % 50 WHERE a.n % 2 = 0`,
		`INSERT INTO lead (user_id, university, id, consent_id, requested_at)
		 SELECT user_id, university, gen_random_uuid(), id, given_at FROM consent`,
		`INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language, testee_code_index_a, testee_code_index_b)
		 SELECT user_id, gen_random_uuid(), 2026, 'MAIN', 100, '{}', '{}', 'KK', iin_index_a, iin_index_b FROM applicant`,
		`INSERT INTO client (client_id, name, audience, purposes) SELECT 'client-' || i, 'c', 'APP', '{}' FROM generate_series(1, 5000) i`,
		`ANALYZE`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
