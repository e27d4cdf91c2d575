package graph_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/privacy"
)

// Without the columns that a reader is never shown, all else is answered as with
// them, byte by byte. One who is shown them gets nothing.
func TestRefusalIsTheSameWithoutTheColumn(t *testing.T) {
	a := newAPI(t, peopleWhoAnswered)
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
