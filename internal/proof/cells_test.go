package proof_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// cell is one thing to ask: a field of a personal type, for an audience and a
// purpose, of a person in a state.
type cell struct {
	coordinate, audience, purpose string
	person                        int
	state                         string
}

func (c cell) String() string {
	return strings.Join([]string{c.coordinate, c.audience, c.purpose, c.state}, " ")
}

// cells counts the questions.
type cells struct {
	schema *ast.Schema
	people []person
	ways   map[string][]string // by which a type is reached
	n      map[cell]int
}

// pairs are the audiences with their purposes, as the policy's table has them.
func pairs() []string {
	var all []string
	for _, audience := range []string{"APP", "SITE"} {
		for purpose := range strings.FieldsSeq("IDENTIFICATION AUTOFILL INPUT_VALIDATION ACCESS SERVICE SUBJECT_ACCESS") {
			all = append(all, audience+":"+purpose)
		}
	}
	return append(all, "UNIVERSITY:CONSULTATION", "STATE_BODY:LEGAL_OBLIGATION", "OPERATOR:RIGHTS_HANDLING")
}

func newCells(schema *ast.Schema, people []person) cells {
	c := cells{schema: schema, people: people, ways: waysOf(schema), n: map[cell]int{}}
	for _, coordinate := range c.coordinates() {
		for _, pair := range pairs() {
			audience, purpose, _ := strings.Cut(pair, ":")
			for _, p := range people {
				c.n[cell{coordinate, audience, purpose, p.n, p.state}] = 0
			}
		}
	}
	return c
}

// coordinates are the fields of the personal types that Query leads to.
func (c cells) coordinates() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(c.ways)) {
		if def := c.schema.Types[name]; def.Directives.ForName("personal") != nil {
			for _, f := range def.Fields {
				all = append(all, name+"."+f.Name)
			}
		}
	}
	return all
}

// count counts an operation that was carried out, or refused by the rules. What a
// university asks of its leads it asks of everybody: their states are all there.
func (c cells) count(r reader, purpose string, op *ast.OperationDefinition) {
	asked := map[string]bool{}
	visit(op.SelectionSet, asked)
	for coordinate := range asked {
		for _, p := range c.people {
			key := cell{coordinate, r.audience, purpose, p.n, p.state}
			if _, is := c.n[key]; is && (r.person == 0 || r.person == p.n) {
				c.n[key]++
			}
		}
	}
}

func visit(set ast.SelectionSet, asked map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			asked[s.ObjectDefinition.Name+"."+s.Name] = true
			visit(s.SelectionSet, asked)
		case *ast.InlineFragment:
			visit(s.SelectionSet, asked)
		case *ast.FragmentSpread:
			visit(s.Definition.SelectionSet, asked)
		}
	}
}

func (c cells) empty() []cell {
	var all []cell
	for key, n := range c.n {
		if n == 0 {
			all = append(all, key)
		}
	}
	slices.SortFunc(all, func(a, b cell) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// reader finds who can ask for a cell.
func (c cell) reader(readers []reader) (reader, bool) {
	for _, r := range readers {
		personal := c.audience == "APP" || c.audience == "SITE"
		if r.audience == c.audience && !r.lapsed && slices.Contains(r.purposes, c.purpose) && (!personal || r.person == c.person) {
			return r, true
		}
	}
	return reader{}, false
}

// waysOf are the selections by which a type is reached from Query, with %s where the
// fields of the type go. Leads come before me: a field that both lead to is asked by
// each audience through its own.
func waysOf(schema *ast.Schema) map[string][]string {
	arguments := map[string]string{"grantApplicationDraft": "(year: 2026)", "lead": `(id: "LEAD")`, "consentReceipt": `(id: "CONSENT")`, "endedLeads": `(since: "2020-01-01T00:00:00Z")`}
	ways := map[string][]string{}
	var follow func(def *ast.Definition, way string, depth int)
	follow = func(def *ast.Definition, way string, depth int) {
		for _, f := range def.Fields {
			below := schema.Types[f.Type.Name()]
			if strings.HasPrefix(f.Name, "__") || below.Kind != ast.Object || depth > 6 {
				continue
			}
			next := fmt.Sprintf(way, f.Name+arguments[f.Name]+" { %s }")
			if len(ways[below.Name]) < 12 && !strings.Contains(way, f.Name+" {") {
				ways[below.Name] = append(ways[below.Name], next)
				follow(below, next, depth+1)
			}
		}
	}
	follow(schema.Query, "{ %s }", 0)
	return ways
}

// document asks for one cell by every way there is.
func (c cells) document(to cell, p person) string {
	typ, field, _ := strings.Cut(to.coordinate, ".")
	way := c.way(typ, to.audience)
	if def := c.schema.Types[typ].Fields.ForName(field); c.schema.Types[def.Type.Name()].Kind == ast.Object {
		field += " { __typename }"
	}
	text := fmt.Sprintf(way, field)
	lead := "00000000-0000-4000-8000-00000000ffff"
	for university := range p.leads {
		lead = p.lead(university)
	}
	text = strings.NewReplacer("LEAD", lead, "CONSENT", p.consent("")).Replace(text)
	return "query @purpose(is: " + to.purpose + ") " + text
}

// way is one by which this audience comes to a type, if there is one.
func (c cells) way(typ, audience string) string {
	ways := c.ways[typ]
	for _, w := range ways {
		if strings.HasPrefix(w, "{ me") == (audience == "APP" || audience == "SITE") {
			return w
		}
	}
	return ways[0]
}

// table is the report: how often each cell was asked.
func (c cells) table() map[string]int {
	t := map[string]int{}
	for key, n := range c.n {
		t[key.String()] = n
	}
	return t
}
