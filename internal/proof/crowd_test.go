package proof_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Persons of the crowd that askers are, besides those of states.
const (
	owner    = 1
	stranger = 7
	hushed   = 10 // withdrew the answers to surveys
	faded    = 11 // whose consent to a survey expired
	writing  = 14 // whom mutations change
	leaver   = 15 // withdrew the consent to the policy
	lapser   = 16 // whose consent to the policy expired
	narrow   = 19 // agreed to all, under a version of the policy that allows less
)

// crowd are the people of states, those above, and leads of university 001: for each
// category that may be offered, one who agreed to all that does not tell it.
func crowd(t *testing.T) []person {
	t.Helper()
	people := append(states(),
		person{n: writing, state: "writing", policy: true, leads: map[string][]string{"190": {"GIVEN_NAME", "PHONE"}}},
		person{n: leaver, state: "left", policy: true}, person{n: lapser, state: "lapsed", policy: true},
		person{n: 17, state: "blocked", policy: true, restricted: true, leads: map[string][]string{"001": everyOffered}},
		person{n: 18, state: "open", policy: true, leads: map[string][]string{"001": everyOffered}},
		person{n: narrow, state: "narrow", policy: true, leads: map[string][]string{"001": everyOffered}})
	for i, category := range everyOffered {
		given := slices.DeleteFunc(slices.Clone(everyOffered), func(c string) bool { return tells(t, c, category) })
		people = append(people, person{n: 20 + i, state: "all but " + category, policy: true, leads: map[string][]string{"001": given}})
	}
	return people
}

// tells tells whether a category is another, or implies it (implications.tsv).
func tells(t *testing.T, category, other string) bool {
	t.Helper()
	content, err := os.ReadFile("../privacy/testdata/implications.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		from, implied, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if from == category && slices.ContainsFunc(strings.Split(implied, ","), func(c string) bool { return c == other || tells(t, c, other) }) {
			return true
		}
	}
	return category == other
}

// narrowed is what the narrow version lets universities read.
var narrowed = []string{"GIVEN_NAME", "PHONE", "REGION"}

// narrowly publishes that version, which is not in force yet.
const narrowly = `
	INSERT INTO policy_version (version, published_at, effective_from, rules) SELECT 2, published_at, '2100-01-01', rules FROM policy_version WHERE version = 1;
	INSERT INTO policy_text (version, language, published_at, url, text) SELECT 2, language, published_at, url, text || '.' FROM policy_text WHERE version = 1 AND language = 'RU';
	INSERT INTO policy_rule (version, audience, purpose, basis, full_bits, masked_bits)
	VALUES (2, 'UNIVERSITY', 'CONSULTATION', 'CONSULTATION_CONSENT', category_bits($1), 0)`

// crowded is a world of the crowd.
func crowded(t *testing.T, people []person) *world {
	t.Helper()
	w := newWorld(t, load(people, 0, nothing))
	w.exec(t, strings.Replace(narrowly, "$1", "ARRAY['"+strings.Join(narrowed, "','")+"']", 1))
	for statement, n := range map[string]int{
		"UPDATE consent SET state = 'WITHDRAWN', withdrawn_at = '2026-09-05' WHERE basis = 'POLICY_CONSENT' AND user_id = $1": leaver,
		"UPDATE consent SET expires_at = '2026-09-05' WHERE basis = 'POLICY_CONSENT' AND user_id = $1":                        lapser,
		"UPDATE consent SET policy_version = 2 WHERE university = '001' AND user_id = $1":                                     narrow,
	} {
		w.exec(t, statement, person{n: n}.id())
	}
	w.exec(t, "UPDATE grant_application SET recorded_at = '2026-07-01', source = 'IMPORTED'") // so that it has a history
	return w
}

func (w *world) exec(t fatal, statement string, args ...any) {
	t.Helper()
	if _, err := w.db.Exec(statement, args...); err != nil {
		t.Fatal(statement, err)
	}
}
