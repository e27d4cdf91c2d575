package proof_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// operation is a document with what is sent beside it, and how.
type operation struct {
	text      string
	name      string
	variables map[string]any
	purpose   string // that it states; empty for none
	mutation  string // the field, if it is a mutation
	byURL     bool
	media     string // that it accepts
	language  string
	failing   failure
}

// generator generates operations over a schema.
type generator struct {
	schema *ast.Schema
	pool   *pool
}

// pool is the values that arguments take, other than those that any schema has:
// what an attacker could know, have seen or guess.
type pool struct {
	leads, consents, phones []string
	cursors, seen           []string // those to use, and those to add to them
}

// manyCursors is how many cursors are known at a time.
const manyCursors = 60

// learn keeps the cursors that were answered, for later: while a batch runs, the
// same draws make the same operation.
func (p *pool) learn(a answer) {
	rest := string(a.body)
	for range 4 {
		_, after, found := strings.Cut(rest, `ursor":"`)
		cursor, left, _ := strings.Cut(after, `"`)
		if !found || len(p.seen) > manyCursors {
			return
		}
		p.seen, rest = append(p.seen, cursor), left
	}
}

// turn puts what was learned to use.
func (p *pool) turn() {
	p.cursors = append(p.cursors, p.seen...)
	p.cursors, p.seen = p.cursors[max(0, len(p.cursors)-manyCursors):], nil
}

// writer writes one operation.
type writer struct {
	*rapid.T

	generator
	reader    reader
	prefix    string // of its fragments and variables
	fragments []string
	declared  []string
	variables map[string]any
	aliases   int
	root      string // the field of Query or Mutation that is being written
	noise     bool   // whether it may be invalid here and there
	loose     bool   // whether members of a value may be variables
}

// kind is what an operation is drawn from.
type kind int

const (
	anything kind = iota
	queries
	mutations
)

// operation draws an operation of a reader.
func (g generator) operation(t *rapid.T, r reader, k kind) operation {
	w := &writer{T: t, generator: g, reader: r, variables: map[string]any{}, noise: rare(t, 3, "noise")}
	o := operation{variables: w.variables}
	several := rare(t, 4, "several")
	if several || rare(t, 2, "named") {
		o.name = "Op"
	}
	w.write(&o, k)
	if several {
		w.beside(&o)
	}
	o.byURL = rare(t, 3, "by URL")
	o.media = rapid.SampledFrom([]string{"application/graphql-response+json", "application/json", "*/*", "", "text/html, application/json;q=0.5"}).Draw(t, "media")
	o.language = rapid.SampledFrom([]string{"", "kk", "ru", "en", "de"}).Draw(t, "language")
	return o
}

// write writes the operation itself.
func (w *writer) write(o *operation, k kind) {
	head, root := "query", w.schema.Query
	if k == mutations || k == anything && rare(w.T, 3, "kind") {
		head, root = "mutation", w.schema.Mutation
	}
	o.purpose = w.purpose(w.reader.purposes)
	if root == w.schema.Mutation {
		f := w.pick(root.Fields)
		o.mutation, w.root = f.Name, f.Name
		o.text = "{ " + w.field(f, 5, map[string]bool{}) + " }"
	} else {
		o.text = w.selection(root, 7)
	}
	if o.name != "" || len(w.declared) > 0 {
		head += " " + o.name
	}
	stated := ""
	if o.purpose != "" {
		stated = " @purpose(is: " + o.purpose + ")"
		if w.noise && rare(w.T, 2, "no literal") {
			stated, o.purpose = " @purpose(is: "+w.variable("Purpose!", enumWord(o.purpose))+")", ""
		}
	}
	if len(w.declared) > 0 {
		head += "(" + strings.Join(w.declared, ", ") + ")"
	}
	o.text = head + stated + w.junk() + " " + o.text + strings.Join(w.fragments, "")
}

// beside puts another operation into the document, before or after the one that is
// asked for by its name; or, where it may be invalid, by none or by a wrong one.
func (w *writer) beside(o *operation) {
	other := &writer{T: w.T, generator: w.generator, reader: w.reader, prefix: "o", variables: map[string]any{}, noise: w.noise}
	aside := operation{name: "Other"}
	other.write(&aside, anything)
	if w.noise {
		o.name = rapid.SampledFrom([]string{"", "op", "Nothing", o.name}).Draw(w.T, "which")
	}
	o.text += " " + aside.text
	if rapid.Bool().Draw(w.T, "last") {
		o.text = aside.text + strings.TrimSuffix(o.text, aside.text)
	}
}

// rare draws true once in 2^n times. It shrinks to false: a short document has
// nothing that is rare.
func rare(t *rapid.T, n int, what string) bool {
	for range n {
		if !rapid.Bool().Draw(t, what) {
			return false
		}
	}
	return true
}

// purpose draws one that the reader has, mostly; or another, or none.
func (w *writer) purpose(purposes []string) string {
	switch n := rapid.IntRange(0, 19).Draw(w.T, "purpose"); {
	case n == 19:
		return ""
	case n == 18 || len(purposes) == 0:
		return rapid.SampledFrom(w.enum("Purpose")).Draw(w.T, "any purpose")
	default:
		return purposes[n%len(purposes)]
	}
}

func (w *writer) enum(name string) []string {
	var values []string
	for _, v := range w.schema.Types[name].EnumValues {
		values = append(values, v.Name)
	}
	return values
}

func (w *writer) pick(fields ast.FieldList) *ast.FieldDefinition {
	fields = slices.DeleteFunc(slices.Clone(fields), func(f *ast.FieldDefinition) bool { return strings.HasPrefix(f.Name, "__") })
	return fields[rapid.IntRange(0, len(fields)-1).Draw(w.T, "field")]
}

// variable declares a variable with a value, and names it. The value is sent, or it
// is the default of the declaration, or another default stands behind it.
func (w *writer) variable(typ string, value any) string {
	name := fmt.Sprintf("%sv%d", w.prefix, len(w.declared))
	declared := "$" + name + ": " + typ
	switch n := rapid.IntRange(0, 7).Draw(w.T, "default"); {
	case n == 7:
		declared += " = " + literal(value)
	case n == 6 && typ == "Boolean!":
		declared += " = true"
		w.variables[name] = plain(value)
	default:
		w.variables[name] = plain(value)
	}
	w.declared = append(w.declared, declared+w.junk())
	return "$" + name
}

func (w *writer) arguments(defs ast.ArgumentDefinitionList) string {
	var given []string
	list := defs.ForName("after") != nil && rapid.Bool().Draw(w.T, "whole list") // a cursor is good for one list alone
	for _, d := range defs {
		leave := 1 // one in 2^1
		switch {
		case list && d.Name == "filter":
			continue
		case list && d.Name == "since":
			given = append(given, `since: "2026-01-01T00:00:00Z"`)
			continue
		case d.Name == "filter":
			leave = 2
		case d.Name == "after" && !list && !rare(w.T, 2, "elsewhere"):
			continue
		}
		if !d.Type.NonNull && rare(w.T, leave, "left out") {
			continue
		}
		given = append(given, d.Name+": "+w.argument(d))
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

// argument draws a value, and writes it as it is or through variables.
func (w *writer) argument(d *ast.ArgumentDefinition) string {
	way := rapid.IntRange(0, 7).Draw(w.T, "by variable")
	w.loose = way == 5
	value := w.value(d.Name, d.Type)
	w.loose = false
	if way > 5 {
		return w.variable(d.Type.String(), value)
	}
	return literal(value)
}
