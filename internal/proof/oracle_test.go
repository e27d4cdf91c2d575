package proof_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// oracle is a second, naive reading of the policy's table. It shares no code with
// internal/privacy.
type oracle struct {
	rules      map[string]map[string]string // category → AUDIENCE:PURPOSE → F, M, D, C or -
	categories []string
}

func newOracle(t *testing.T) oracle {
	t.Helper()
	table, err := os.ReadFile("../privacy/testdata/policy-rules.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	columns := strings.Split(lines[0], "\t")
	o := oracle{rules: map[string]map[string]string{}}
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		o.rules[cells[0]] = map[string]string{}
		o.categories = append(o.categories, cells[0])
		for i, cell := range cells[1:] {
			o.rules[cells[0]][columns[i+1]] = cell
		}
	}
	return o
}

// reader is who asks, as the oracle sees it.
type reader struct {
	audience   string
	university string
	person     int // signed in; 0 for nobody
	purposes   []string
	lapsed     bool
}

// standing is what the database says of one person's consents.
type standing struct {
	policy     bool                // a consent to the policy stands
	covers     map[string][]string // by university: the categories of the consent that stands
	surveys    map[string]bool     // those to which a consent stands
	restricted bool
}

// shows is how a reader is shown a category of a person for a purpose: F, M, or
// nothing.
func (o oracle) shows(r reader, purpose string, person int, category string, s standing) string {
	rule := o.rules[category][r.audience+":"+purpose]
	switch {
	case rule == "" || rule == "-" || !slices.Contains(r.purposes, purpose):
		return ""
	case r.audience == "APP" || r.audience == "SITE":
		lawful := s.policy
		switch {
		case purpose == "SUBJECT_ACCESS":
			lawful = true
		case category == "SURVEY" && purpose == "SERVICE":
			lawful = len(s.surveys) > 0
		}
		if person != r.person || !lawful {
			return ""
		}
		return rule
	case r.audience == "UNIVERSITY":
		if r.lapsed || s.restricted || !slices.Contains(s.covers[r.university], category) {
			return ""
		}
		return "F"
	default:
		return "" // no order and no request exist
	}
}

// showsAnswers is shows for the answers to one survey: gone for everybody with the
// consent to it.
func (o oracle) showsAnswers(r reader, purpose string, person int, survey string, s standing) string {
	if !s.surveys[survey] {
		return ""
	}
	return o.shows(r, purpose, person, "SURVEY", s)
}

// masked is how a value looks where it is masked.
func masked(category, v string) string {
	last := v[max(0, len(v)-2):]
	switch category {
	case "IIN", "TESTEE_CODE":
		return strings.Repeat("*", len(v)-2) + last
	case "PHONE":
		return "+7 *** *** ** " + last
	case "EMAIL":
		return v[:1] + "***@***" + v[strings.LastIndex(v, "."):]
	default:
		_, n := utf8.DecodeRuneInString(v)
		return v[:n] + "…"
	}
}
