package graph_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// notBuilt is what the contract has and the schema does not yet: what comes with the
// ledger, with disclosure to state bodies and with erasure.
func notBuilt() []string {
	return []string{"User.disclosures", "Query.disclosure", "Mutation.deleteMyData", "Mutation.requestErasure"}
}

// The schema has all of the contract, under the same names, of the same shapes and
// for the same audiences. What it adds asks nothing of who knows the contract alone.
func TestSchemaKeepsTheContract(t *testing.T) {
	contract, schema := parseSchema(t, "testdata/contract.graphqls"), parseSchema(t, "../schema.graphqls")
	var missing []string
	for _, want := range contract.Directives {
		got := schema.Directives.ForName(want.Name)
		if got == nil {
			missing = append(missing, "@"+want.Name)
			continue
		}
		differ(t, "@"+want.Name, shapeOfDirective(want), shapeOfDirective(got))
	}
	for _, want := range contract.Definitions {
		got := schema.Definitions.ForName(want.Name)
		if got == nil {
			missing = append(missing, want.Name)
			continue
		}
		differ(t, want.Name, string(want.Kind)+held(want.Directives, want.Directives), string(got.Kind)+held(got.Directives, want.Directives))
		differ(t, want.Name, enumValues(want), enumValues(got))
		missing = append(missing, keepFields(t, want, got)...)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(notBuilt())), slices.Sorted(slices.Values(missing))); diff != "" {
		t.Errorf("what is not built yet: (-said +is)\n%s", diff)
	}
}

// keepFields compares the fields of a type, and returns those that are missing.
func keepFields(t *testing.T, want, got *ast.Definition) (missing []string) {
	t.Helper()
	root := slices.Contains([]string{"Query", "Mutation"}, want.Name)
	for _, f := range want.Fields {
		at := want.Name + "." + f.Name
		is := got.Fields.ForName(f.Name)
		if is == nil {
			missing = append(missing, at)
			continue
		}
		theirs := f.Directives
		if root { // without @audience it is public
			theirs = append(slices.Clone(theirs), &ast.Directive{Name: "audience"})
		}
		differ(t, at, shape(f)+held(f.Directives, theirs), shape(is)+held(is.Directives, theirs))
		keepArguments(t, at, f.Arguments, is.Arguments)
	}
	for _, f := range got.Fields {
		if got.Kind == ast.InputObject && want.Fields.ForName(f.Name) == nil {
			optional(t, got.Name+"."+f.Name, f.Type, f.DefaultValue)
		}
	}
	return missing
}

func keepArguments(t *testing.T, at string, want, got ast.ArgumentDefinitionList) {
	t.Helper()
	for _, a := range want {
		is := got.ForName(a.Name)
		if is == nil {
			t.Errorf("%s has no argument %s", at, a.Name)
			continue
		}
		differ(t, at+"("+a.Name+")", typed(a.Type, a.DefaultValue), typed(is.Type, is.DefaultValue))
	}
	for _, a := range got {
		if want.ForName(a.Name) == nil {
			optional(t, at+"("+a.Name+")", a.Type, a.DefaultValue)
		}
	}
}

// optional: what is added may be left out.
func optional(t *testing.T, at string, is *ast.Type, value *ast.Value) {
	t.Helper()
	if is.NonNull && value == nil {
		t.Errorf("%s is required, and not in the contract", at)
	}
}

func differ(t *testing.T, at, want, got string) {
	t.Helper()
	if want != got {
		t.Errorf("%s is %s; the contract has %s", at, got, want)
	}
}

func shape(f *ast.FieldDefinition) string { return typed(f.Type, f.DefaultValue) }

func typed(t *ast.Type, value *ast.Value) string {
	if value == nil {
		return t.String()
	}
	return t.String() + " = " + value.String()
}

// held spells those of a list's directives that stand among others by name. The
// reason of @open is free.
func held(list, among ast.DirectiveList) string {
	var all strings.Builder
	for _, d := range list {
		switch {
		case among.ForName(d.Name) == nil:
		case d.Name == "open":
			all.WriteString(" @open")
		default:
			fmt.Fprintf(&all, " @%s", d.Name)
			for _, a := range d.Arguments {
				fmt.Fprintf(&all, " %s: %s", a.Name, a.Value.String())
			}
		}
	}
	return all.String()
}

// enumValues are the values of an enum, all of them, with the categories of sort keys.
func enumValues(d *ast.Definition) string {
	var all strings.Builder
	for _, v := range d.EnumValues {
		all.WriteString(" " + v.Name + held(v.Directives, ast.DirectiveList{{Name: "pii"}}))
	}
	return all.String()
}

func shapeOfDirective(d *ast.DirectiveDefinition) string {
	var all strings.Builder
	for _, a := range d.Arguments {
		all.WriteString(a.Name + ": " + typed(a.Type, a.DefaultValue) + " ")
	}
	return fmt.Sprint(all.String(), d.IsRepeatable, d.Locations)
}

func parseSchema(t *testing.T, file string) *ast.SchemaDocument {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document, err := parser.ParseSchema(&ast.Source{Name: file, Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return document
}
