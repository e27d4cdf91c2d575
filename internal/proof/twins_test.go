package proof_test

import (
	"bytes"
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
		}{{"APP", 1}, {"SITE", 1}, {"APP", 7}} {
			r := reader{audience: of.audience, person: of.person, purposes: []string{purpose}}
			all = append(all, view{r.client() + " of " + person{n: of.person}.id()[35:] + " for " + purpose, r, purpose, 1})
		}
	}
	return all
}

// hides is what the view may not see: what twins differ in.
func (v view) hides(o oracle, standings map[int]standing) hides {
	return func(p person, category string) bool {
		s := standings[p.n]
		if university, is := strings.CutPrefix(category, "CONSENT "); is {
			return university != v.reader.university && p.n != v.reader.person
		}
		if category == "LEAD" {
			return s.restricted || s.covers[v.reader.university] == nil
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
	each := n / 2 / (len(views()) + 14)
	for _, v := range views() {
		t.Run(v.name, func(t *testing.T) { v.compare(t, people, v.hides(o, standings), v.weight*max(each, 10)) })
	}
}

func (v view) compare(t *testing.T, people []person, hidden hides, n int) {
	t.Helper()
	more := []person{{n: 20, state: "more", policy: true, leads: map[string][]string{"190": everyOffered}}, {n: 21, state: "more"}}
	worlds := []*world{newWorld(t, load(people, 0, hidden)), newWorld(t, load(append(slices.Clone(people), more...), 1, hidden))}
	p := &pool{}
	for _, of := range people {
		if len(of.leads[v.reader.university]) > 0 && hidden(of, "PHONE") || len(p.phones) == 0 {
			p.phones = append(p.phones, of.values(0, hidden)["phone"], of.values(1, hidden)["phone"])
		}
		for university := range of.leads {
			p.leads = append(p.leads, of.lead(university))
		}
	}
	slices.Sort(p.leads)
	g := generator{schema: graph.Schema(), pool: p}
	set(t, "rapid.checks", n)
	set(t, "rapid.seed", 1)
	rapid.Check(t, func(t *rapid.T) {
		op := g.operation(t, v.reader, true)
		a, b := worlds[0].ask(t, v.reader, op), worlds[1].ask(t, v.reader, op)
		if a.status != b.status || !bytes.Equal(a.body, b.body) {
			t.Fatalf("the twins differ\n%s\n%v\n%s\n%s", op.text, op.variables, a.body, b.body)
		}
		slices.Sort(a.statements) // root fields are read at once
		slices.Sort(b.statements)
		if !slices.Equal(a.statements, b.statements) {
			t.Fatalf("the twins' statements differ\n%s\n%s\n\n%s", op.text, strings.Join(a.statements, "\n"), strings.Join(b.statements, "\n"))
		}
		p.learn(a)
	})
}
