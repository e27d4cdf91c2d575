package main

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkReach checks that whatever a personal type leads to is classified, and
// that reference data leads to nobody.
func (c *checker) checkReach() {
	seen := map[string]bool{}
	for _, def := range definitions(c.schema) {
		if isPersonal(def) {
			c.follow(def, seen)
		}
		if isReference(def) {
			c.checkAboutNobody(def)
		}
	}
}

func (c *checker) follow(def *ast.Definition, seen map[string]bool) {
	if seen[def.Name] {
		return
	}
	seen[def.Name] = true
	for _, f := range fields(def) {
		for _, to := range objects(c.schema, f.Type.Name()) {
			if !isPersonal(to) && !isReference(to) && !seen[to.Name] {
				c.report(to.Position, to.Name,
					fmt.Sprintf("is reached by %s.%s from a @personal type and is neither @personal nor @reference", def.Name, f.Name),
					"say which it is")
			}
			c.follow(to, seen)
		}
	}
}

func (c *checker) checkAboutNobody(def *ast.Definition) {
	for _, f := range fields(def) {
		if c.reachesPerson(f.Type.Name(), map[string]bool{}) {
			c.report(f.Position, def.Name+"."+f.Name, "leads from @reference data, which is about nobody, to a @personal type",
				"drop the field, or make "+def.Name+" @personal")
		}
	}
}

// checkRoots checks that a root field that leads to anybody says who may select
// it.
func (c *checker) checkRoots() {
	for _, root := range roots(c.schema) {
		for _, f := range fields(root) {
			if c.reachesPerson(f.Type.Name(), map[string]bool{}) && len(audiences(f)) == 0 {
				c.report(f.Position, root.Name+"."+f.Name, "leads to a @personal type and names no @audience", "say who may select it")
			}
		}
	}
}

// audiences lists whom a field's @audience names.
func audiences(f *ast.FieldDefinition) []string {
	if d := f.Directives.ForName(audienceDirective); d != nil {
		return words(d, "is")
	}
	return nil
}

func (c *checker) reachesPerson(name string, seen map[string]bool) bool {
	if seen[name] {
		return false
	}
	seen[name] = true
	for _, def := range objects(c.schema, name) {
		if isPersonal(def) {
			return true
		}
		for _, f := range fields(def) {
			if c.reachesPerson(f.Type.Name(), seen) {
				return true
			}
		}
	}
	return false
}
