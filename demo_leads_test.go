package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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
		SELECT v FROM opened.applicant, unnest(ARRAY[iin, address]) v WHERE v IS NOT NULL
		UNION SELECT v FROM opened.ent_result, unnest(ARRAY[place, testee_code]) v WHERE v IS NOT NULL`)
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
	phone := get[string](t, d, "SELECT phone FROM opened.applicant WHERE user_id = $1", user)
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
