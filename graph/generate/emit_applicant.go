package main

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// applicantEnums are the enums that speak of an applicant: those that a person
// reads and that are not of the policy.
func applicantEnums(schema *ast.Schema) *source {
	s := newSource("applicant", "io", "strconv")
	for _, def := range definitions(schema) {
		if def.Kind == ast.Enum && !isMachineEnum(def.Name) && !isKernelEnum(def.Name) {
			s.stringEnum(def)
		}
	}
	return s
}

func isKernelEnum(name string) bool {
	return slices.ContainsFunc(kernelEnums(), func(e kernelEnum) bool { return e.name == name })
}

func (s *source) stringEnum(def *ast.Definition) {
	s.comment("%s is an enum of the schema. %s", def.Name, def.Description)
	s.printf("type %s string\n\n", def.Name)
	s.comment("The values of %s.", def.Name)
	s.printf("const (\n")
	for _, v := range def.EnumValues {
		s.comment("%s", v.Description)
		s.printf("%s %s = %q\n", constant(def, v), def.Name, v.Name)
	}
	s.printf(")\n\n")
	s.stringEnumMethods(def, strings.ToLower(def.Name[:1]))
}

func (s *source) stringEnumMethods(def *ast.Definition, receiver string) {
	all := make([]string, len(def.EnumValues))
	for i, v := range def.EnumValues {
		all[i] = constant(def, v)
	}
	s.comment("Valid tells whether it is a value of the schema's enum.")
	s.printf("func (%s %s) Valid() bool {\nswitch %s {\ncase %s:\nreturn true\ndefault:\nreturn false\n}\n}\n\n",
		receiver, def.Name, receiver, strings.Join(all, ",\n"))

	s.comment("UnmarshalGQL reads a value of the schema's enum, or fails with [ErrEnum], which does not quote it.")
	s.printf("func (%s *%s) UnmarshalGQL(v any) error {\nword, _ := v.(string)\n", receiver, def.Name)
	s.printf("if !%s(word).Valid() {\nreturn ErrEnum\n}\n*%s = %s(word)\nreturn nil\n}\n\n", def.Name, receiver, def.Name)

	s.comment("MarshalGQL writes the value as the schema spells it.")
	s.printf("func (%s %s) MarshalGQL(out io.Writer) { _, _ = io.WriteString(out, strconv.Quote(string(%s))) }\n\n", receiver, def.Name, receiver)
}

// constant names the Go constant of an enum's value, such as SexFemale.
func constant(def *ast.Definition, v *ast.EnumValueDefinition) string {
	return def.Name + goName(v.Name)
}
