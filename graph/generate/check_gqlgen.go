package main

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkBatches checks that no batch resolver is given persons: it is handed all
// siblings, also those whose data are withheld.
func (c *checker) checkBatches() {
	for _, def := range definitions(c.schema) {
		for _, f := range fields(def) {
			persons := isPersonal(def) || isPersonal(c.schema.Types[f.Type.Name()])
			if persons && c.batched(def, f) {
				c.report(f.Position, def.Name+"."+f.Name,
					"is resolved in batches, and a batch hands over every person, allowed or not",
					"drop batch, here and in gqlgen.yml")
			}
		}
	}
}

func (c *checker) batched(def *ast.Definition, f *ast.FieldDefinition) bool {
	if d := f.Directives.ForName(goFieldDirective); d != nil && flag(d, "batch") {
		return true
	}
	batch := c.cfg.Models[def.Name].Fields[f.Name].Batch
	return c.cfg.Resolver.Batch.Enabled || batch != nil && *batch
}

// checkImplementation checks that @pii cannot be left without code: as a hook it
// could be nil.
func (c *checker) checkImplementation() {
	def := c.schema.Directives[piiDirective]
	if def == nil {
		return
	}
	pii := c.cfg.Directives[piiDirective]
	if pii.SkipRuntime || pii.Implementation == nil || strings.TrimSpace(*pii.Implementation) == "" {
		c.report(def.Position, "@"+piiDirective, "has no implementation in gqlgen.yml", "set directives.pii.implementation")
	}
}
