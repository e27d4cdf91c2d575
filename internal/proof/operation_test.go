package proof_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// operation is a document with what is sent beside it.
type operation struct {
	text      string
	name      string
	variables map[string]any
	purpose   string // that it states; empty for none
	mutation  string // the field, if it is a mutation
}

// generator generates operations over a schema.
type generator struct {
	schema *ast.Schema
	pool   *pool
}

// pool is the values that arguments take, other than those that any schema has:
// what an attacker could know, have seen or guess.
type pool struct {
	leads, consents, cursors, phones []string
}

// writer writes one operation.
type writer struct {
	*rapid.T

	generator
	reader    reader
	fragments []string
	declared  []string
	variables map[string]any
	aliases   int
	noise     bool // whether it may be invalid here and there
}

// operation draws an operation of a reader; of queries alone, if so asked.
func (g generator) operation(t *rapid.T, r reader, queries bool) operation {
	w := &writer{T: t, generator: g, reader: r, variables: map[string]any{}, noise: rapid.IntRange(0, 9).Draw(t, "noise") == 0}
	o := operation{variables: w.variables}
	kind, root := "query", g.schema.Query
	if !queries && rapid.IntRange(0, 7).Draw(t, "kind") == 0 {
		kind, root = "mutation", g.schema.Mutation
	}
	o.purpose = w.purpose(r.purposes)
	if kind == "mutation" {
		f := w.pick(root.Fields)
		o.mutation = f.Name
		o.text = "{ " + w.field(f, 5, map[string]bool{}) + " }"
	} else {
		o.text = w.selection(root, 7)
	}
	if rapid.IntRange(0, 3).Draw(t, "named") == 0 {
		o.name = "Op"
	}
	head := kind
	if o.name != "" || len(w.declared) > 0 {
		head += " " + o.name
	}
	if len(w.declared) > 0 {
		head += "(" + strings.Join(w.declared, ", ") + ")"
	}
	if o.purpose != "" {
		head += " @purpose(is: " + o.purpose + ")"
	}
	o.text = head + " " + o.text + strings.Join(w.fragments, "")
	return o
}

// purpose draws one that the reader has, mostly; or another, or none.
func (w *writer) purpose(purposes []string) string {
	switch n := rapid.IntRange(0, 19).Draw(w.T, "purpose"); {
	case n == 0:
		return ""
	case n == 1 || len(purposes) == 0:
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

// selection draws a selection of a type, at most so deep.
func (w *writer) selection(def *ast.Definition, depth int) string {
	used := map[string]bool{}
	return "{ " + w.selections(def, depth, used) + " }"
}

func (w *writer) selections(def *ast.Definition, depth int, used map[string]bool) string {
	n := 1 + rapid.IntRange(0, 9).Draw(w.T, "fields")*3/10
	if depth <= 3 || len(w.fragments) > 4 {
		n = min(n, 2)
	}
	parts := make([]string, 0, n+1)
	if def.Name == "Lead" && !used["proofId"] {
		used["proofId"] = true
		parts = append(parts, "proofId: id")
	}
	for range n {
		switch rapid.IntRange(0, 11).Draw(w.T, "part") {
		case 0:
			parts = append(parts, "..."+w.on(def)+w.conditional()+" { "+w.selections(def, depth, used)+" }")
		case 1:
			if len(w.fragments) < 6 {
				parts = append(parts, w.spread(def, depth))
			}
		case 2:
			parts = append(parts, w.alias(used)+w.meta(def))
		default:
			if f := w.affordable(def, depth); f != nil {
				parts = append(parts, w.field(f, depth, used))
			}
		}
	}
	if len(parts) == 0 {
		return "__typename"
	}
	return strings.Join(parts, " ")
}

// meta selects what tells of the schema.
func (w *writer) meta(def *ast.Definition) string {
	if def != w.schema.Query {
		return "__typename"
	}
	return rapid.SampledFrom([]string{
		"__typename", `__type(name: "User") { fields { name args { name } } }`,
		"__schema { types { name inputFields { name } } directives { name } }",
	}).Draw(w.T, "meta")
}

// affordable picks a field, with fields below it only where there is depth left.
func (w *writer) affordable(def *ast.Definition, depth int) *ast.FieldDefinition {
	fields := def.Fields
	if def == w.schema.Query && rapid.Bool().Draw(w.T, "own") {
		fields = w.own(fields)
	}
	f := w.pick(fields)
	if below := w.schema.Types[f.Type.Name()]; below.Kind == ast.Object && depth <= 1 {
		return nil
	}
	return f
}

// own are the fields meant for this reader's audience, which read personal data; or
// all, if there are none.
func (w *writer) own(fields ast.FieldList) ast.FieldList {
	own := slices.DeleteFunc(slices.Clone(fields), func(f *ast.FieldDefinition) bool {
		audience := f.Directives.ForName("audience")
		return audience == nil || !strings.Contains(audience.Arguments.ForName("is").Value.String(), w.reader.audience)
	})
	if len(own) == 0 || w.reader.audience == "" {
		return fields
	}
	return own
}

func (w *writer) on(def *ast.Definition) string {
	switch rapid.IntRange(0, 5).Draw(w.T, "on") {
	case 0:
		return ""
	case 1:
		if w.noise {
			return " on User"
		}
	}
	return " on " + def.Name
}

// spread makes a fragment of its own and spreads it, once or twice.
func (w *writer) spread(def *ast.Definition, depth int) string {
	name := fmt.Sprintf("F%d", len(w.fragments))
	at := len(w.fragments)
	w.fragments = append(w.fragments, "")
	used := map[string]bool{}
	if def.Name == "Lead" {
		used["proofId"] = true // the selection around it has it
	}
	w.fragments[at] = fmt.Sprintf(" fragment %s on %s { %s }", name, def.Name, w.selections(def, depth-1, w.fresh(used)))
	use := "..." + name + w.conditional()
	if rapid.IntRange(0, 4).Draw(w.T, "twice") == 0 {
		use += " ..." + name
	}
	return use
}

// fresh marks that each field gets an alias, so that fragments do not conflict.
func (w *writer) fresh(used map[string]bool) map[string]bool {
	used["*"] = true
	return used
}

// alias draws an alias where the key is used, or at random: of its own, or the name
// of another field.
func (w *writer) alias(used map[string]bool) string {
	w.aliases++
	if used["*"] || rapid.IntRange(0, 2).Draw(w.T, "alias") > 0 {
		return fmt.Sprintf("a%d: ", w.aliases)
	}
	if decoy := rapid.SampledFrom([]string{"id", "iin", "phone", "total", "nodes", "covers", "x"}).Draw(w.T, "decoy"); !used[decoy] {
		used[decoy] = true
		return decoy + ": "
	}
	return fmt.Sprintf("a%d: ", w.aliases)
}

func (w *writer) field(f *ast.FieldDefinition, depth int, used map[string]bool) string {
	text := f.Name
	if used["*"] || used[f.Name] || rapid.IntRange(0, 3).Draw(w.T, "aliased") == 0 {
		text = w.alias(used) + f.Name
	}
	used[f.Name] = true
	text += w.arguments(f.Arguments) + w.conditional()
	if below := w.schema.Types[f.Type.Name()]; below.Kind == ast.Object {
		text += " " + w.selection(below, depth-1)
	}
	return text
}

// conditional draws @skip or @include, literal or by a variable, or none.
func (w *writer) conditional() string {
	n := rapid.IntRange(0, 31).Draw(w.T, "conditional")
	if n > 3 {
		return ""
	}
	yes := rapid.Bool().Draw(w.T, "if")
	switch n {
	case 0:
		return fmt.Sprintf(" @include(if: %t)", yes)
	case 1:
		return fmt.Sprintf(" @skip(if: %t)", yes)
	case 2:
		return " @include(if: " + w.variable("Boolean!", yes) + ")"
	case 3:
		if w.noise {
			return ` @pii(category: PHONE)`
		}
	}
	return ""
}

// variable declares a variable with a value, and names it.
func (w *writer) variable(typ string, value any) string {
	name := fmt.Sprintf("v%d", len(w.declared))
	w.declared = append(w.declared, "$"+name+": "+typ)
	w.variables[name] = value
	return "$" + name
}

func (w *writer) arguments(defs ast.ArgumentDefinitionList) string {
	var given []string
	for _, d := range defs {
		odds := 6
		switch d.Name {
		case "after":
			odds = 2 // a cursor is good for one list alone
		case "filter":
			odds = 9
		}
		if !d.Type.NonNull && rapid.IntRange(0, 11).Draw(w.T, "given") >= odds {
			continue
		}
		value := w.value(d.Name, d.Type)
		text := literal(value)
		if rapid.IntRange(0, 3).Draw(w.T, "by variable") == 0 {
			text = w.variable(d.Type.String(), plain(value))
		}
		given = append(given, d.Name+": "+text)
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}
