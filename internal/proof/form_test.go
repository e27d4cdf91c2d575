package proof_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// selection is a step of a route and what follows it, under a key and with a
// directive of its own, if it has them.
func (r route) selection(at int, key, directive string) string {
	rest := ""
	if at < len(r)-1 {
		rest = r.selection(at+1, "", "")
	}
	return r[at].ask(key, directive, rest)
}

// ask is one field with what is selected of it: of an object at least its type.
func (s step) ask(key, directive, below string) string {
	text := s.field.Name + arguments[s.coordinate()]
	if key != "" {
		text = key + ": " + text
	}
	if directive != "" {
		text += " " + directive
	}
	if below == "" && s.to.Kind == ast.Object {
		below = "__typename"
	}
	if below != "" {
		text += " { " + below + " }"
	}
	return text
}

// decoy is the name of another field of the same type.
func (s step) decoy() string {
	for _, f := range fieldsOf(s.def) {
		if f.Name != s.field.Name {
			return f.Name
		}
	}
	return "id"
}

// document is an operation with its fragments, for a purpose, if any. Its variables
// yes and no are true and false.
func (r route) document(purpose, selection string, fragments ...string) operation {
	body := "{ " + selection + " } " + strings.Join(fragments, " ")
	o := operation{purpose: purpose, variables: map[string]any{}}
	var declared []string
	for _, name := range []string{"yes", "no"} {
		if strings.Contains(body, "$"+name+")") {
			declared, o.variables[name] = append(declared, "$"+name+": Boolean!"), name == "yes"
		}
	}
	o.text = strings.ToLower(r[0].def.Name) + " "
	if len(declared) > 0 {
		o.text += "(" + strings.Join(declared, ", ") + ") "
	}
	if purpose != "" {
		o.text += "@purpose(is: " + purpose + ") "
	}
	o.text += body
	return o
}

// wide asks for a step of a route, and what follows it, in each way that a selection
// can be written; the last two ask for nothing.
func (r route) wide(at int, purpose string) operation {
	on := r[at].def.Name
	field := func(key, directive string) string { return r.selection(at, key, directive) }
	selection := strings.Join([]string{
		field("", ""),
		field(r[at].decoy(), ""),
		field("a1", "@include(if: $yes)"),
		field("a2", "@skip(if: false)"),
		"... on " + on + " { " + field("a3", "") + " }",
		"... { " + field("a4", "") + " }",
		"... on " + on + " @include(if: $yes) { " + field("a5", "") + " }",
		"...One ...Two ...Three @skip(if: $no)",
		field("out", "@include(if: $no)"),
		"... on " + on + " @skip(if: $yes) { " + field("out", "") + " }",
	}, " ")
	for _, s := range slices.Backward(r[:at]) {
		selection = s.ask("", "", selection)
	}
	return r.document(purpose, selection,
		"fragment One on "+on+" { "+field("a6", "")+" }",
		"fragment Two on "+on+" { ... on "+on+" { ...Four } }",
		"fragment Four on "+on+" { "+field("a7", "")+" }",
		"fragment Three on "+on+" { "+field("a8", "")+" }")
}

// deep asks for the end of a route, each step under another name and in a fragment
// of its own, the end under the name of another field.
func (r route) deep(purpose string) operation {
	selection, key := "", r[len(r)-1].decoy()
	var fragments []string
	for i, s := range slices.Backward(r) {
		selection = s.ask(key, "", selection)
		key = fmt.Sprintf("k%d", i)
		switch i % 3 {
		case 0:
			fragments = append(fragments, fmt.Sprintf("fragment D%d on %s { %s }", i, s.def.Name, selection))
			selection = fmt.Sprintf("...D%d @skip(if: $no)", i)
		case 1:
			selection = "... on " + s.def.Name + " @include(if: $yes) { " + selection + " }"
		default:
			selection = "... { " + selection + " }"
		}
	}
	return r.document(purpose, selection, fragments...)
}

// whole asks for all that a root field leads to.
func (r route) whole(schema *ast.Schema, purpose string) operation {
	return r.document(purpose, r[0].ask("", "", everything(schema, r[0].to)))
}

func everything(schema *ast.Schema, def *ast.Definition) string {
	var parts []string
	for _, f := range fieldsOf(def) {
		below := schema.Types[f.Type.Name()]
		parts = append(parts, step{def, f, below}.ask("", "", everything(schema, below)))
	}
	return strings.Join(parts, " ")
}
