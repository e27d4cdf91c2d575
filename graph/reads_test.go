package graph_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// place is where the database keeps the values of a field: a column, or with * all
// of a table.
type place struct{ table, column string }

// places are where each personal field comes from, as people have reviewed it: the
// column "kept in" of the conformance suite.
var places = readPlaces()

func readPlaces() map[string][]place {
	content, err := os.ReadFile("../internal/proof/testdata/conformance.tsv")
	if err != nil {
		panic(err)
	}
	var at int
	all := map[string][]place{}
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if cells[0] == "coordinate" {
			at = slices.Index(cells, "kept in")
		} else if len(cells) > at {
			for word := range strings.FieldsSeq(cells[at]) {
				table, column, _ := strings.Cut(word, ".")
				all[cells[0]] = append(all[cells[0]], place{table, column})
			}
		}
	}
	return all
}

// read tells whether any of the statements names the place.
func (p place) read(statements []sent) bool {
	table, column := regexp.MustCompile(`\b`+p.table+`\b`), regexp.MustCompile(`\b`+regexp.QuoteMeta(p.column)+`\b`)
	return slices.ContainsFunc(statements, func(s sent) bool {
		return table.MatchString(s.SQL) && (p.column == "*" || column.MatchString(s.SQL))
	})
}

// hide renames the place away; the function returned brings it back.
func (a *api) hide(p place) (restore func()) {
	a.t.Helper()
	if p.column == "*" {
		a.exec("ALTER TABLE " + p.table + " RENAME TO gone")
		return func() { a.exec("ALTER TABLE gone RENAME TO " + p.table) }
	}
	a.exec("ALTER TABLE " + p.table + " RENAME COLUMN " + p.column + " TO gone")
	return func() { a.exec("ALTER TABLE " + p.table + " RENAME COLUMN gone TO " + p.column) }
}

// personalTables are the tables that hold one person's data.
var personalTables = regexp.MustCompile(`\b(applicant|ent_result|grant_application|grant_choice|grant_status_event|lead|survey_answer)\b`)

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

func peopleWithEndedPolicyConsents(t *testing.T, db *sqlx.DB, v *vault.Vault) {
	t.Helper()
	people(t, db, v)
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
