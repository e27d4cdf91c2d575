package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkWords checks that everything is described, that directives and the enum words
// in them exist, and that a person can read the words shown to them.
func (c *checker) checkWords() {
	for _, e := range elements(c.schema) {
		if strings.TrimSpace(e.description) == "" {
			c.report(e.pos, e.coordinate, "has no description", "say what it means")
		}
		for _, d := range e.directives {
			c.checkArguments(e.coordinate, d)
		}
	}
	for _, d := range directives(c.schema) {
		if !isObeyed(d.Name) {
			c.report(d.Position, "@"+d.Name, "is a directive that nothing here obeys", "call it by the name that the generator reads, or drop it")
		}
	}
	for _, def := range definitions(c.schema) {
		if def.Kind == ast.Enum && !isMachineEnum(def.Name) {
			c.checkLabels(def)
		}
	}
}

// isObeyed tells whether a directive of the schema's own is one that the generator
// or the plan reads. One that is renamed would be written everywhere, and mean nothing.
func isObeyed(name string) bool {
	return slices.Contains([]string{
		piiDirective, openDirective, personalDirective, referenceDirective, audienceDirective, allowDirective,
		impliesDirective, labelDirective, purposeDirective, goFieldDirective,
	}, name)
}

// checkArguments checks the enum words of a directive's arguments, which the
// parser takes as they are.
func (c *checker) checkArguments(at string, d *ast.Directive) {
	for _, arg := range d.Arguments {
		enum := c.schema.Types[d.Definition.Arguments.ForName(arg.Name).Type.Name()]
		if enum.Kind != ast.Enum {
			continue
		}
		for _, v := range leaves(arg.Value) {
			if v.Kind != ast.EnumValue || enum.EnumValues.ForName(v.Raw) == nil {
				c.report(v.Position, at, fmt.Sprintf("@%s(%s:) has %s, which is no %s", d.Name, arg.Name, v, enum.Name), "use a value of "+enum.Name)
			}
		}
	}
}

// leaves lists a value, or what stands in the list that it is.
func leaves(v *ast.Value) []*ast.Value {
	if v.Kind != ast.ListValue {
		return []*ast.Value{v}
	}
	var all []*ast.Value
	for _, child := range v.Children {
		all = append(all, leaves(child.Value)...)
	}
	return all
}

// isMachineEnum tells whether an enum is never shown to a person: only programs
// read it.
func isMachineEnum(name string) bool {
	return slices.Contains([]string{"Verdict", "LeadOrder"}, name)
}

func (c *checker) checkLabels(enum *ast.Definition) {
	for _, v := range enum.EnumValues {
		label := v.Directives.ForName(labelDirective)
		if label == nil || strings.TrimSpace(text(label, "ru")) == "" || strings.TrimSpace(text(label, "kk")) == "" {
			c.report(v.Position, enum.Name+"."+v.Name, "is shown to a person and has no @label in both languages", "give it ru and kk")
		}
	}
}
