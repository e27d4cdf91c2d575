package proof_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// deriver reads what each row must be from the schema as it is written and the
// policy's table, naively: it shares no code with graph, graph/generate or
// internal/privacy.
type deriver struct {
	schema  *ast.Schema
	rules   map[string]map[string]string // category → AUDIENCE:PURPOSE → F, M, D, C or -
	reached map[string]map[string]bool   // audience → the types that some selection of theirs leads to
	read    map[string]map[string]bool   // audience → the input types and enums that an argument of a query takes
	given   map[string]map[string]bool   // likewise of a mutation
}

func derive(t *testing.T, schema *ast.Schema) (rows []row) {
	t.Helper()
	d := deriver{
		schema: schema, rules: newOracle(t).rules,
		reached: map[string]map[string]bool{}, read: map[string]map[string]bool{}, given: map[string]map[string]bool{},
	}
	for _, audience := range d.words("Audience") {
		d.reached[audience], d.read[audience], d.given[audience] = map[string]bool{}, map[string]bool{}, map[string]bool{}
		d.follow(audience, schema.Query, d.read[audience])
		d.follow(audience, schema.Mutation, d.given[audience])
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		rows = append(rows, d.rows(schema.Types[name])...)
	}
	return rows
}

func (d deriver) words(enum string) (all []string) {
	for _, v := range d.schema.Types[enum].EnumValues {
		all = append(all, v.Name)
	}
	return all
}

// follow notes what an audience comes to from a type on, and which inputs it can
// hand in by the way.
func (d deriver) follow(audience string, def *ast.Definition, inputs map[string]bool) {
	if d.reached[audience][def.Name] {
		return
	}
	d.reached[audience][def.Name] = true
	for _, f := range fieldsOf(def) {
		if !may(audience, audienceOf(f)) {
			continue
		}
		for _, a := range f.Arguments {
			d.input(d.schema.Types[a.Type.Name()], inputs)
		}
		if below := d.schema.Types[f.Type.Name()]; below.Kind == ast.Object {
			d.follow(audience, below, inputs)
		}
	}
}

func (d deriver) input(def *ast.Definition, inputs map[string]bool) {
	if inputs[def.Name] {
		return
	}
	inputs[def.Name] = true
	for _, f := range def.Fields {
		d.input(d.schema.Types[f.Type.Name()], inputs)
	}
}

func (d deriver) rows(def *ast.Definition) (rows []row) {
	switch {
	case def.BuiltIn:
	case def.Kind == ast.Object:
		for _, f := range fieldsOf(def) {
			r := row{coordinate: def.Name + "." + f.Name, category: categoryIn(f.Directives), audience: audienceOf(f), because: becauseOf(f), field: true}
			rows = append(rows, d.fill(r, func(pair, audience string) string { return d.field(def, r, pair, audience) }))
			rows = append(rows, d.arguments(def, f)...)
		}
	case def.Kind == ast.InputObject:
		for _, f := range def.Fields {
			rows = append(rows, d.key(def.Name, row{coordinate: def.Name + "." + f.Name, category: categoryIn(f.Directives)}))
		}
	case def.Kind == ast.Enum && d.sorts(def):
		for _, v := range def.EnumValues {
			rows = append(rows, d.key(def.Name, row{coordinate: def.Name + "." + v.Name, category: categoryIn(v.Directives)}))
		}
	}
	return rows
}

// sorts tells whether the values of an enum are sort keys.
func (d deriver) sorts(enum *ast.Definition) bool {
	for _, v := range enum.EnumValues {
		if categoryIn(v.Directives) != "" {
			return true
		}
	}
	for _, def := range d.schema.Types {
		for _, f := range def.Fields {
			if a := f.Arguments.ForName("orderBy"); a != nil && a.Type.Name() == enum.Name {
				return true
			}
		}
	}
	return false
}

func (d deriver) fill(r row, cell func(pair, audience string) string) row {
	r.cells = map[string]string{}
	for _, pair := range pairs() {
		audience, _, _ := strings.Cut(pair, ":")
		r.cells[pair] = cell(pair, audience)
	}
	return r
}

func (d deriver) field(def *ast.Definition, r row, pair, audience string) string {
	switch {
	case !may(audience, r.audience) || !d.reached[audience][def.Name]:
		return "A"
	case def.Directives.ForName("personal") == nil:
		return "p"
	case r.category == "":
		return "o"
	default:
		return d.rule(r.category, pair)
	}
}

// rule is a cell of the policy's table. What was answered to a survey stands on the
// consent to that survey, for the services (clause 4.8).
func (d deriver) rule(category, pair string) string {
	letter := d.rules[category][pair]
	if category == "SURVEY" && strings.HasSuffix(pair, ":SERVICE") && letter == "F" {
		return "S"
	}
	return letter
}

func (d deriver) arguments(def *ast.Definition, f *ast.FieldDefinition) (rows []row) {
	for _, a := range f.Arguments {
		r := row{coordinate: def.Name + "." + f.Name + "(" + a.Name + ":)", category: categoryIn(a.Directives)}
		rows = append(rows, d.fill(r, func(pair, audience string) string {
			open := d.reached[audience][def.Name] && may(audience, audienceOf(f))
			return d.handed(r, pair, open && def != d.schema.Mutation, open)
		}))
	}
	return rows
}

func (d deriver) key(typ string, r row) row {
	return d.fill(r, func(pair, audience string) string {
		return d.handed(r, pair, d.read[audience][typ], d.given[audience][typ])
	})
}

// handed is the cell of what a reader hands in: a filter or a sort key is a read.
func (d deriver) handed(r row, pair string, read, given bool) string {
	switch {
	case read && r.category != "":
		return d.rule(r.category, pair)
	case read:
		return "p"
	case given:
		return "w"
	default:
		return "A"
	}
}

func may(audience string, named []string) bool {
	return len(named) == 0 || slices.Contains(named, audience)
}

func fieldsOf(def *ast.Definition) ast.FieldList {
	return slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool { return strings.HasPrefix(f.Name, "__") })
}

func categoryIn(directives ast.DirectiveList) string {
	if pii := directives.ForName("pii"); pii != nil {
		return pii.Arguments.ForName("category").Value.Raw
	}
	return ""
}

func audienceOf(f *ast.FieldDefinition) (named []string) {
	if d := f.Directives.ForName("audience"); d != nil {
		for _, c := range d.Arguments.ForName("is").Value.Children {
			named = append(named, c.Value.Raw)
		}
	}
	return named
}

func becauseOf(f *ast.FieldDefinition) string {
	if d := f.Directives.ForName("open"); d != nil {
		return d.Arguments.ForName("because").Value.Raw
	}
	return ""
}
