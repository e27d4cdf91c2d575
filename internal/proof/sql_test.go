package proof_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tuple is a row of the database, in which sealed columns stand in clear.
type tuple struct {
	table  string
	values map[string]string
}

// rows are a population as the database has it. A twin's differ in what is hidden.
type rows []tuple

// load makes the rows of a population.
func load(people []person, twin int, hidden hides) rows {
	all := rows{}
	all.loadClients()
	all.loadSurveys()
	for _, p := range people {
		all.load(p, twin, hidden)
	}
	return all
}

func (all *rows) add(table string, values map[string]string) {
	*all = append(*all, tuple{table, values})
}

// statements writes rows as SQL.
func (all rows) statements() string {
	var b strings.Builder
	for _, r := range all {
		columns := slices.Sorted(maps.Keys(r.values))
		literals := make([]string, len(columns))
		for i, c := range columns {
			literals[i] = "'" + strings.ReplaceAll(r.values[c], "'", "''") + "'"
		}
		fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES (%s);\n", r.table, strings.Join(columns, ", "), strings.Join(literals, ", "))
	}
	return b.String()
}

func (all *rows) loadClients() {
	for _, university := range []string{"013", "027", "190", "001"} {
		all.add("client", map[string]string{
			"client_id": "university-" + university, "name": university, "audience": "UNIVERSITY", "purposes": "{CONSULTATION}",
			"university": university, "agreement_from": "2025-01-01",
		})
	}
	for _, audience := range []string{"APP", "SITE"} {
		all.add("client", map[string]string{"client_id": strings.ToLower(audience), "name": audience, "audience": audience, "purposes": "{}"})
	}
}

func (all *rows) load(p person, twin int, hidden hides) {
	values := p.values(twin, hidden)
	values["user_id"], values["created_at"] = p.id(), "2026-01-01"
	subjects := p.choose("PROFILE_SUBJECTS", twin, hidden)
	values["profile_subjects"] = [2]string{"{MATH,INFORMATICS}", "{BIOLOGY,CHEMISTRY}"}[subjects]
	values["region"] = [2]string{"710000000", "750000000"}[p.choose("REGION", twin, hidden)]
	if p.restricted || hidden(p, "RESTRICTED") && twin == 1 {
		values["restricted_at"] = "2026-10-01"
	}
	all.add("applicant", values)
	for _, r := range p.results(twin, hidden) {
		r["user_id"] = p.id()
		all.add("ent_result", r)
	}
	all.loadApplication(p, twin, hidden)
	all.loadConsents(p, twin, hidden)
	all.loadAnswers(p, twin, hidden)
	all.loadTraces(p, twin, hidden)
}

// loadTraces adds what a person alone may read: whence their values came, and where
// they are signed in.
func (all *rows) loadTraces(p person, twin int, hidden hides) {
	at := "2026-02-01"
	if hidden(p, "OWN") && twin == 1 {
		at = "2026-03-01"
	} else {
		all.add("value_source", map[string]string{"user_id": p.id(), "column_name": "given_name", "source": "TYPED", "at": at})
	}
	all.add("value_source", map[string]string{"user_id": p.id(), "column_name": "phone", "source": "IMPORTED", "at": at})
	all.add("session", map[string]string{
		"user_id": p.id(), "session_id": p.session(), "client_id": "app", "created_at": at, "used_at": at, "expires_at": "2100-01-01",
	})
}

func (p person) session() string { return fmt.Sprintf("00000000-0000-4000-c000-%012d", p.n) }

// choose is 0 or 1: by the person's number, and for the twin the other way where
// the category is hidden.
func (p person) choose(category string, twin int, hidden hides) int {
	if hidden(p, category) {
		return (p.n + twin) % 2
	}
	return p.n % 2
}

func (all *rows) loadApplication(p person, twin int, hidden hides) {
	if hidden(p, "GRANT_RESULT") && twin == 1 && p.n%2 == 0 {
		return
	}
	elsewhere := p.choose("GRANT_APPLICATION", twin, hidden)
	a := map[string]string{
		"user_id": p.id(), "id": fmt.Sprintf("00000000-0000-4000-b000-%012d", p.n), "year": "2026",
		"status": [2]string{"SUBMITTED", "NOT_AWARDED"}[p.choose("GRANT_RESULT", twin, hidden)],
		"quotas": [2]string{"{}", "{RURAL}"}[p.choose("GRANT_QUOTAS", twin, hidden)],
	}
	if p.n%3 == 0 && p.n != changing {
		a["status"], a["award_programme"], a["award_priority"] = "AWARDED", [2]string{"B057", "BM086"}[elsewhere], fmt.Sprint(1+elsewhere)
		a["award_university"] = [2]string{"001", "002"}[elsewhere]
	}
	all.add("grant_application", a)
	for i := range 1 + elsewhere {
		all.add("grant_choice", map[string]string{
			"user_id": p.id(), "application_id": a["id"], "priority": fmt.Sprint(1 + i),
			"programme": "B057", "university": [3]string{"190", "013", "001"}[(i+elsewhere)%3],
		})
	}
}

func (all *rows) loadConsents(p person, twin int, hidden hides) {
	if p.policy && (twin == 0 || !hidden(p, "OWN")) {
		all.loadConsent(p, "", nil, "2100-01-01", "")
	}
	for _, university := range slices.Sorted(maps.Keys(p.leads)) {
		until, withdrawn := "2100-01-01", ""
		if p.expired {
			until = "2026-09-05"
		}
		if p.withdrawn {
			withdrawn = "2026-09-05"
		}
		covers := p.leads[university]
		if hidden(p, "CONSENT "+university) { // to a university that is none of the reader's business
			if twin == 1 {
				continue
			}
			covers = everyOffered
		}
		all.loadConsent(p, university, covers, until, withdrawn)
		lead := map[string]string{
			"user_id": p.id(), "university": university, "id": p.lead(university), "consent_id": p.consent(university),
			"requested_at": fmt.Sprintf("2026-07-%02d", p.n), "programme": "B057", "preferred_language": "KK",
		}
		if hidden(p, "LEAD") && twin == 1 {
			lead["programme"], lead["preferred_language"] = "BM086", "RU"
		}
		all.add("lead", lead)
	}
}

func (all *rows) loadConsent(p person, university string, covers []string, until, withdrawn string) {
	c := map[string]string{
		"user_id": p.id(), "id": p.consent(university), "basis": "POLICY_CONSENT", "state": "GIVEN",
		"scopes": "{COLLECTION,PROCESSING}", "categories": "{}", "policy_version": "1", "given_at": "2026-01-01", "expires_at": until,
	}
	if university != "" {
		c["basis"], c["university"], c["scopes"] = "CONSULTATION_CONSENT", university, "{COLLECTION,PROCESSING,THIRD_PARTIES}"
		c["categories"], c["given_at"] = "{"+strings.Join(covers, ",")+"}", "2026-07-01"
	}
	if withdrawn != "" {
		c["state"], c["withdrawn_at"] = "WITHDRAWN", withdrawn
	}
	all.add("consent", c)
}
