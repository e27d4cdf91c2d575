package main

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

// members is the part of the generator that tells the writer of answers how to
// get from an object to its fields, as gqlgen has bound them. A field that takes
// arguments or a resolver is left out: gqlgen answers what selects it.
type members struct{ imports map[string]bool }

// Name names the plugin.
func (*members) Name() string { return "members" }

// GenerateCode writes the table.
func (m *members) GenerateCode(data *codegen.Data) error {
	table := &source{}
	table.comment("members are the fields of all that is reached by a root field that reads personal data, by schema coordinate.")
	table.printf("var members = map[string]member{\n")
	reached := reached(data.Schema)
	for _, object := range data.Objects {
		for _, f := range object.Fields {
			if reached[object.Name] && !f.IsReserved() && !f.IsResolver && len(f.Args) == 0 {
				table.printf("%q: {%s},\n", object.Name+"."+f.Name, m.member(object, f))
			}
		}
	}
	table.printf("}\n")
	m.imports["context"], m.imports["github.com/99designs/gqlgen/graphql"] = true, true
	file := newSource("graph", slices.Sorted(maps.Keys(m.imports))...)
	_, _ = file.Write(table.Bytes())
	return write(map[string]*source{"graph/members_generated.go": file})
}

// reached are the object types below the root fields that lead to personal types.
func reached(schema *ast.Schema) map[string]bool {
	all := map[string]bool{}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, f := range fields(root) {
			below := map[string]bool{}
			descend(schema, f.Type.Name(), below)
			for name := range below {
				if isPersonal(schema.Types[name]) {
					maps.Copy(all, below)
				}
			}
		}
	}
	return all
}

func descend(schema *ast.Schema, name string, into map[string]bool) {
	def := schema.Types[name]
	if def.Kind != ast.Object || into[name] {
		return
	}
	into[name] = true
	for _, f := range def.Fields {
		descend(schema, f.Type.Name(), into)
	}
}

// member is the Go code that gets a field: a sealed value, an object, a list of
// objects or of words, or anything else that gqlgen marshals.
func (m *members) member(object *codegen.Object, f *codegen.Field) string {
	ref := f.TypeReference
	from := "o.(" + types.TypeString(object.Reference(), m.qualify) + ")." + f.GoFieldName + call(f)
	switch isObject := ref.Definition.Kind == ast.Object; {
	case ref.IsSlice():
		return fmt.Sprintf("size: func(o any) int { return %s(%s) }, at: func(ctx context.Context, o any, i int) any { return %s }",
			size(ref), from, item(ref.Elem(), from+"[i]", isObject))
	case isObject:
		return fmt.Sprintf("object: func(o any) any { return pointer(%s) }", from)
	case f.FieldDefinition.Directives.ForName(piiDirective) != nil:
		return fmt.Sprintf("value: func(o any) sealed { return value(%s) }", from)
	case f.IsMethod() && !f.NoErr:
		return fmt.Sprintf("leaf: func(ctx context.Context, o any) (graphql.Marshaler, error) { v, err := %s\nif err != nil { return nil, err }\nreturn %s, nil }",
			from, marshal(ref, "v"))
	default:
		return fmt.Sprintf("leaf: func(ctx context.Context, o any) (graphql.Marshaler, error) { return %s, nil }", marshal(ref, from))
	}
}

func call(f *codegen.Field) string {
	if f.IsMethod() {
		return "()"
	}
	return ""
}

// size is the function that tells how long a list is; one that may be null is so
// where it is nil.
func size(ref *config.TypeReference) string {
	if ref.GQL.NonNull {
		return "len"
	}
	return "length"
}

func item(ref *config.TypeReference, from string, isObject bool) string {
	if isObject {
		return "pointer(" + from + ")"
	}
	return marshal(ref, from)
}

// marshal calls gqlgen's own marshaller of a type, which needs no execution.
func marshal(ref *config.TypeReference, value string) string {
	return "(*executionContext)(nil)." + ref.MarshalFunc() + "(ctx, nil, " + value + ")"
}

// qualify names a package in the table, and has the table import it.
func (m *members) qualify(p *types.Package) string {
	if strings.HasSuffix(p.Path(), "/kelisim/graph") {
		return ""
	}
	m.imports[p.Path()] = true
	return p.Name()
}
