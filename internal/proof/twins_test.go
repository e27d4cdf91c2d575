package proof_test

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"joo.kz/kelisim/graph"
)

// view is one reader with one purpose: whose twins differ in all that the reader
// may not see for it.
type view struct {
	name    string
	reader  reader
	purpose string
	weight  int // how often it is asked, as against others
}

func views() []view {
	university := func(code string) reader {
		return reader{audience: "UNIVERSITY", university: code, purposes: []string{"CONSULTATION"}}
	}
	lapsed := university("013")
	lapsed.lapsed = true
	all := []view{
		{"013", university("013"), "CONSULTATION", 12},
		{"027", university("027"), "CONSULTATION", 4},
		{"001", university("001"), "CONSULTATION", 1},
		{"lapsed", lapsed, "CONSULTATION", 1},
		{"state body", reader{audience: "STATE_BODY", purposes: []string{"LEGAL_OBLIGATION"}}, "LEGAL_OBLIGATION", 1},
		{"operator", reader{audience: "OPERATOR", purposes: []string{"RIGHTS_HANDLING"}}, "RIGHTS_HANDLING", 1},
		{"nobody", reader{}, "", 1},
	}
	for purpose := range strings.FieldsSeq("IDENTIFICATION AUTOFILL INPUT_VALIDATION ACCESS SERVICE SUBJECT_ACCESS") {
		for _, of := range []struct {
			audience string
			person   int
		}{{"APP", 1}, {"SITE", 1}, {"APP", 7}, {"APP", 10}, {"SITE", 12}} {
			if of.person >= 10 && purpose != "SERVICE" && purpose != "SUBJECT_ACCESS" {
				continue // what becomes of their answers to surveys
			}
			r := reader{audience: of.audience, person: of.person, purposes: []string{purpose}}
			all = append(all, view{fmt.Sprintf("%s of %d for %s", r.client(), of.person, purpose), r, purpose, 1})
		}
	}
	return all
}

// hides is what the view may not see: what twins differ in.
func (v view) hides(o oracle, standings map[int]standing) hides {
	return func(p person, category string) bool {
		s := standings[p.n]
		kind, of, _ := strings.Cut(category, " ")
		switch kind {
		case "CONSENT":
			return of != v.reader.university && p.n != v.reader.person
		case "SURVEY":
			return o.showsAnswers(v.reader, v.purpose, p.n, of, s) == ""
		case "OWN": // what the person alone may read, for whatever purpose
			return p.n != v.reader.person
		case "LEAD":
			return s.restricted || s.covers[v.reader.university] == nil
		case "RESTRICTED": // shows in the leads that stand
			return p.n != v.reader.person && s.covers[v.reader.university] == nil
		}
		shown := o.shows(v.reader, v.purpose, p.n, category, s)
		return shown == "" || shown == "M" && category != "IIN" // a mask of the IIN shows its check digit
	}
}

// TestTwinsAnswerAlike: two databases that differ only in what a reader may not see,
// in values, in rows and in whole persons, give them the same bytes, by the same
// statements, whatever is asked. G3, G4.
func TestTwinsAnswerAlike(t *testing.T) {
	o := newOracle(t)
	people := states()
	standings := newWorld(t, load(people, 0, nothing)).standings(t)
	n, _ := operations()
	all, weights := views(), 0
	for _, v := range all {
		weights += v.weight
	}
	kept := twinsState(t)
	defer forget("", "-twins") // unless it is killed
	for _, v := range all {
		t.Run(v.name, func(t *testing.T) {
			if kept.Twins[v.name] == nil {
				kept.Twins[v.name] = &comparison{Facts: map[string]int{}}
			}
			p := newPair(t, v, people, v.hides(o, standings), kept)
			p.run(t, max(v.weight*(n/2/weights+1), 10))
			p.exercise(t)
		})
	}
	if !t.Failed() {
		kept.report(t)
	}
}

// pair are the twins of a view.
type pair struct {
	view      view
	worlds    [2]*world
	generator generator
	differ    map[string]int // in how many rows, by column
	kept      *keptTwins
	done      *comparison
}

func newPair(t *testing.T, v view, people []person, hidden hides, kept *keptTwins) *pair {
	t.Helper()
	more := []person{
		{n: 20, state: "more", policy: true, leads: map[string][]string{"190": everyOffered}, surveys: map[string]string{plans: ""}},
		{n: 21, state: "more"},
	}
	loads := [2]rows{load(people, 0, hidden), load(append(slices.Clone(people), more...), 1, hidden)}
	p := &pair{view: v, kept: kept, done: kept.Twins[v.name], differ: difference(loads[0], loads[1])}
	for i, l := range loads {
		p.worlds[i] = newWorld(t, l)
	}
	p.generator = generator{schema: graph.Schema(), pool: &pool{}}
	pool := p.generator.pool
	for _, of := range people {
		if len(of.leads[v.reader.university]) > 0 && hidden(of, "PHONE") || len(pool.phones) == 0 {
			pool.phones = append(pool.phones, of.values(0, hidden)["phone"], of.values(1, hidden)["phone"])
		}
		for university := range of.leads {
			pool.leads = append(pool.leads, of.lead(university))
		}
		for survey := range of.surveys {
			pool.consents = append(pool.consents, of.surveyConsent(survey))
		}
	}
	slices.Sort(pool.leads)
	slices.Sort(pool.consents)
	return p
}

// run compares n operations, in batches, and goes on where it was interrupted.
func (p *pair) run(t *testing.T, n int) {
	t.Helper()
	for p.done.Done < n {
		set(t, "rapid.checks", min(batch, n-p.done.Done))
		set(t, "rapid.seed", 1+p.done.Done)
		p.generator.pool.turn()
		rapid.Check(t, func(t *rapid.T) { p.compare(t, p.generator.operation(t, p.view.reader, queries)) })
		if t.Failed() {
			return
		}
		p.done.Done = min(n, p.done.Done+batch)
		p.kept.keep(t)
	}
	if os.Getenv("PROVE") != "" {
		fmt.Fprintf(os.Stderr, "%s: %d pairs\n", t.Name(), p.done.Done)
	}
}

// compare asks both twins and compares all that they do.
func (p *pair) compare(t fatal, o operation) {
	t.Helper()
	a, b := p.worlds[0].ask(t, p.view.reader, o), p.worlds[1].ask(t, p.view.reader, o)
	if a.status != b.status || !reflect.DeepEqual(a.header, b.header) || !bytes.Equal(a.body, b.body) {
		t.Logf("%s\n%v\n%d %v %s\n%d %v %s", o.text, o.variables, a.status, a.header, a.body, b.status, b.header, b.body)
		t.Fatal("the twins differ")
	}
	slices.Sort(a.statements) // root fields are read at once
	slices.Sort(b.statements)
	if !slices.Equal(a.statements, b.statements) {
		t.Logf("%s\n%s\n\n%s", o.text, strings.Join(a.statements, "\n"), strings.Join(b.statements, "\n"))
		t.Fatal("the twins' statements differ")
	}
	p.generator.pool.learn(a)
	p.count(o, a)
}
