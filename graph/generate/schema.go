package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The directives that the generator reads.
const (
	piiDirective       = "pii"
	openDirective      = "open"
	personalDirective  = "personal"
	referenceDirective = "reference"
	audienceDirective  = "audience"
	allowDirective     = "allow"
	impliesDirective   = "implies"
	labelDirective     = "label"
	purposeDirective   = "purpose"
	goFieldDirective   = "goField"
)

// parse reads a schema. Its error names the file and the line.
func parse(sources ...*ast.Source) (*ast.Schema, error) {
	schema, err := gqlparser.LoadSchema(sources...)
	var located *gqlerror.Error
	if errors.As(err, &located) && len(located.Locations) > 0 {
		return nil, fmt.Errorf("%v:%d: %s", located.Extensions["file"], located.Locations[0].Line, located.Message)
	}
	return schema, err
}

// definitions lists the types that the schema itself defines, in its order.
func definitions(schema *ast.Schema) []*ast.Definition {
	own := slices.DeleteFunc(slices.Collect(maps.Values(schema.Types)), func(d *ast.Definition) bool {
		return d.BuiltIn
	})
	slices.SortFunc(own, func(a, b *ast.Definition) int { return inOrder(a.Position, b.Position) })
	return own
}

// directives lists the directives that the schema itself defines, in its order.
func directives(schema *ast.Schema) []*ast.DirectiveDefinition {
	own := slices.DeleteFunc(slices.Collect(maps.Values(schema.Directives)), func(d *ast.DirectiveDefinition) bool {
		return d.Position.Src.BuiltIn
	})
	slices.SortFunc(own, func(a, b *ast.DirectiveDefinition) int { return inOrder(a.Position, b.Position) })
	return own
}

func inOrder(a, b *ast.Position) int {
	return cmp.Or(cmp.Compare(a.Src.Name, b.Src.Name), cmp.Compare(a.Start, b.Start))
}

// fields lists the fields of a type without those of introspection.
func fields(def *ast.Definition) []*ast.FieldDefinition {
	return slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__")
	})
}

// roots lists the root types that the schema has.
func roots(schema *ast.Schema) []*ast.Definition {
	return slices.DeleteFunc([]*ast.Definition{schema.Query, schema.Mutation, schema.Subscription},
		func(d *ast.Definition) bool { return d == nil })
}

func isPersonal(def *ast.Definition) bool {
	return def != nil && def.Directives.ForName(personalDirective) != nil
}

func isReference(def *ast.Definition) bool {
	return def != nil && def.Directives.ForName(referenceDirective) != nil
}

// objects lists the object types that a selection on a type may be resolved
// with: itself, or those behind an interface or a union. A leaf has none.
func objects(schema *ast.Schema, name string) []*ast.Definition {
	return slices.DeleteFunc(slices.Clone(schema.PossibleTypes[name]), func(d *ast.Definition) bool {
		return d.Kind != ast.Object
	})
}

// element is anything in the schema that has a description and directives.
type element struct {
	coordinate  string // such as User.iin, Query.lead(id:) or @pii(category:)
	description string
	directives  ast.DirectiveList
	pos         *ast.Position
}

// elements lists everything that the schema itself defines, in its order.
func elements(schema *ast.Schema) []element {
	var all []element
	for _, d := range directives(schema) {
		all = append(all, directiveElements(d)...)
	}
	for _, d := range definitions(schema) {
		all = append(all, typeElements(d)...)
	}
	return all
}

func directiveElements(d *ast.DirectiveDefinition) []element {
	at := "@" + d.Name
	return append([]element{{at, d.Description, d.Directives, d.Position}}, argumentElements(at, d.Arguments)...)
}

func typeElements(d *ast.Definition) []element {
	all := []element{{d.Name, d.Description, d.Directives, d.Position}}
	for _, f := range fields(d) {
		at := d.Name + "." + f.Name
		all = append(all, element{at, f.Description, f.Directives, f.Position})
		all = append(all, argumentElements(at, f.Arguments)...)
	}
	for _, v := range d.EnumValues {
		all = append(all, element{d.Name + "." + v.Name, v.Description, v.Directives, v.Position})
	}
	return all
}

func argumentElements(at string, args ast.ArgumentDefinitionList) []element {
	all := make([]element, len(args))
	for i, a := range args {
		all[i] = element{at + "(" + a.Name + ":)", a.Description, a.Directives, a.Position}
	}
	return all
}

// text is a directive's string or enum argument; empty if it is neither.
func text(d *ast.Directive, arg string) string {
	s, _ := d.ArgumentMap(nil)[arg].(string)
	return s
}

// flag is a directive's boolean argument.
func flag(d *ast.Directive, arg string) bool {
	b, _ := d.ArgumentMap(nil)[arg].(bool)
	return b
}

// words are a directive's list argument. GraphQL takes a single word for a list
// of one.
func words(d *ast.Directive, arg string) []string {
	switch v := d.ArgumentMap(nil)[arg].(type) {
	case string:
		return []string{v}
	case []any:
		all := make([]string, 0, len(v))
		for _, w := range v {
			s, _ := w.(string)
			all = append(all, s)
		}
		return all
	default:
		return nil
	}
}
