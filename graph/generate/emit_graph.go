package main

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// fieldTables tell where in the schema personal data stand, and who may select
// which field.
func fieldTables(schema *ast.Schema) *source {
	s := newSource("graph", "joo.kz/kelisim/internal/privacy")
	s.personalTypes(schema)
	s.coordinates(schema)
	s.fieldAudiences(schema)
	return s
}

func (s *source) personalTypes(schema *ast.Schema) {
	s.comment("personalTypes are the @personal types.")
	s.printf("var personalTypes = map[string]bool{\n")
	for _, def := range definitions(schema) {
		if isPersonal(def) {
			s.printf("%q: true,\n", def.Name)
		}
	}
	s.printf("}\n\n")
}

func (s *source) coordinates(schema *ast.Schema) {
	s.comment("coordinates are the categories of everything that is @pii, by schema coordinate.")
	s.printf("var coordinates = map[string]privacy.Category{\n")
	for _, e := range elements(schema) {
		if pii := e.directives.ForName(piiDirective); pii != nil {
			s.printf("%q: privacy.%s,\n", e.coordinate, goName(text(pii, "category")))
		}
	}
	s.printf("}\n\n")
}

func (s *source) fieldAudiences(schema *ast.Schema) {
	s.comment("fieldAudiences are who may select a field that names an audience.")
	s.printf("var fieldAudiences = map[string][]privacy.Audience{\n")
	for _, def := range definitions(schema) {
		for _, f := range fields(def) {
			if is := audiences(f); len(is) > 0 {
				s.printf("%q: {privacy.%s},\n", def.Name+"."+f.Name, strings.Join(goNames(is), ", privacy."))
			}
		}
	}
	s.printf("}\n")
}

// vocabularyTable is every word that a person is shown.
func vocabularyTable(schema *ast.Schema) *source {
	s := newSource("graph")
	s.comment("vocabulary is every word that a person is shown, in the schema's order.")
	s.printf("var vocabulary = []*Term{\n")
	for _, def := range definitions(schema) {
		for _, v := range def.EnumValues {
			s.term(def.Name, v)
		}
	}
	s.printf("}\n")
	return s
}

func (s *source) term(enum string, v *ast.EnumValueDefinition) {
	label := v.Directives.ForName(labelDirective)
	if label == nil {
		return
	}
	s.printf("{\nEnum: %q,\nValue: %q,\nLabelRu: %q,\nLabelKk: %q,\nDescription: %q,\n},\n",
		enum, v.Name, text(label, "ru"), text(label, "kk"), strings.ReplaceAll(v.Description, "\n", " "))
}
