package proof_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// key is a filter or a sort key of somebody's data, and how it is used.
type key struct {
	row

	root  step   // the root field
	under string // the argument and what is in it, dotted, as in filter.region
	typ   string // of the argument
}

// keysOf are all keys that the arguments of queries take.
func (s *trial) keysOf() (keys []key) {
	for _, f := range fieldsOf(s.schema.Query) {
		for _, a := range f.Arguments {
			k := key{root: step{s.schema.Query, f, s.schema.Types[f.Type.Name()]}, under: a.Name, typ: a.Type.String()}
			keys = append(keys, s.keysIn(k, s.rows["Query."+f.Name+"("+a.Name+":)"], s.schema.Types[a.Type.Name()])...)
		}
	}
	return keys
}

func (s *trial) keysIn(k key, r row, def *ast.Definition) (keys []key) {
	if k.row = r; r.category != "" {
		keys = append(keys, k)
	}
	for _, v := range def.EnumValues {
		if of := s.rows[def.Name+"."+v.Name]; of.category != "" {
			keys = append(keys, key{of, k.root, k.under, k.typ})
		}
	}
	for _, f := range def.Fields {
		inner := key{root: k.root, under: k.under + "." + f.Name, typ: k.typ}
		keys = append(keys, s.keysIn(inner, s.rows[def.Name+"."+f.Name], s.schema.Types[f.Type.Name()])...)
	}
	return keys
}

// value is the argument that uses the key, as GraphQL and as JSON.
func (k key) value(v any) (literalText string, plainValue any) {
	_, word, isEnum := strings.Cut(k.coordinate, ".")
	if argument, inner, nested := strings.Cut(k.under, "."); nested && argument != "" {
		return "{" + inner + ": " + literal(v) + "}", map[string]any{inner: plain(v)}
	}
	if isEnum && word == strings.ToUpper(word) {
		return word, word
	}
	return literal(v), plain(v)
}

// uses are the ways in which an operation can use a key with a value.
func (k key) uses(purpose string, v any, selection string) map[string]operation {
	argument, _, _ := strings.Cut(k.under, ".")
	text, value := k.value(v)
	ask := func(alias, given string) string {
		return alias + k.root.field.Name + "(" + argument + ": " + given + ") $directive { " + selection + " }"
	}
	uses := map[string]operation{}
	use := func(name, declared, body string, variables map[string]any) {
		o := operation{text: "query " + declared, purpose: purpose, variables: variables}
		if purpose != "" {
			o.text += " @purpose(is: " + purpose + ")"
		}
		directive := ""
		if _, conditional := variables["yes"]; conditional {
			directive = "@include(if: $yes)"
		}
		o.text += " " + strings.ReplaceAll(body, "$directive", directive)
		uses[name] = o
	}
	on := "fragment F on Query { "
	use("literal", "", "{ "+ask("", text)+" }", nil)
	use("alias", "", "{ "+ask("x: ", text)+" }", nil)
	use("variable", "($v: "+k.typ+")", "{ "+ask("", "$v")+" }", map[string]any{"v": value})
	use("default", "($v: "+k.typ+" = "+text+")", "{ "+ask("", "$v")+" }", nil)
	use("fragment", "", "{ ...F } "+on+ask("", text)+" }", nil)
	use("fragment of a fragment", "", "{ ... { ... on Query { ...F } } } "+on+ask("x: ", text)+" }", nil)
	use("included", "($yes: Boolean!)", "{ "+ask("", text)+" }", map[string]any{"yes": true})
	return uses
}

// TestWhatMustNotBeFilteredByIsNot: a filter or a sort key that a reader may not use
// refuses the whole operation, in each way that it can be written, and nothing is
// sent to the database. G2, G3, G4.
func TestWhatMustNotBeFilteredByIsNot(t *testing.T) {
	s := newTrial(t)
	for _, k := range s.keysOf() {
		for _, a := range slices.Concat(tableAskers(), otherAskers()) {
			selections := []string{"totalCount", "nodes { id }", "edges { cursor node { id } }", "pageInfo { endCursor }"}
			if a.refuse(s.rows[k.root.coordinate()], false) != "" {
				selections = selections[:1]
			}
			for _, selection := range selections {
				for name, o := range k.uses(a.purpose, s.someValue(k), selection) {
					s.refusesKey(k, a, name, o)
				}
			}
		}
	}
	t.Logf("%d uses of keys refused, by %d operations", s.refused, s.operations)
	if s.refused < 1_500 {
		t.Errorf("%d uses of keys refused", s.refused)
	}
}

func (s *trial) refusesKey(k key, a asker, name string, o operation) {
	s.Helper()
	root := s.routes[k.root.coordinate()][0]
	if code := a.refuse(s.rows[k.root.coordinate()], false); code != "" {
		s.try(a, root, o) // the root field is refused, and its key is not looked at
		return
	}
	code := a.refusePersonal(k.row)
	if code == "" {
		return
	}
	at, path := k.root.field.Name, k.root.field.Name
	if strings.Contains(o.text, "x: ") {
		at, path = "x", "x"
	}
	path += "." + k.under
	want := []refusal{{code: code, category: k.category, audience: a.audience, purpose: a.purpose, clause: clauseOf(code), path: path, at: at}}
	f := &forecast{asker: a}
	answer := s.world.ask(s, a.reader, o)
	s.operations++
	s.refused++
	s.compare(f, answer, want, o)
	if strings.Contains(string(answer.body), `"data"`) && !strings.Contains(string(answer.body), `"data":null`) {
		s.Errorf("%s: %s by %s: %s", a, k.coordinate, name, answer.body)
	}
}
