package main

import (
	"go/types"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/go/packages"
)

// TestMutateSchema checks that gqlgen sees @pii where values are read, and
// nowhere else.
func TestMutateSchema(t *testing.T) {
	schema := parsed(t)
	before := coordinatesWithPII(schema)
	if err := new(sealing).MutateSchema(schema); err != nil {
		t.Fatal(err)
	}
	hidden := []string{
		"LeadFilter.region", "LeadFilter.minTotal", "LeadFilter.profileSubjects", "LeadFilter.language", "LeadFilter.phone",
		"LeadOrder.TOTAL_DESC",
		"ProfileInput.familyName", "ProfileInput.givenName", "ProfileInput.patronymic", "ProfileInput.iin", "ProfileInput.birthDate",
		"ProfileInput.sex", "ProfileInput.email", "ProfileInput.profileSubjects", "ProfileInput.region", "ProfileInput.address",
		"EntResultInput.year", "EntResultInput.session", "EntResultInput.scores", "EntResultInput.language", "EntResultInput.testDate",
		"EntResultInput.place", "EntResultInput.testeeCode", "SubjectScoreInput.subject", "SubjectScoreInput.score",
		"GrantApplicationInput.year", "GrantApplicationInput.choices", "GrantApplicationInput.quotas",
		"GrantChoiceInput.programme", "GrantChoiceInput.university",
		"SurveyAnswersInput.answers", "SurveyFieldAnswerInput.field", "SurveyFieldAnswerInput.values",
	}
	after := append(coordinatesWithPII(schema), hidden...)
	slices.Sort(before)
	slices.Sort(after)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if schema.Types["LeadFilter"].Fields.ForName("phone") == nil {
		t.Error("the field is gone with its directive")
	}
}

func TestMutateSchemaHidesArguments(t *testing.T) {
	schema := parsed(t)
	argument := schema.Query.Fields.ForName("lead").Arguments.ForName("id")
	argument.Directives = ast.DirectiveList{{Name: piiDirective}, {Name: "deprecated"}}
	if err := new(sealing).MutateSchema(schema); err != nil {
		t.Fatal(err)
	}
	if len(argument.Directives) != 1 || argument.Directives.ForName(piiDirective) != nil {
		t.Errorf("left %d directives", len(argument.Directives))
	}
}

func coordinatesWithPII(schema *ast.Schema) []string {
	var all []string
	for _, e := range elements(schema) {
		if e.directives.ForName(piiDirective) != nil {
			all = append(all, e.coordinate)
		}
	}
	return all
}

// TestGenerateCode binds a @pii field to one Go type after another.
func TestGenerateCode(t *testing.T) {
	applicant, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: module,
	}, "joo.kz/kelisim/internal/applicant")
	if err != nil {
		t.Fatal(err)
	}
	scope := applicant[0].Types.Scope()
	user := scope.Lookup("User").Type()
	sealed := fieldOf(user, "Phone")
	reference := types.NewPointer(scope.Lookup("Reference").Type())

	for _, test := range []struct {
		name    string
		bound   types.Type
		refused bool
	}{
		{"a sealed value", sealed, false},
		{"a type that embeds a sealed value", reference, false},
		{"a person", types.NewPointer(user), false},
		{"persons", types.NewSlice(types.NewPointer(user)), false},
		{"a plain value", types.Typ[types.String], true},
		{"a plain value of the same package", scope.Lookup("Date").Type(), true},
		{"a pointer to a plain value", types.NewPointer(types.Typ[types.String]), true},
		{"a slice of sealed values", types.NewSlice(sealed), true},
		{"a slice of plain values", types.NewSlice(types.Typ[types.String]), true},
		{"anything", types.NewInterfaceType(nil, nil), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := ""
			if test.refused {
				want = "schema.graphqls:7: User.iin: is @pii and bound to " + test.bound.String() +
					", which is neither sealed nor personal; bind it to a privacy.Value, or to a privacy.Personal or a slice of them"
			}
			if diff := cmp.Diff(want, message(new(sealing).GenerateCode(dataOf(test.bound)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func fieldOf(t types.Type, name string) types.Type {
	object, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	return object.Type()
}

func dataOf(bound types.Type) *codegen.Data {
	field := &codegen.Field{
		FieldDefinition: &ast.FieldDefinition{
			Name:       "iin",
			Directives: ast.DirectiveList{{Name: piiDirective}},
			Position:   &ast.Position{Line: 7, Src: &ast.Source{Name: "schema.graphqls"}},
		},
		TypeReference: &config.TypeReference{GO: bound},
	}
	return &codegen.Data{Objects: codegen.Objects{{Definition: &ast.Definition{Name: "User"}, Fields: []*codegen.Field{field}}}}
}
