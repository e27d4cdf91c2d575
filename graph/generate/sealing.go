package main

import (
	"fmt"
	"go/types"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

// privacyPackage has the interfaces Value and Personal, which a @pii field's Go
// type must implement.
const privacyPackage = "joo.kz/kelisim/internal/privacy"

// sealing is the part of the generator that runs inside gqlgen.
type sealing struct{ faults }

// Name names the plugin.
func (*sealing) Name() string { return "sealing" }

// MutateSchema hides from gqlgen the @pii of what is given rather than read.
// Else gqlgen would call the directive there, with a map for its object, and
// drop the filter where it answers nil. The schema that is served keeps them.
func (*sealing) MutateSchema(schema *ast.Schema) error { //nolint:unparam // gqlgen asks for the error
	for _, def := range definitions(schema) {
		for _, f := range def.Fields {
			if def.Kind == ast.InputObject {
				f.Directives = withoutPII(f.Directives)
			}
			for _, a := range f.Arguments {
				a.Directives = withoutPII(a.Directives)
			}
		}
		for _, v := range def.EnumValues {
			v.Directives = withoutPII(v.Directives)
		}
	}
	return nil
}

func withoutPII(all ast.DirectiveList) ast.DirectiveList {
	var kept ast.DirectiveList
	for _, d := range all {
		if d.Name != piiDirective {
			kept = append(kept, d)
		}
	}
	return kept
}

// GenerateCode writes nothing: it refuses a @pii field that gqlgen bound to a Go
// type which shows its value before the directive has opened it.
func (p *sealing) GenerateCode(data *codegen.Data) error {
	for _, object := range data.Objects {
		for _, f := range object.Fields {
			if f.FieldDefinition.Directives.ForName(piiDirective) != nil && !isSealed(f.TypeReference) {
				p.report(f.Position, object.Name+"."+f.Name,
					fmt.Sprintf("is @pii and bound to %s, which is neither sealed nor personal", f.TypeReference.GO),
					"bind it to a privacy.Value, or to a privacy.Personal or a slice of them")
			}
		}
	}
	p.checkEnums(data.ReferencedTypes)
	return p.err()
}

// checkEnums refuses an enum bound to a Go type that takes any word: gqlparser
// compares the words of variables without regard to case, and the plan would
// not know such a word for the key that it is.
func (p *sealing) checkEnums(refs map[string]*config.TypeReference) {
	for _, key := range slices.Sorted(maps.Keys(refs)) {
		ref := refs[key]
		if ref.Definition.Kind == ast.Enum && !ref.Definition.BuiltIn && ref.CastType != nil {
			p.report(ref.Definition.Position, ref.Definition.Name,
				fmt.Sprintf("is bound to %s, which takes any word", ref.Target),
				"give the type an UnmarshalGQL that takes the words of the enum alone")
		}
	}
}

func isSealed(ref *config.TypeReference) bool {
	if slice, ok := ref.GO.(*types.Slice); ok {
		return implements(slice.Elem(), "Personal")
	}
	return implements(ref.GO, "Value") || implements(ref.GO, "Personal")
}

// implements tells whether a type implements an interface of the privacy
// package, in the very form in which the type's own package sees it.
func implements(t types.Type, name string) bool {
	privacy := privacyOf(t)
	if privacy == nil {
		return false
	}
	object := privacy.Scope().Lookup(name)
	if object == nil {
		return false
	}
	iface, ok := object.Type().Underlying().(*types.Interface)
	return ok && types.Implements(t, iface)
}

// privacyOf finds the privacy package from a type that comes from it or from a
// package that imports it; nil for any other type.
func privacyOf(t types.Type) *types.Package {
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return nil
	}
	for _, pkg := range append(named.Obj().Pkg().Imports(), named.Obj().Pkg()) {
		if pkg.Path() == privacyPackage {
			return pkg
		}
	}
	return nil
}
