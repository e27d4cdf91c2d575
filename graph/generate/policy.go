package main

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// The enums of the policy, and the words of them that the generator must know.
const (
	categoryEnum = "DataCategory"
	audienceEnum = "Audience"
	purposeEnum  = "Purpose"

	full                = "FULL"
	masked              = "MASKED"
	consultationConsent = "CONSULTATION_CONSENT"
)

// cell is what one rule decides: whether an audience may read a category for a
// purpose.
type cell struct{ audience, purpose, category string }

// rule is what an @allow says of one cell.
type rule struct {
	cell

	treatment string
	basis     string
	clause    string
	byDefault bool
	pos       *ast.Position
}

// rules lists what the schema's @allow say, in its order: each @allow stands for
// every pair of its audiences and purposes.
func rules(schema *ast.Schema) []rule {
	var all []rule
	for _, category := range values(schema, categoryEnum) {
		for _, allow := range category.Directives.ForNames(allowDirective) {
			all = append(all, rulesOf(category.Name, allow)...)
		}
	}
	return all
}

func rulesOf(category string, allow *ast.Directive) []rule {
	var all []rule
	for _, audience := range words(allow, "to") {
		for _, purpose := range words(allow, "for") {
			all = append(all, rule{
				cell:      cell{audience, purpose, category},
				treatment: text(allow, "as"),
				basis:     text(allow, "on"),
				clause:    text(allow, "clause"),
				byDefault: flag(allow, "byDefault"),
				pos:       allow.Position,
			})
		}
	}
	return all
}

// rulesByCell finds the rule of a cell; the first, should there be two.
func rulesByCell(schema *ast.Schema) map[cell]rule {
	byCell := map[cell]rule{}
	for _, r := range rules(schema) {
		if _, taken := byCell[r.cell]; !taken {
			byCell[r.cell] = r
		}
	}
	return byCell
}

// implications tells of each category what its @implies names.
func implications(schema *ast.Schema) map[string][]string {
	direct := map[string][]string{}
	for _, category := range values(schema, categoryEnum) {
		if implies := category.Directives.ForName(impliesDirective); implies != nil {
			direct[category.Name] = words(implies, "categories")
		}
	}
	return direct
}

// implied lists what knowing a category reveals, however indirectly, without
// itself and in the schema's order.
func implied(schema *ast.Schema, category string) []string {
	direct := implications(schema)
	reached := map[string]bool{}
	for todo := direct[category]; len(todo) > 0; todo = todo[1:] {
		if next := todo[0]; !reached[next] {
			reached[next] = true
			todo = slices.Concat(todo, direct[next])
		}
	}
	return slices.DeleteFunc(names(schema, categoryEnum), func(c string) bool {
		return c == category || !reached[c]
	})
}

// values lists the values of an enum; none if there is no such enum.
func values(schema *ast.Schema, enum string) ast.EnumValueList {
	if def := schema.Types[enum]; def != nil {
		return def.EnumValues
	}
	return nil
}

// names lists the names of an enum's values.
func names(schema *ast.Schema, enum string) []string {
	all := []string{}
	for _, v := range values(schema, enum) {
		all = append(all, v.Name)
	}
	return all
}
