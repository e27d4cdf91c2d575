package main

import (
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

// checker looks for what is wrong with a schema and with how gqlgen is told to
// treat it.
type checker struct {
	faults

	schema *ast.Schema
	cfg    *config.Config
}

// check finds all that is wrong. Its error has a line for each fault.
func check(schema *ast.Schema, cfg *config.Config) error {
	c := &checker{schema: schema, cfg: cfg}
	c.checkWords()
	c.checkTypes()
	c.checkReach()
	c.checkRoots()
	c.checkBatches()
	c.checkImplementation()
	c.checkRules()
	c.checkImplications()
	return c.err()
}
