package proof_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// step is one field on a way down.
type step struct {
	def   *ast.Definition
	field *ast.FieldDefinition
	to    *ast.Definition // the type of the field
}

func (s step) coordinate() string { return s.def.Name + "." + s.field.Name }

// route is a way from the root of the schema down to a field.
type route []step

func (r route) String() string {
	names := make([]string, len(r))
	for i, s := range r {
		names[i] = s.field.Name
	}
	return strings.Join(names, ".")
}

func (r route) last() step       { return r[len(r)-1] }
func (r route) isMutation() bool { return r[0].def.Name == "Mutation" }

// routesOf are all ways to each field of an object: through queries, pages and
// their edges, other types, and what mutations return.
func routesOf(schema *ast.Schema) map[string][]route {
	all := map[string][]route{}
	var follow func(def *ast.Definition, above route)
	follow = func(def *ast.Definition, above route) {
		for _, f := range fieldsOf(def) {
			below := schema.Types[f.Type.Name()]
			r := append(slices.Clone(above), step{def, f, below})
			all[r.last().coordinate()] = append(all[r.last().coordinate()], r)
			if below.Kind == ast.Object && !slices.ContainsFunc(r, func(s step) bool { return s.def == below }) {
				follow(below, r)
			}
		}
	}
	follow(schema.Query, nil)
	follow(schema.Mutation, nil)
	return all
}

// arguments are how a field that must be given something is asked. LEAD, CONSENT,
// RESULT, CHALLENGE and CODE stand for what the asker has.
var arguments = map[string]string{
	"Query.grantApplicationDraft": "(year: 2026)",
	"Query.lead":                  `(id: "LEAD")`,
	"Query.endedLeads":            `(since: "2020-01-01T00:00:00Z")`,
	"Query.explain":               `(document: "{ __typename }")`,
	"Query.consentReceipt":        `(id: "CONSENT")`,
	"Query.survey":                `(id: "plans")`,
	"PrivacyPolicy.changesSince":  "(version: 1)",
	"PrivacyPolicy.widens":        "(since: 1)",

	"Mutation.requestSignInCode":      `(phone: "+77710009997")`,
	"Mutation.signIn":                 `(challenge: "none", code: "000000")`,
	"Mutation.refreshSession":         `(refreshToken: "none")`,
	"Mutation.endSession":             `(id: "none")`,
	"Mutation.changePhone":            `(challenge: "CHALLENGE", code: "CODE")`,
	"Mutation.updateProfile":          `(input: {patronymic: null})`,
	"Mutation.validateProfile":        `(input: {})`,
	"Mutation.acceptPolicy":           "(version: 1)",
	"Mutation.requestConsultation":    `(input: {university: "190"})`,
	"Mutation.requestGuardianCode":    `(university: "190", phone: "+77710009996")`,
	"Mutation.withdrawConsent":        `(id: "CONSENT")`,
	"Mutation.addEntResult":           "(input: {session: AUGUST, " + sitting + ")",
	"Mutation.updateEntResult":        `(id: "RESULT", input: {session: MARCH, ` + sitting + ")",
	"Mutation.removeEntResult":        `(id: "RESULT")`,
	"Mutation.submitGrantApplication": `(input: {year: 2026, choices: [{programme: "B057", university: "190"}]})`,
	"Mutation.answerSurvey":           `(input: {survey: "plans", version: 1, answers: [{field: "wish", values: ["yes"]}]})`,
}

const sitting = `year: 2026, language: KK, scores: [{subject: HISTORY_KZ, score: 20}, {subject: MATH_LIT, score: 10},
	{subject: READ_LIT, score: 10}, {subject: MATH, score: 40}, {subject: INFORMATICS, score: 40}]}`

// collecting are the mutations that take in more of a person's data, and so refuse,
// once more, whoever has not accepted the policy (clause 1.5).
var collecting = strings.Fields("Mutation.addEntResult Mutation.updateEntResult Mutation.submitGrantApplication Mutation.answerSurvey Mutation.requestConsultation")

// TestEachFieldCanBeAsked: a field that must be given something is in the table.
func TestEachFieldCanBeAsked(t *testing.T) {
	schema := theSchema(t)
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		for _, f := range fieldsOf(schema.Types[name]) {
			required := slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
			if _, known := arguments[name+"."+f.Name]; required && !known {
				t.Errorf("%s.%s must be given something: say in arguments how it is asked", name, f.Name)
			}
		}
	}
}
