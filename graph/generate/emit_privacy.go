package main

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// kernelEnum is an enum of the policy, which the kernel counts instead of
// spelling.
type kernelEnum struct {
	name, goType, one, many string
	axis                    bool // of the table of rules, which must know its length
}

func kernelEnums() []kernelEnum {
	return []kernelEnum{
		{audienceEnum, "Audience", "audience", "audiences", true},
		{purposeEnum, "Purpose", "purpose", "purposes", true},
		{"Basis", "Basis", "basis", "bases", false},
		{"Treatment", "Treatment", "treatment", "treatments", false},
		{categoryEnum, "Category", "category", "categories", true},
		{"Verdict", "Verdict", "verdict", "verdicts", false},
	}
}

// privacyTables are the words of the policy, its implications and its rules.
func privacyTables(schema *ast.Schema) *source {
	s := newSource("privacy")
	for _, e := range kernelEnums() {
		s.kernelEnum(schema, e)
	}
	s.implications(schema)
	s.rules(schema)
	return s
}

func (s *source) kernelEnum(schema *ast.Schema, e kernelEnum) {
	s.comment("The %s of the schema, in its order. 0 is unknown.", e.many)
	s.printf("const (\n")
	for i, v := range values(schema, e.name) {
		s.comment("%s", v.Description)
		s.printf("%s %s = %d\n", goName(v.Name), e.goType, i+1)
	}
	s.printf(")\n\n")
	if e.axis {
		s.comment("%s counts them.", e.many)
		s.printf("const %s = %d\n\n", e.many, len(values(schema, e.name)))
	}
	s.comment("%sNames are their names in the schema.", e.one)
	s.printf("var %sNames = [...]string{\n", e.one)
	for i, name := range names(schema, e.name) {
		s.printf("%d: %q,\n", i+1, name)
	}
	s.printf("}\n\n")
}

func (s *source) implications(schema *ast.Schema) {
	s.comment("implied is what knowing a category reveals, however indirectly, itself apart.")
	s.printf("var implied = [categories + 1]Set{\n")
	for _, category := range names(schema, categoryEnum) {
		if revealed := implied(schema, category); len(revealed) > 0 {
			s.printf("%s: 1<<%s,\n", goName(category), strings.Join(goNames(revealed), " | 1<<"))
		}
	}
	s.printf("}\n\n")
}

func (s *source) rules(schema *ast.Schema) {
	s.comment("rules are the @allow of the schema. Where none stands, nothing is shown.")
	s.printf("var rules = [audiences + 1][purposes + 1][categories + 1]Rule{\n")
	byCell := rulesByCell(schema)
	for _, audience := range names(schema, audienceEnum) {
		s.printf("%s: {\n", goName(audience))
		for _, purpose := range names(schema, purposeEnum) {
			s.column(schema, byCell, audience, purpose)
		}
		s.printf("},\n")
	}
	s.printf("}\n")
}

// column writes the rules of one audience and purpose, if there are any.
func (s *source) column(schema *ast.Schema, byCell map[cell]rule, audience, purpose string) {
	var column source
	for _, category := range names(schema, categoryEnum) {
		if r, open := byCell[cell{audience, purpose, category}]; open {
			column.rule(r)
		}
	}
	if column.Len() > 0 {
		s.printf("%s: {\n%s},\n", goName(purpose), column.String())
	}
}

func (s *source) rule(r rule) {
	s.printf("%s: {Treatment: %s, Basis: %s, Clause: %q", goName(r.category), goName(r.treatment), goName(r.basis), r.clause)
	if r.byDefault {
		s.printf(", ByDefault: true")
	}
	s.printf("},\n")
}
