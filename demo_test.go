package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/graph"
)

// TestDemo starts the demo as its user does, and holds what it answers against
// the policy's rules and its own database.
func TestDemo(t *testing.T) {
	data := demoFolder(t)
	d := startDemo(t, data)
	t.Run("ready file", d.testReadyFile)
	for client := range d.own() {
		for _, purpose := range purposesOf(t) {
			t.Run(client+" for "+purpose, func(t *testing.T) { d.testMe(t, client, purpose) })
		}
	}
	answers := map[string]string{}
	for code := range d.ready.Tokens.University {
		t.Run("university "+code, func(t *testing.T) { answers[code] = d.testLeads(t, code) })
	}
	t.Run("the demo's user", func(t *testing.T) { d.testUser(t, answers) })
	d.testStop(t)

	again := startDemo(t, data)
	t.Run("again", func(t *testing.T) {
		for code, answer := range answers {
			if diff := cmp.Diff(answer, again.ask(t, again.ready.Tokens.University[code], allLeads)); diff != "" {
				t.Errorf("the leads of %s:\n%s", code, diff)
			}
		}
	})
	again.testStop(t)
}

// ---- the running demo ---------------------------------------------------------------------------

type runningDemo struct {
	file   string
	log    *demoLog
	status <-chan int
	cancel func()
	db     *sqlx.DB
	rules  policyTable
	ready  struct {
		GraphQL, Database, User string
		Tokens                  struct {
			App, Site, StateBody, Operator string
			University                     map[string]string
		}
	}
}

// demoLog may be written by several goroutines.
type demoLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *demoLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *demoLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// demoFolder is a temporary folder that PostgreSQL's account can get into.
func demoFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o711); err != nil {
		t.Fatal(err)
	}
	return folder
}

// startDemo runs the demo in this process and returns when its ready file is
// there.
func startDemo(t *testing.T, data string) *runningDemo {
	t.Helper()
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	ctx, cancel := context.WithCancel(t.Context())
	status := make(chan int, 1)
	d := &runningDemo{
		file: filepath.Join(t.TempDir(), "ready.json"), log: &demoLog{},
		status: status, cancel: cancel, rules: policyRules(t),
	}
	getenv := func(name string) string { return map[string]string{"KELISIM_DATA": data}[name] }
	args := []string{"demo", "--users", "300", "--listen", "127.0.0.1:0", "--ready-file", d.file}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		status <- run(ctx, args, getenv, io.Discard, d.log)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	d.await(t, ended)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", d.ready.Database)
	if err != nil {
		t.Fatal(err)
	}
	d.db = db
	t.Cleanup(func() { _ = db.Close() })
	return d
}

func (d *runningDemo) await(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	for {
		content, err := os.ReadFile(d.file)
		if err == nil {
			err = json.Unmarshal(content, &d.ready)
		}
		switch {
		case err == nil:
			return
		case !errors.Is(err, os.ErrNotExist):
			t.Fatal(err)
		}
		select {
		case <-ended:
			t.Fatalf("the demo ended:\n%s", d.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ask returns the body of the answer.
func (d *runningDemo) ask(t *testing.T, token, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.ready.GraphQL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %s", response.StatusCode, err, answer)
	}
	return string(answer)
}

// get reads one row of one column.
func get[T any](t *testing.T, d *runningDemo, query string, args ...any) (v T) {
	t.Helper()
	if err := d.db.GetContext(t.Context(), &v, query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// own are the tokens of those that read for the person signed in.
func (d *runningDemo) own() map[string]string {
	return map[string]string{"APP": d.ready.Tokens.App, "SITE": d.ready.Tokens.Site}
}

// The ready file is its owner's alone; its tokens are good, each for its own
// audience.
func (d *runningDemo) testReadyFile(t *testing.T) {
	info, err := os.Stat(d.file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode(); mode != 0o600 {
		t.Errorf("mode %v, want 0600", mode)
	}
	if codes := slices.Sorted(maps.Keys(d.ready.Tokens.University)); !slices.Equal(codes, []string{"013", "027", "190"}) {
		t.Errorf("universities %v", codes)
	}
	if n := get[int](t, d, "SELECT count(*) FROM applicant"); n != 300 {
		t.Errorf("%d applicants, want 300", n)
	}
	for audience, token := range map[string]string{
		"APP": d.ready.Tokens.App, "SITE": d.ready.Tokens.Site, "UNIVERSITY": d.ready.Tokens.University["013"],
		"STATE_BODY": d.ready.Tokens.StateBody, "OPERATOR": d.ready.Tokens.Operator,
	} {
		var answer struct {
			Data struct{ Explain struct{ Audience string } }
		}
		parseAnswer(t, d.ask(t, token, `{ explain(document: "{ programmes { code } }") { audience } }`), &answer)
		if got := answer.Data.Explain.Audience; got != audience {
			t.Errorf("a token is good for %q, want %q", got, audience)
		}
	}
}

// testStop interrupts the demo. It ends in good order and takes its PostgreSQL
// with it; its log tells of nobody.
func (d *runningDemo) testStop(t *testing.T) {
	t.Helper()
	values := personalValues(t, d)
	_ = d.db.Close()
	d.cancel()
	select {
	case status := <-d.status:
		if status != 0 {
			t.Errorf("exit status %d:\n%s", status, d.log)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the demo does not end")
	}
	for _, address := range []string{d.ready.GraphQL, d.ready.Database} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s still answers: %v %v", u.Host, c, err)
		}
	}
	if i := slices.IndexFunc(values, func(v string) bool { return strings.Contains(d.log.String(), v) }); i >= 0 {
		t.Errorf("%s in the log:\n%s", values[i], d.log)
	}
}

func personalValues(t *testing.T, d *runningDemo) (all []string) {
	t.Helper()
	err := d.db.SelectContext(t.Context(), &all,
		"SELECT v FROM applicant, unnest(ARRAY[iin, phone, email, address]) v WHERE v IS NOT NULL UNION SELECT testee_code FROM ent_result WHERE testee_code IS NOT NULL")
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	return all
}

func parseAnswer(t *testing.T, answer string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(answer), into); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
}

// ---- the rules ----------------------------------------------------------------------------------

// policyTable is policy-rules.tsv: cells by AUDIENCE:PURPOSE and category.
type policyTable struct {
	categories []string
	cells      map[string]map[string]string
}

func policyRules(t *testing.T) policyTable {
	t.Helper()
	content, err := os.ReadFile("internal/privacy/testdata/policy-rules.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rules := policyTable{cells: map[string]map[string]string{}}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	columns := strings.Split(lines[0], "\t")[1:]
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		rules.categories = append(rules.categories, cells[0])
		for i, column := range columns {
			if rules.cells[column] == nil {
				rules.cells[column] = map[string]string{}
			}
			rules.cells[column][cells[0]] = cells[i+1]
		}
	}
	return rules
}

// purposesOf lists all the purposes there are.
func purposesOf(t *testing.T) (names []string) {
	t.Helper()
	for _, v := range graph.Schema().Types["Purpose"].EnumValues {
		names = append(names, v.Name)
	}
	if len(names) < 9 {
		t.Fatalf("the purposes are %v", names)
	}
	return names
}

// personalField is a personal field of a person, by its path from the person.
type personalField struct{ path, coordinate, category string }

var personalFields = []personalField{
	{"familyName", "User.familyName", "FAMILY_NAME"},
	{"givenName", "User.givenName", "GIVEN_NAME"},
	{"patronymic", "User.patronymic", "PATRONYMIC"},
	{"iin", "User.iin", "IIN"},
	{"birthDate", "User.birthDate", "BIRTH_DATE"},
	{"sex", "User.sex", "SEX"},
	{"phone", "User.phone", "PHONE"},
	{"email", "User.email", "EMAIL"},
	{"profileSubjects", "User.profileSubjects", "PROFILE_SUBJECTS"},
	{"region", "User.region", "REGION"},
	{"address", "User.address", "ADDRESS"},
	{"entResults", "User.entResults", "ENT_RESULT"},
	{"entResults.year", "EntResult.year", "ENT_RESULT"},
	{"entResults.session", "EntResult.session", "ENT_RESULT"},
	{"entResults.total", "EntResult.total", "ENT_RESULT"},
	{"entResults.scores", "EntResult.scores", "ENT_SCORES"},
	{"entResults.scores.subject", "SubjectScore.subject", "ENT_SCORES"},
	{"entResults.scores.score", "SubjectScore.score", "ENT_SCORES"},
	{"entResults.language", "EntResult.language", "ENT_LANGUAGE"},
	{"entResults.testDate", "EntResult.testDate", "ENT_DATE"},
	{"entResults.place", "EntResult.place", "ENT_PLACE"},
	{"entResults.testeeCode", "EntResult.testeeCode", "TESTEE_CODE"},
	{"grantApplications", "User.grantApplications", "GRANT_RESULT"},
	{"grantApplications.year", "GrantApplication.year", "GRANT_RESULT"},
	{"grantApplications.status", "GrantApplication.status", "GRANT_RESULT"},
	{"grantApplications.award", "GrantApplication.award", "GRANT_RESULT"},
	{"grantApplications.award.programme", "GrantAward.programme", "GRANT_RESULT"},
	{"grantApplications.award.university", "GrantAward.university", "GRANT_RESULT"},
	{"grantApplications.award.priority", "GrantAward.priority", "GRANT_APPLICATION"},
	{"grantApplications.award.quota", "GrantAward.quota", "GRANT_QUOTAS"},
	{"grantApplications.choices", "GrantApplication.choices", "GRANT_APPLICATION"},
	{"grantApplications.choices.priority", "GrantChoice.priority", "GRANT_APPLICATION"},
	{"grantApplications.choices.programme", "GrantChoice.programme", "GRANT_APPLICATION"},
	{"grantApplications.choices.university", "GrantChoice.university", "GRANT_APPLICATION"},
	{"grantApplications.quotas", "GrantApplication.quotas", "GRANT_QUOTAS"},
}

// wholePerson selects them all.
const wholePerson = `familyName givenName patronymic iin birthDate sex phone email profileSubjects
	region { code nameRu nameKk } address
	entResults { year session total scores { subject score } language testDate place testeeCode }
	grantApplications {
		year status quotas choices { priority programme { code } university { code } }
		award { programme { code } university { code } priority quota }
	}`

func TestDemoKnowsEveryPersonalField(t *testing.T) {
	if diff := cmp.Diff(schemaFields(graph.Schema(), "User", ""), personalFields, cmp.AllowUnexported(personalField{}), cmp.Transformer("sorted", sortedFields)); diff != "" {
		t.Errorf("the schema's fields and the test's:\n%s", diff)
	}
}

func sortedFields(fields []personalField) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.path+" "+f.coordinate+" "+f.category)
	}
	slices.Sort(all)
	return all
}

func schemaFields(schema *ast.Schema, typeName, prefix string) []personalField {
	var all []personalField
	for _, f := range schema.Types[typeName].Fields {
		if pii := f.Directives.ForName("pii"); pii != nil {
			all = append(all, personalField{prefix + f.Name, typeName + "." + f.Name, pii.Arguments.ForName("category").Value.Raw})
			all = append(all, schemaFields(schema, f.Type.Name(), prefix+f.Name+".")...)
		}
	}
	return all
}

// below tells whether a path lies below one of the paths.
func below(path string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(path, p+".") })
}

// ---- what there is, and what is shown of it -----------------------------------------------------

// personSQL is all there is of a person ($1), in the shape of wholePerson.
const personSQL = `
SELECT jsonb_build_object(
	'familyName', a.family_name, 'givenName', a.given_name, 'patronymic', a.patronymic, 'iin', a.iin,
	'birthDate', to_char(a.birth_date, 'YYYY-MM-DD'), 'sex', a.sex, 'phone', a.phone, 'email', a.email,
	'profileSubjects', a.profile_subjects, 'address', a.address,
	'region', (SELECT jsonb_build_object('code', r.code, 'nameRu', r.name_ru, 'nameKk', r.name_kk) FROM region r WHERE r.code = a.region),
	'entResults', (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
			'year', e.year, 'session', e.session, 'total', e.total, 'language', e.language,
			'testDate', to_char(e.test_date, 'YYYY-MM-DD'), 'place', e.place, 'testeeCode', e.testee_code,
			'scores', (SELECT jsonb_agg(jsonb_build_object('subject', s.subject, 'score', s.score) ORDER BY s.n)
				FROM unnest(e.subjects, e.scores) WITH ORDINALITY AS s (subject, score, n)))
			ORDER BY e.year DESC, CASE e.session WHEN 'AUGUST' THEN 1 WHEN 'MAIN' THEN 2 WHEN 'MARCH' THEN 3 ELSE 4 END), '[]')
		FROM ent_result e WHERE e.user_id = a.user_id),
	'grantApplications', (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
			'year', g.year, 'status', g.status, 'quotas', g.quotas,
			'choices', (SELECT coalesce(jsonb_agg(jsonb_build_object('priority', h.priority,
					'programme', jsonb_build_object('code', h.programme), 'university', jsonb_build_object('code', h.university))
					ORDER BY h.priority), '[]')
				FROM grant_choice h WHERE h.user_id = g.user_id AND h.application_id = g.id),
			'award', CASE WHEN g.award_university IS NOT NULL THEN jsonb_build_object(
				'programme', jsonb_build_object('code', g.award_programme), 'university', jsonb_build_object('code', g.award_university),
				'priority', g.award_priority, 'quota', g.award_quota) END)
			ORDER BY g.year DESC), '[]')
		FROM grant_application g WHERE g.user_id = a.user_id))
FROM applicant a WHERE a.user_id = $1`

func (d *runningDemo) person(t *testing.T, id string) (all map[string]any) {
	t.Helper()
	parseAnswer(t, get[string](t, d, personSQL, id), &all)
	return all
}

// shown is what a reader is to be shown of a value at a path, where cell is what
// the rules say of a category for them.
func shown(value any, path string, cell func(category string) string) any {
	if i := slices.IndexFunc(personalFields, func(f personalField) bool { return f.path == path }); i >= 0 {
		switch category := personalFields[i].category; cell(category) {
		case "-":
			return nil
		case "M":
			text, _ := value.(string)
			return masked(category, text)
		}
	}
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, below := range v {
			object[key] = shown(below, strings.TrimPrefix(path+"."+key, "."), cell)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			if _, isObject := element.(map[string]any); isObject {
				list[i] = shown(element, path, cell)
			} else {
				list[i] = element
			}
		}
		return list
	}
	return value
}

func masked(category, value string) string {
	last := value[len(value)-2:]
	switch category {
	case "IIN":
		return "**********" + last
	case "TESTEE_CODE":
		return strings.Repeat("*", len(value)-2) + last
	case "PHONE":
		return "+7 *** *** ** " + last
	case "EMAIL":
		return value[:1] + "***@***" + filepath.Ext(value)
	}
	return "no mask for " + category
}

// demoAnswer is an answer as a client reads it.
type demoAnswer struct {
	Errors []struct {
		Path       []string
		Extensions struct{ Code, Category, Audience, Purpose, Clause, Path string }
	}
	Data       map[string]any
	Extensions struct {
		Privacy *struct {
			Purpose       string
			PolicyVersion int
			Withheld      []withheld
		}
	}
}

type withheld struct {
	Field, Path, Category, Reason string
	Count                         int
}

// refusals are the errors of an answer, sorted, without their words.
func (a demoAnswer) refusals() []string {
	var all []string
	for _, e := range a.Errors {
		x := e.Extensions
		all = append(all, strings.Join([]string{x.Code, x.Category, x.Audience, x.Purpose, x.Path, "at", strings.Join(e.Path, ".")}, " "))
	}
	slices.Sort(all)
	return all
}

// wantRefusals are the errors that a reader is to get: one for each field that the
// rules close, and none below it. An error's path ends at the first list.
func wantRefusals(code, column, prefix, list string, cell func(category string) string) []string {
	audience, purpose, _ := strings.Cut(column, ":")
	var all, closed []string
	for _, f := range personalFields {
		if below(f.path, closed) || cell(f.category) != "-" {
			continue
		}
		closed = append(closed, f.path)
		at := list
		if at == "" {
			at = prefix + toList(f.path)
		}
		all = append(all, strings.Join([]string{code, f.category, audience, purpose, prefix + f.path, "at", at}, " "))
	}
	slices.Sort(all)
	return all
}

func toList(path string) string {
	first, _, _ := strings.Cut(path, ".")
	if first == "entResults" || first == "grantApplications" {
		return first
	}
	return path
}

// ---- the person's own reading -------------------------------------------------------------------

// Every cell of the rules holds: F is the value that the database has, M its
// mask, - null with one error. A purpose that the client is not registered for
// shows nothing.
func (d *runningDemo) testMe(t *testing.T, client, purpose string) {
	var answer demoAnswer
	parseAnswer(t, d.ask(t, d.own()[client], "query @purpose(is: "+purpose+") { me { "+wholePerson+" } }"), &answer)
	column := client + ":" + purpose
	rules, registered := d.rules.cells[column]
	code := "NOT_PERMITTED"
	if !registered {
		code = "PURPOSE_NOT_REGISTERED"
	}
	cell := func(category string) string {
		if registered {
			return rules[category]
		}
		return "-"
	}
	all := d.person(t, d.ready.User)
	checkFull(t, all, "")
	if diff := cmp.Diff(shown(all, "", cell), answer.Data["me"]); diff != "" {
		t.Errorf("me (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantRefusals(code, column, "me.", "", cell), answer.refusals()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	for _, e := range answer.Errors {
		if e.Extensions.Clause == "" {
			t.Errorf("%s: no clause", e.Extensions.Path)
		}
	}
	if p := answer.Extensions.Privacy; (p != nil) != registered || p != nil && (p.Purpose != purpose || p.PolicyVersion != 1 || len(p.Withheld) > 0) {
		t.Errorf("extensions.privacy is %+v", p)
	}
}

// checkFull tells whether a person has a value in every field: else a null would
// prove nothing.
func checkFull(t *testing.T, value any, path string) {
	t.Helper()
	switch v := value.(type) {
	case nil:
		t.Errorf("the demo's user has no %s", path)
	case map[string]any:
		for key, below := range v {
			checkFull(t, below, path+"."+key)
		}
	case []any:
		if len(v) == 0 {
			t.Errorf("the demo's user has no %s", path)
		}
		for _, element := range v {
			checkFull(t, element, path)
		}
	}
}

// ---- a university's reading ---------------------------------------------------------------------

const allLeads = `query @purpose(is: CONSULTATION) { leads(first: 300) {
	totalCount pageInfo { hasNextPage endCursor }
	nodes {
		id requestedAt programme { code } preferredLanguage covers
		consent { id givenAt expiresAt categories policyVersion }
		user { ` + wholePerson + ` }
	}
} }`

// leadsSQL is all there is of the leads of a university ($1) that stand.
const leadsSQL = `
SELECT jsonb_build_object(
	'user', a.user_id, 'restricted', a.restricted_at IS NOT NULL, 'id', l.id,
	'requestedAt', l.requested_at, 'programme', l.programme, 'preferredLanguage', l.preferred_language,
	'consent', c.id, 'categories', c.categories, 'givenAt', c.given_at, 'expiresAt', c.expires_at, 'policyVersion', c.policy_version)
FROM lead l
JOIN consent c ON c.id = l.consent_id
JOIN applicant a ON a.user_id = l.user_id
WHERE l.university = $1 AND c.basis = 'CONSULTATION_CONSENT' AND c.university = $1
  AND now() >= c.given_at AND now() < c.expires_at AND c.withdrawn_at IS NULL
ORDER BY l.requested_at DESC, l.id DESC`

// standingLead is a lead as the database has it.
type standingLead struct {
	User, ID, Consent               string
	RequestedAt, GivenAt, ExpiresAt time.Time
	Programme, PreferredLanguage    any
	Categories                      []string
	PolicyVersion                   float64
	Restricted                      bool
}

func (d *runningDemo) standingLeads(t *testing.T, code string) []standingLead {
	t.Helper()
	var rows []string
	if err := d.db.SelectContext(t.Context(), &rows, leadsSQL, code); err != nil {
		t.Fatal(err)
	}
	leads := make([]standingLead, len(rows))
	for i, row := range rows {
		parseAnswer(t, row, &leads[i])
	}
	return leads
}

// cell is what the rules and this lead's consent say of a category.
func (l standingLead) cell(rules map[string]string) func(category string) string {
	return func(category string) string {
		offered := rules[category] == "C" || rules[category] == "D"
		if offered && !l.Restricted && slices.Contains(l.Categories, category) {
			return "F"
		}
		return "-"
	}
}

// shown is what the university is to be shown of the lead.
func (l standingLead) shown(person map[string]any, rules policyTable, code string) map[string]any {
	for _, g := range person["grantApplications"].([]any) {
		application := g.(map[string]any)
		if award, ok := application["award"].(map[string]any); ok && award["university"].(map[string]any)["code"] != code {
			application["award"] = nil
		}
	}
	var covers []any
	for _, category := range rules.categories {
		if slices.Contains(l.Categories, category) {
			covers = append(covers, category)
		}
	}
	lead := map[string]any{
		"id": l.ID, "requestedAt": moment(l.RequestedAt), "programme": nil, "preferredLanguage": nil, "covers": covers,
		"consent": map[string]any{
			"id": l.Consent, "givenAt": moment(l.GivenAt), "expiresAt": moment(l.ExpiresAt),
			"categories": covers, "policyVersion": l.PolicyVersion,
		},
		"user": shown(person, "", l.cell(rules.cells["UNIVERSITY:CONSULTATION"])),
	}
	if !l.Restricted && l.Programme != nil {
		lead["programme"] = map[string]any{"code": l.Programme}
	}
	if !l.Restricted {
		lead["preferredLanguage"] = l.PreferredLanguage
	}
	return lead
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// wantWithheld counts the persons of whom a field is not shown although the rules
// alone would show it.
func wantWithheld(leads []standingLead, rules map[string]string) map[withheld]bool {
	counts := map[withheld]int{}
	var closed []string
	for _, f := range personalFields {
		if rules[f.category] == "-" || below(f.path, closed) {
			closed = append(closed, f.path)
			continue
		}
		for _, l := range leads {
			line := withheld{Field: f.coordinate, Path: "leads.nodes.user." + f.path, Category: f.category, Reason: "CONSENT_SCOPE"}
			if l.Restricted {
				line.Reason = "RESTRICTED"
			}
			if l.cell(rules)(f.category) == "-" {
				counts[line]++
			}
		}
	}
	lines := map[withheld]bool{}
	for line, count := range counts {
		line.Count = count
		lines[line] = true
	}
	return lines
}

// A university is answered with the leads that stand, each with what its consent
// covers and nothing else, and with the number of persons for what is withheld.
func (d *runningDemo) testLeads(t *testing.T, code string) string {
	rules := d.rules.cells["UNIVERSITY:CONSULTATION"]
	leads := d.standingLeads(t, code)
	if len(leads) == 0 {
		t.Fatal("nobody asked this university")
	}
	body := d.ask(t, d.ready.Tokens.University[code], allLeads)
	var answer demoAnswer
	parseAnswer(t, body, &answer)

	nodes := make([]any, len(leads))
	for i, l := range leads {
		nodes[i] = l.shown(d.person(t, l.User), d.rules, code)
	}
	connection, _ := answer.Data["leads"].(map[string]any)
	if diff := cmp.Diff(nodes, connection["nodes"]); diff != "" {
		t.Errorf("leads (-want +got):\n%s", diff)
	}
	if n, _ := connection["totalCount"].(float64); int(n) != len(leads) {
		t.Errorf("totalCount %v, want %d", connection["totalCount"], len(leads))
	}
	never := func(category string) string { return rules[category] }
	if diff := cmp.Diff(wantRefusals("NOT_PERMITTED", "UNIVERSITY:CONSULTATION", "leads.nodes.user.", "leads.nodes", never), answer.refusals()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if answer.Extensions.Privacy == nil {
		t.Fatalf("no extensions.privacy in %s", body)
	}
	got := map[withheld]bool{}
	for _, line := range answer.Extensions.Privacy.Withheld {
		got[line] = true
	}
	if diff := cmp.Diff(wantWithheld(leads, rules), got); diff != "" || len(got) != len(answer.Extensions.Privacy.Withheld) {
		t.Errorf("withheld (-want +got):\n%s", diff)
	}
	d.checkNeverShown(t, body)
	return body
}

// checkNeverShown tells whether an answer has a value of those that a university
// is never shown, wherever it stands.
func (d *runningDemo) checkNeverShown(t *testing.T, body string) {
	t.Helper()
	var never []string
	err := d.db.SelectContext(t.Context(), &never, `
		SELECT v FROM applicant, unnest(ARRAY[iin, address]) v WHERE v IS NOT NULL
		UNION SELECT v FROM ent_result, unnest(ARRAY[place, testee_code]) v WHERE v IS NOT NULL`)
	if err != nil || len(never) < 300 {
		t.Fatal(len(never), err)
	}
	for _, value := range never {
		if strings.Contains(body, value) {
			t.Errorf("the answer has %s", value)
		}
	}
}

// The demo's user consented to 013 for all that a university may be given, to 027
// for what one press of the button gives, and not to 190; and 013 sees the award
// that is its own.
func (d *runningDemo) testUser(t *testing.T, answers map[string]string) {
	rules := d.rules.cells["UNIVERSITY:CONSULTATION"]
	for code, want := range map[string]string{"013": "CD", "027": "D", "190": ""} {
		var covers []string
		for _, category := range d.rules.categories {
			if cell := rules[category]; cell != "-" && strings.Contains(want, cell) {
				covers = append(covers, category)
			}
		}
		lead := d.leadOf(t, answers[code], d.ready.User, code)
		if diff := cmp.Diff(covers, lead.Covers); diff != "" {
			t.Errorf("%s: covers (-want +got):\n%s", code, diff)
		}
		awarded := ""
		for _, g := range lead.User.GrantApplications {
			if g.Award != nil {
				awarded += g.Award.University.Code
			}
		}
		if wantAward := map[string]string{"013": "013"}[code]; awarded != wantAward {
			t.Errorf("%s sees an award of %q, want %q", code, awarded, wantAward)
		}
	}
}

type answeredLead struct {
	ID     string
	Covers []string
	User   struct {
		Phone             string
		GrantApplications []struct {
			Award *struct{ University struct{ Code string } }
		}
	}
}

// leadOf finds a person's lead in an answer, by the id of the lead or, where there
// ought to be none, by the phone.
func (d *runningDemo) leadOf(t *testing.T, body, user, code string) answeredLead {
	t.Helper()
	id := get[string](t, d, "SELECT coalesce((SELECT id::text FROM lead WHERE user_id = $1 AND university = $2), '')", user, code)
	phone := get[string](t, d, "SELECT phone FROM applicant WHERE user_id = $1", user)
	var answer struct {
		Data struct {
			Leads struct{ Nodes []answeredLead }
		}
	}
	parseAnswer(t, body, &answer)
	for _, lead := range answer.Data.Leads.Nodes {
		if lead.ID == id || lead.User.Phone == phone {
			return lead
		}
	}
	return answeredLead{}
}
