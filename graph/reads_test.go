package graph_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/privacy"
)

// place is where the database keeps the values of a field: a column, or all of
// a table.
type place struct{ table, column string }

// places are where each personal field comes from.
var places = map[string][]place{
	"User.familyName":          {{"applicant", "family_name"}},
	"User.givenName":           {{"applicant", "given_name"}},
	"User.patronymic":          {{"applicant", "patronymic"}},
	"User.iin":                 {{"applicant", "iin"}},
	"User.birthDate":           {{"applicant", "birth_date"}},
	"User.sex":                 {{"applicant", "sex"}},
	"User.phone":               {{"applicant", "phone"}},
	"User.email":               {{"applicant", "email"}},
	"User.profileSubjects":     {{"applicant", "profile_subjects"}},
	"User.region":              {{"applicant", "region"}},
	"User.address":             {{"applicant", "address"}},
	"User.entResults":          {{table: "ent_result"}},
	"User.grantApplications":   {{table: "grant_application"}},
	"EntResult.year":           {{"ent_result", "year"}},
	"EntResult.session":        {{"ent_result", "session"}},
	"EntResult.total":          {{"ent_result", "total"}},
	"EntResult.scores":         {{"ent_result", "subjects"}, {"ent_result", "scores"}},
	"EntResult.language":       {{"ent_result", "language"}},
	"EntResult.testDate":       {{"ent_result", "test_date"}},
	"EntResult.place":          {{"ent_result", "place"}},
	"EntResult.testeeCode":     {{"ent_result", "testee_code"}},
	"SubjectScore.subject":     {{"ent_result", "subjects"}},
	"SubjectScore.score":       {{"ent_result", "scores"}},
	"GrantApplication.year":    {{"grant_application", "year"}},
	"GrantApplication.status":  {{"grant_application", "status"}},
	"GrantApplication.award":   {{"grant_application", "award_university"}},
	"GrantApplication.choices": {{table: "grant_choice"}},
	"GrantApplication.quotas":  {{"grant_application", "quotas"}},
	"GrantChoice.priority":     {{"grant_choice", "priority"}},
	"GrantChoice.programme":    {{"grant_choice", "programme"}},
	"GrantChoice.university":   {{"grant_choice", "university"}},
	"GrantAward.programme":     {{"grant_application", "award_programme"}},
	"GrantAward.university":    {{"grant_application", "award_university"}},
	"GrantAward.priority":      {{"grant_application", "award_priority"}},
	"GrantAward.quota":         {{"grant_application", "award_quota"}},
}

// read tells whether any of the statements names the place.
func (p place) read(statements []sent) bool {
	table, column := regexp.MustCompile(`\b`+p.table+`\b`), regexp.MustCompile(`\b`+p.column+`\b`)
	return slices.ContainsFunc(statements, func(s sent) bool {
		return table.MatchString(s.SQL) && (p.column == "" || column.MatchString(s.SQL))
	})
}

// hide renames the place away; the function returned brings it back.
func (a *api) hide(p place) (restore func()) {
	a.t.Helper()
	if p.column == "" {
		a.exec("ALTER TABLE " + p.table + " RENAME TO gone")
		return func() { a.exec("ALTER TABLE gone RENAME TO " + p.table) }
	}
	a.exec("ALTER TABLE " + p.table + " RENAME COLUMN " + p.column + " TO gone")
	return func() { a.exec("ALTER TABLE " + p.table + " RENAME COLUMN gone TO " + p.column) }
}

// personalTables are the tables that hold one person's data.
var personalTables = regexp.MustCompile(`\b(applicant|ent_result|grant_application|grant_choice|lead)\b`)

func TestEveryPersonalFieldHasAPlace(t *testing.T) {
	known := map[string]bool{}
	for _, f := range personalFields(graph.Schema(), "Lead", personalField{}) {
		known[f.coordinate] = true
		if places[f.coordinate] == nil {
			t.Errorf("%s: nothing says where it is read from", f.coordinate)
		}
	}
	if len(known) != len(places) {
		t.Errorf("%d fields are reached, of %d", len(known), len(places))
	}
}

// ---- a refusal reads nothing --------------------------------------------------------------------

// A field's column is in a statement that is sent if and only if the rules open
// the field, and all above it, to the reader.
func TestRefusedFieldIsNotRead(t *testing.T) {
	a := newAPI(t, people)
	for _, c := range policyRules(t) {
		for _, name := range c.ways() {
			way := ways[name]
			for _, f := range personalFields(graph.Schema(), way.to, personalField{}) {
				answer, statements := a.asked(c.caller(), way.document(c.purpose, f.selection()))
				for _, p := range places[f.coordinate] {
					if got, want := p.read(statements), c.shows(f); got != want {
						t.Errorf("%s %s: %s by %v: column read: %t, want %t\n%s", c, name, f.coordinate, f.keys, got, want, answer)
					}
				}
			}
		}
	}
}

// Whatever else is read along, the columns of refused fields are not.
func TestRefusedFieldIsNotReadAlong(t *testing.T) {
	a := newAPI(t, people)
	for _, c := range policyRules(t) {
		for _, name := range c.ways() {
			way := ways[name]
			_, statements := a.asked(c.caller(), way.whole(c.purpose))
			for _, f := range personalFields(graph.Schema(), way.to, personalField{}) {
				for _, p := range places[f.coordinate] {
					if got, want := p.read(statements), c.shows(f); got != want {
						t.Errorf("%s %s: %s: column read: %t, want %t", c, name, f.coordinate, got, want)
					}
				}
			}
		}
	}
}

// wholeRefusal is an operation of which nothing is answered.
type wholeRefusal struct {
	name   string
	caller *auth.Caller
	query  string
	code   graph.Code
}

const (
	ended   = `endedLeads(since: "2026-01-01T00:00:00Z") { totalCount nodes { id endedAt } }`
	consult = "query @purpose(is: CONSULTATION) { "
)

// operations are an operation for each root field that reads personal data,
// with its purpose or without.
func operations(purpose string) map[string]string {
	all := map[string]string{}
	for name, way := range ways {
		all[name] = way.whole(purpose)
	}
	all["endedLeads"] = "query @purpose(is: " + purpose + ") { " + ended + " }"
	if purpose == "" {
		for name, query := range all {
			all[name] = strings.Replace(query, "query @purpose(is: )", "query", 1)
		}
	}
	return all
}

// wholeRefusals are refused before anything is known of anybody.
func wholeRefusals() []wholeRefusal {
	var all []wholeRefusal
	add := func(why string, code graph.Code, c *auth.Caller, operations map[string]string, names ...string) {
		for _, name := range names {
			all = append(all, wholeRefusal{why + ": " + name, c, operations[name], code})
		}
	}
	own, theirs := []string{"me"}, []string{"leads.nodes", "leads.edges.node", "lead", "endedLeads"}

	lapsed, future := university("013"), university("013")
	over, notYet := moment, moment.Add(time.Second)
	lapsed.AgreementTo, future.AgreementFrom = &over, &notYet
	add("lapsed agreement", graph.AudienceNotAllowed, lapsed, operations("CONSULTATION"), theirs...)
	add("agreement to come", graph.AudienceNotAllowed, future, operations("CONSULTATION"), theirs...)

	add("no token", graph.Unauthenticated, nil, operations("CONSULTATION"), theirs...)
	add("no token", graph.Unauthenticated, nil, operations("SUBJECT_ACCESS"), own...)
	add("no person", graph.Unauthenticated, person(privacy.App, ""), operations("SUBJECT_ACCESS"), own...)

	stateBody, operator := caller(privacy.StateBody, "LEGAL_OBLIGATION"), caller(privacy.Operator, "RIGHTS_HANDLING")
	add("wrong audience: a university", graph.AudienceNotAllowed, university("013"), operations("CONSULTATION"), own...)
	add("wrong audience: the app", graph.AudienceNotAllowed, person(privacy.App, full), operations("SUBJECT_ACCESS"), theirs...)
	add("wrong audience: the site", graph.AudienceNotAllowed, person(privacy.Site, full), operations("SUBJECT_ACCESS"), theirs...)
	add("wrong audience: a state body", graph.AudienceNotAllowed, stateBody, operations("LEGAL_OBLIGATION"), append(theirs, own...)...)
	add("wrong audience: the operator", graph.AudienceNotAllowed, operator, operations("RIGHTS_HANDLING"), append(theirs, own...)...)

	add("no purpose", graph.PurposeRequired, person(privacy.App, full), operations(""), own...)
	add("no purpose", graph.PurposeRequired, university("013"), operations(""), theirs...)
	for key, filter := range map[string]string{
		"region": `filter: {region: "710000000"}`, "phone": `filter: {phone: "+77710009998"}`,
		"minTotal": `filter: {minTotal: 100}`, "profileSubjects": `filter: {profileSubjects: [MATH]}`,
		"language": `filter: {language: KK}`, "TOTAL_DESC": `orderBy: TOTAL_DESC`,
	} {
		add("no purpose", graph.PurposeRequired, university("013"), map[string]string{key: "{ leads(" + filter + ") { totalCount } }"}, key)
	}
	add("unregistered purpose", graph.PurposeNotRegistered, caller(privacy.University, ""), operations("CONSULTATION"), theirs...)
	add("a person's purpose", graph.PurposeNotRegistered, university("013"), operations("SUBJECT_ACCESS"), theirs...)
	add("a university's purpose", graph.PurposeNotRegistered, person(privacy.App, full), operations("CONSULTATION"), own...)
	access := caller(privacy.Site, "ACCESS")
	access.User = full
	add("unregistered purpose", graph.PurposeNotRegistered, access, operations("SERVICE"), own...)
	return all
}

// unaccepted are operations of people without a consent to the policy in force.
func unaccepted() []wholeRefusal {
	var all []wholeRefusal
	for _, audience := range []privacy.Audience{privacy.App, privacy.Site} {
		for purpose := range strings.FieldsSeq(everyPurpose) {
			if purpose == "SUBJECT_ACCESS" {
				continue
			}
			for name, id := range map[string]string{"none": stranger, "withdrawn": full[:35] + "2", "expired": full[:35] + "3"} {
				all = append(all, wholeRefusal{
					name:   fmt.Sprintf("policy consent %s: %s for %s", name, audience, purpose),
					caller: person(audience, id), query: ways["me"].whole(purpose), code: graph.PolicyNotAccepted,
				})
			}
		}
	}
	return all
}

func peopleWithEndedPolicyConsents(t *testing.T, db *sqlx.DB) {
	t.Helper()
	people(t, db)
	for id, end := range map[string]string{"2": "withdrawn_at", "3": "expires_at"} {
		if _, err := db.ExecContext(t.Context(), "UPDATE consent SET "+end+" = $1 WHERE basis = 'POLICY_CONSENT' AND user_id = $2", moment, full[:35]+id); err != nil {
			t.Fatal(err)
		}
	}
}

// checkRefused tells whether an answer is the refusal, shows nothing, and was
// given without anything but allowed statements.
func (w wholeRefusal) checkRefused(t *testing.T, answer string) {
	t.Helper()
	r := parse(t, answer)
	codes := r.codes()
	if !slices.Contains(codes, string(w.code)) {
		t.Errorf("%s: codes %v, want %s", w.name, codes, w.code)
	}
	for _, code := range codes {
		if code != string(w.code) && code != string(graph.NotPermitted) {
			t.Errorf("%s: code %s, want %s", w.name, code, w.code)
		}
	}
	for key, value := range r.Data {
		if fields, isObject := value.(map[string]any); isObject {
			for name, field := range fields {
				if field != nil {
					t.Errorf("%s: %s.%s = %v", w.name, key, name, field)
				}
			}
		} else if value != nil {
			t.Errorf("%s: %s = %v", w.name, key, value)
		}
	}
}

func TestRefusedOperationSendsNothing(t *testing.T) {
	a := newAPI(t, people)
	for _, w := range wholeRefusals() {
		answer, statements := a.asked(w.caller, w.query)
		w.checkRefused(t, answer)
		if len(statements) > 0 {
			t.Errorf("%s: sent %v", w.name, statements)
		}
	}
}

func TestRefusedWithoutPolicyConsentReadsNobody(t *testing.T) {
	a := newAPI(t, peopleWithEndedPolicyConsents)
	for _, w := range unaccepted() {
		answer, statements := a.asked(w.caller, w.query)
		w.checkRefused(t, answer)
		if len(statements) == 0 || mentions(statements, personalTables) {
			t.Errorf("%s: sent %v", w.name, statements)
		}
	}
}

// ---- the refusal stays the same refusal ---------------------------------------------------------

// Without the columns that a reader is never shown, all else is answered as with
// them, byte by byte. One who is shown them gets nothing.
func TestRefusalIsTheSameWithoutTheColumn(t *testing.T) {
	a := newAPI(t, people)
	logged(t)
	everything := func() string { return a.ask(person(privacy.App, full), ways["me"].whole("SUBJECT_ACCESS")) }
	for _, c := range policyRules(t) {
		for _, name := range c.ways() {
			way := ways[name]
			ask := func() string { return a.ask(c.caller(), way.whole(c.purpose)) }
			before := ask()
			for _, p := range c.closed(way) {
				restore := a.hide(p)
				if diff := cmp.Diff(before, ask()); diff != "" {
					t.Errorf("%s %s without %v:\n%s", c, name, p, diff)
				}
				if codes := parse(t, everything()).codes(); !slices.Equal(codes, []string{"INTERNAL"}) {
					t.Errorf("without %v the owner gets %v", p, codes)
				}
				restore()
			}
			if diff := cmp.Diff(before, ask()); diff != "" {
				t.Errorf("%s %s in the end:\n%s", c, name, diff)
			}
		}
	}
}

// closed are the places that no field shown to the reader comes from.
func (c column) closed(w way) []place {
	var all []place
	for _, f := range personalFields(graph.Schema(), w.to, personalField{}) {
		for _, p := range places[f.coordinate] {
			if !c.shows(f) && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

func TestRefusalIsTheSameWithoutTheTables(t *testing.T) {
	a := newAPI(t, peopleWithEndedPolicyConsents)
	logged(t)
	refusals := slices.Concat(wholeRefusals(), unaccepted())
	before := make([]string, len(refusals))
	for i, w := range refusals {
		before[i] = a.ask(w.caller, w.query)
	}
	for _, table := range []string{"lead", "grant_choice", "grant_application", "ent_result", "applicant"} {
		a.exec("ALTER TABLE " + table + " RENAME TO gone_" + table)
	}
	for i, w := range refusals {
		if diff := cmp.Diff(before[i], a.ask(w.caller, w.query)); diff != "" {
			t.Errorf("%s:\n%s", w.name, diff)
		}
	}
	if codes := parse(t, a.ask(university("013"), consult+"leads { nodes { id } } }")).codes(); !slices.Equal(codes, []string{"INTERNAL"}) {
		t.Errorf("the tables are gone and a read that is allowed has the codes %v", codes)
	}
}

// ---- what depends on the record -----------------------------------------------------------------

// heldColumns count, for each person, the values that there are to be shown to
// university 013 if the person's consent covers them.
var heldColumns = map[string]string{
	"applicant": `SELECT user_id, 'leads' AS statement, count(family_name) AS family_name, count(given_name) AS given_name,
		count(patronymic) AS patronymic, count(phone) AS phone, count(email) AS email,
		count(profile_subjects) AS profile_subjects, count(region) AS region FROM applicant GROUP BY user_id`,
	"ent_result": `SELECT user_id, 'ent_results' AS statement, count(year) AS year, count(session) AS session, count(total) AS total,
		count(subjects) AS subjects, count(scores) AS scores, count(language) AS language FROM ent_result GROUP BY user_id`,
	"grant_application": `SELECT user_id, 'grant_applications' AS statement, count(year) AS year, count(status) AS status,
		count(award_programme) FILTER (WHERE award_university = '013') AS award_programme,
		count(award_university) FILTER (WHERE award_university = '013') AS award_university FROM grant_application GROUP BY user_id`,
}

// columnCategories are the categories of the columns that a university may be
// shown, by statement and column.
var columnCategories = map[string]string{
	"leads.family_name": "FAMILY_NAME", "leads.given_name": "GIVEN_NAME", "leads.patronymic": "PATRONYMIC",
	"leads.phone": "PHONE", "leads.email": "EMAIL", "leads.profile_subjects": "PROFILE_SUBJECTS", "leads.region": "REGION",
	"ent_results.year": "ENT_RESULT", "ent_results.session": "ENT_RESULT", "ent_results.total": "ENT_RESULT",
	"ent_results.subjects": "ENT_SCORES", "ent_results.scores": "ENT_SCORES", "ent_results.language": "ENT_LANGUAGE",
	"grant_applications.year": "GRANT_RESULT", "grant_applications.status": "GRANT_RESULT",
	"grant_applications.award_programme": "GRANT_RESULT", "grant_applications.award_university": "GRANT_RESULT",
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

// returned are the values that statements return when they are run again.
func (a *api) returned(statements []sent) values {
	a.t.Helper()
	returned := values{}
	for _, s := range statements {
		_, after, _ := strings.Cut(s.SQL, "/* ")
		name, _, _ := strings.Cut(after, " */")
		for _, row := range a.rows(s.SQL, s.Args...) {
			for column, value := range row {
				if _, personal := columnCategories[name+"."+column]; personal && value != nil {
					returned[[3]string{text(row["user_id"]), name, column}]++
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
func applicants(users int) func(*testing.T, *sqlx.DB) {
	return func(t *testing.T, db *sqlx.DB) {
		t.Helper()
		if err := demo.Fill(t.Context(), db, demo.Generate(demo.Options{Users: users, Seed: 7})); err != nil {
			t.Fatal(err)
		}
	}
}

// The statements return what the consents cover, and NULL or no row otherwise:
// what is withheld does not leave the database.
func TestStatementReturnsOnlyWhatIsCovered(t *testing.T) {
	for name, fill := range map[string]func(*testing.T, *sqlx.DB){"people": people, "applicants": applicants(600)} {
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

// ---- how much is sent ---------------------------------------------------------------------------

// An operation takes a fixed number of statements, whatever the size of the page
// and however much hangs on each person: one for the policy in force, one for
// the person's consent to it where the purpose needs that, one for the page, one
// for its number, and one each for results, applications and choices.
func TestNumberOfStatements(t *testing.T) {
	a := newAPI(t, applicants(600))
	var user string
	if err := a.db.GetContext(t.Context(), &user, "SELECT user_id FROM applicant WHERE phone = '+77710009998'"); err != nil {
		t.Fatal(err)
	}
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
		"leads, everything":           {university("190"), page(selectAll(graph.Schema(), "LeadConnection")), 5},
		"leads, without their number": {university("190"), page("nodes { " + selectAll(graph.Schema(), "Lead") + " }"), 4},
		"leads, without lists":        {university("190"), page("nodes { id user { givenName } }"), 2},
		"leads, results only":         {university("190"), page("nodes { user { entResults { scores { score } } } }"), 3},
		"me on the law":               {person(privacy.App, user), me("SUBJECT_ACCESS"), 5},
		"me on the consent":           {person(privacy.App, user), me("AUTOFILL"), 6},
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
		INSERT INTO consent (user_id, id, basis, university, categories, policy_version, given_at, expires_at)
		SELECT user_id, gen_random_uuid(), 'CONSULTATION_CONSENT', '190', $1, 1, '2026-09-01', '2100-01-01' FROM applicant
		RETURNING user_id, id, given_at)
	INSERT INTO lead (user_id, university, id, consent_id, requested_at)
	SELECT user_id, '190', gen_random_uuid(), id, given_at FROM asked
	ON CONFLICT (user_id, university) DO UPDATE SET consent_id = excluded.consent_id`

// ---- one snapshot -------------------------------------------------------------------------------

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
			a.exec(change)
			after := a.ask(test.caller, test.query)
			a.exec(undo)
			if before == after {
				t.Fatal("the change does not show")
			}
			for n := 2; n <= len(statements); n++ {
				a.listener.once(n, func() { a.exec(change) })
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

// ---- when the database fails --------------------------------------------------------------------

// logged is what is logged from now on, until the test ends.
func logged(t *testing.T) *buffer {
	t.Helper()
	b, before := &buffer{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return b
}

// buffer may be written by several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// take returns what was written, and forgets it.
func (b *buffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.b.Reset()
	return b.b.String()
}

// secrets are the values of the persons that no log and no failed answer has.
func (a *api) secrets() []string {
	a.t.Helper()
	var all []string
	err := a.db.SelectContext(a.t.Context(), &all, `
		SELECT v FROM applicant, unnest(ARRAY[family_name, given_name, patronymic, iin, birth_date::text, phone, email, address]) v WHERE v IS NOT NULL
		UNION SELECT v FROM ent_result, unnest(ARRAY[test_date::text, place, testee_code]) v
		UNION SELECT user_id::text FROM applicant UNION SELECT id::text FROM lead UNION SELECT id::text FROM consent`)
	if err != nil || len(all) == 0 {
		a.t.Fatal(len(all), err)
	}
	return all
}

// reading are operations that read persons, all of it allowed.
func reading() map[string]struct {
	caller *auth.Caller
	query  string
} {
	return map[string]struct {
		caller *auth.Caller
		query  string
	}{
		"leads": {university("013"), consult + "leads(first: 500) { totalCount nodes { id user { givenName phone email entResults { total scores { score } } grantApplications { year } } } } }"},
		"lead":  {university("013"), consult + `lead(id: "` + fullLead + `") { id user { givenName phone email entResults { total } grantApplications { year } } } }`},
		"me":    {person(privacy.App, full), ways["me"].whole("SUBJECT_ACCESS")},
		"site":  {person(privacy.Site, full), "query @purpose(is: SERVICE) { me { givenName phone entResults { year } grantApplications { choices { priority } } } }"},
	}
}

// innards are words of the database and of its driver, which no client reads.
var innards = regexp.MustCompile(`(?i)\bselect\b|\bpq\b|\bsql\b|postgres|relation|column|constraint|applicant|ent_result|grant_|policy_version|\bgone\b|connection|terminat|cancel|context|scan`)

// checkFailed tells whether an answer is INTERNAL and has no data, and neither it
// nor the log tells of anybody.
func checkFailed(t *testing.T, secrets []string, answer, log string) {
	t.Helper()
	r := parse(t, answer)
	if codes := r.codes(); !slices.Equal(codes, []string{"INTERNAL"}) {
		t.Errorf("codes %v in %s", codes, answer)
	}
	for key, value := range r.Data {
		if value != nil {
			t.Errorf("%s = %v", key, value)
		}
	}
	checkSilent(t, secrets, answer, log)
}

// checkSilent tells whether an answer tells nothing of the database, and neither
// it nor the log anything of anybody.
func checkSilent(t *testing.T, secrets []string, answer, log string) {
	t.Helper()
	if found := innards.FindString(answer); found != "" {
		t.Errorf("%q in %s", found, answer)
	}
	if log == "" {
		t.Error("nothing is logged")
	}
	for _, secret := range secrets {
		if strings.Contains(answer, secret) || strings.Contains(log, secret) {
			t.Errorf("%q in the answer or the log:\n%s\n%s", secret, answer, log)
		}
	}
}

func TestMissingTableIsInternal(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	for name, r := range reading() {
		t.Run(name, func(t *testing.T) {
			before, statements := a.asked(r.caller, r.query)
			for _, table := range []string{"policy_version", "consent", "lead", "applicant", "ent_result", "grant_application", "grant_choice"} {
				if !(place{table: table}).read(statements) {
					continue
				}
				restore := a.hide(place{table: table})
				log.take()
				answer := a.ask(r.caller, r.query)
				checkFailed(t, secrets, answer, log.take())
				restore()
			}
			if diff := cmp.Diff(before, a.ask(r.caller, r.query)); diff != "" {
				t.Errorf("afterwards:\n%s", diff)
			}
		})
	}
}

func TestKilledConnectionIsInternal(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	for name, r := range reading() {
		t.Run(name, func(t *testing.T) {
			before, statements := a.asked(r.caller, r.query)
			for n := range statements {
				log.take()
				a.listener.once(n+1, func() {
					a.exec("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
				})
				answer := a.ask(r.caller, r.query)
				a.listener.calm()
				checkFailed(t, secrets, answer, log.take())
			}
			if diff := cmp.Diff(before, a.ask(r.caller, r.query)); diff != "" {
				t.Errorf("afterwards:\n%s", diff)
			}
		})
	}
}

func TestCancelledRequestIsInternal(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	for name, r := range reading() {
		t.Run(name, func(t *testing.T) {
			before, statements := a.asked(r.caller, r.query)
			for n := range statements {
				ctx, cancel := context.WithCancel(t.Context())
				log.take()
				a.listener.once(n+1, cancel)
				answer := a.askIn(ctx, r.caller, r.query)
				a.listener.calm()
				checkFailed(t, secrets, answer, log.take())
			}
			if diff := cmp.Diff(before, a.ask(r.caller, r.query)); diff != "" {
				t.Errorf("afterwards:\n%s", diff)
			}
		})
	}
}

// A value that does not fit its type fails the operation, and is not quoted.
func TestMisfitValueIsNotQuoted(t *testing.T) {
	for column, test := range map[string]struct{ alter, query string }{
		"scores": {
			`ALTER TABLE ent_result ALTER scores TYPE text[]; UPDATE ent_result SET scores = '{secret9901,2,3,4,5}'`,
			consult + "leads { nodes { user { entResults { scores { score } } } } } }",
		},
		"sort key": {
			`ALTER TABLE ent_result ALTER total TYPE numeric; UPDATE ent_result SET total = 99.01`,
			consult + "leads(orderBy: TOTAL_DESC) { nodes { id } } }",
		},
		"total": {
			`ALTER TABLE ent_result ALTER total TYPE numeric; UPDATE ent_result SET total = 99.01`,
			consult + "leads { nodes { user { entResults { total } } } } }",
		},
		"region": {
			`ALTER TABLE applicant DROP CONSTRAINT applicant_region_fkey, ALTER region TYPE text[] USING ARRAY['secret9901']`,
			consult + "leads { nodes { user { region { code } } } } }",
		},
		"profile subjects": {
			`ALTER TABLE applicant ALTER profile_subjects TYPE text USING 'secret9901'`,
			consult + "leads { nodes { user { profileSubjects } } } }",
		},
	} {
		t.Run(column, func(t *testing.T) {
			a := newAPI(t, people)
			log, secrets := logged(t), append(a.secrets(), "secret9901", "99.01")
			a.exec(test.alter)
			log.take()
			answer := a.ask(university("013"), test.query)
			if codes := parse(t, answer).codes(); !slices.Equal(codes, []string{"INTERNAL"}) {
				t.Errorf("codes %v in %s", codes, answer)
			}
			checkSilent(t, secrets, answer, log.take())
		})
	}
}

// ---- limits -------------------------------------------------------------------------------------

func TestEveryFieldOfTheGreatestPageIsWithinTheLimits(t *testing.T) {
	a := newLimitedAPI(t, people, graph.DefaultLimits())
	r := parse(t, a.ask(university("013"), consult+"leads(first: 500) { "+selectAll(graph.Schema(), "LeadConnection")+" } }"))
	if slices.Contains(r.codes(), string(graph.TooComplex)) {
		t.Fatal("too complex")
	}
	leads, _ := r.Data["leads"].(map[string]any)
	if nodes, _ := leads["nodes"].([]any); len(nodes) != 4 {
		t.Errorf("%d leads, want 4", len(nodes))
	}
}

// bombs are documents that are small and mean much.
func bombs() map[string]string {
	var doubling, circle, wide, same, long strings.Builder
	for i := range 40 {
		fmt.Fprintf(&doubling, "fragment F%d on User { ...F%d ...F%d } ", i, i+1, i+1)
		fmt.Fprintf(&circle, "fragment F%d on User { ...F%d ...F%d } ", i, (i+1)%40, (i+1)%40)
	}
	for i := range 60 {
		fmt.Fprintf(&wide, "fragment F%d on User { ", i)
		for j := i + 1; j <= 60; j++ {
			fmt.Fprintf(&wide, "...F%d ", j)
		}
		fmt.Fprint(&wide, "} ")
	}
	for range 3000 {
		fmt.Fprint(&same, "...F40 ")
	}
	for i := range 1000 {
		fmt.Fprintf(&long, "fragment F%d on User { iin ...F%d } ", i, (i+1)%1000)
	}
	leaf := "fragment F%d on User { givenName entResults { year } }"
	ask, other := "query @purpose(is: SERVICE) { me { ...F0 } } ", "query @purpose(is: SERVICE) { me { givenName } } "
	return map[string]string{
		"doubling": ask + doubling.String() + fmt.Sprintf(leaf, 40),
		"wide":     ask + wide.String() + fmt.Sprintf(leaf, 60),
		"circle":   ask + circle.String(),
		"same":     "query @purpose(is: SERVICE) { me { " + same.String() + "} } " + fmt.Sprintf(leaf, 40),
		"unused":   other + doubling.String() + fmt.Sprintf(leaf, 40),

		"unused, repeating itself": other + "fragment F on User { " + strings.Repeat("iin ", 6000) + "}",
		"unused, a long circle":    other + long.String(),
	}
}

func TestFragmentBombIsRefusedSoon(t *testing.T) {
	a := newLimitedAPI(t, people, graph.DefaultLimits())
	for name, document := range bombs() {
		t.Run(name, func(t *testing.T) {
			start, answered := time.Now(), make(chan string, 1)
			go func() { answered <- a.ask(person(privacy.App, full), document) }()
			select {
			case answer := <-answered:
				if took := time.Since(start); took > time.Second {
					t.Errorf("refused after %v", took)
				}
				if statements := a.listener.heard(); !strings.HasPrefix(answer, "400 ") || len(statements) > 0 {
					t.Errorf("answered %.200s after %d statements", answer, len(statements))
				}
			case <-time.After(20 * time.Second):
				t.Fatal("not refused")
			}
		})
	}
}
