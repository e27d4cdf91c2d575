package main

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkTypes checks each type by itself: whether it is classified, and whether
// its fields are.
func (c *checker) checkTypes() {
	for _, def := range definitions(c.schema) {
		switch def.Kind {
		case ast.Object:
			c.checkObject(def)
		case ast.Interface:
			c.checkInterface(def)
		case ast.Union:
			c.checkUnion(def)
		case ast.Scalar, ast.Enum, ast.InputObject:
		}
	}
}

func (c *checker) checkObject(def *ast.Definition) {
	if isPersonal(def) && isReference(def) {
		c.report(def.Position, def.Name, "is both @personal and @reference", "keep the one that is true")
	}
	if isPersonal(def) && len(def.Interfaces) > 0 {
		c.report(def.Position, def.Name,
			fmt.Sprintf("is @personal and implements %s, behind which its directives do not run", strings.Join(def.Interfaces, " and ")),
			"drop the interface")
	}
	for _, f := range fields(def) {
		c.checkField(def, f)
	}
}

func (c *checker) checkField(def *ast.Definition, f *ast.FieldDefinition) {
	at := def.Name + "." + f.Name
	if isPersonal(def) {
		c.checkClassified(at, f)
	} else if f.Directives.ForName(piiDirective) != nil {
		c.report(f.Position, at, "is @pii in a type that is not @personal", "make "+def.Name+" @personal")
	}
	if f.Type.Elem != nil && f.Type.Elem.Elem != nil && isPersonal(c.schema.Types[f.Type.Name()]) {
		c.report(f.Position, at, "is a list of lists of a @personal type, and withholding is per person", "return a flat list")
	}
}

func (c *checker) checkClassified(at string, f *ast.FieldDefinition) {
	pii, open := f.Directives.ForName(piiDirective), f.Directives.ForName(openDirective)
	switch {
	case pii == nil && open == nil:
		c.report(f.Position, at, "is neither @pii nor @open", "name its category, or say why it is open")
	case pii != nil && open != nil:
		c.report(f.Position, at, "is both @pii and @open", "keep the one that is true")
	case open != nil && strings.TrimSpace(text(open, "because")) == "":
		c.report(f.Position, at, "is @open without a reason", "say why it is open")
	case pii != nil && f.Type.NonNull:
		c.report(f.Position, at, "is @pii and not nullable, but a withheld value is null", "drop the !")
	}
}

func (c *checker) checkInterface(def *ast.Definition) {
	for _, f := range fields(def) {
		if f.Directives.ForName(piiDirective) != nil {
			c.report(f.Position, def.Name+"."+f.Name, "is @pii on an interface, where the directive never runs", "move the field to an object type")
		}
	}
}

func (c *checker) checkUnion(def *ast.Definition) {
	for i, member := range def.Types {
		if isPersonal(c.schema.Types[member]) {
			c.report(def.TypePositions[i], def.Name,
				fmt.Sprintf("has %s as a member, which is @personal, and behind a union its directives do not run", member),
				"drop the member")
		}
	}
}
