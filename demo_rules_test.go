package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/graph"
)

// policyTable is policy-rules.tsv: cells by AUDIENCE:PURPOSE and category.
type policyTable struct {
	categories []string
	cells      map[string]map[string]string
}

func policyRules(t *testing.T) policyTable {
	t.Helper()
	content, err := os.ReadFile("internal/privacy/testdata/policy-rules.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rules := policyTable{cells: map[string]map[string]string{}}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	columns := strings.Split(lines[0], "\t")[1:]
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		rules.categories = append(rules.categories, cells[0])
		for i, column := range columns {
			if rules.cells[column] == nil {
				rules.cells[column] = map[string]string{}
			}
			rules.cells[column][cells[0]] = cells[i+1]
		}
	}
	return rules
}

// purposesOf lists all the purposes there are.
func purposesOf(t *testing.T) (names []string) {
	t.Helper()
	for _, v := range graph.Schema().Types["Purpose"].EnumValues {
		names = append(names, v.Name)
	}
	if len(names) < 9 {
		t.Fatalf("the purposes are %v", names)
	}
	return names
}

// personalField is a personal field of a person, by its path from the person.
type personalField struct{ path, coordinate, category string }

var personalFields = []personalField{
	{"familyName", "User.familyName", "FAMILY_NAME"},
	{"givenName", "User.givenName", "GIVEN_NAME"},
	{"patronymic", "User.patronymic", "PATRONYMIC"},
	{"iin", "User.iin", "IIN"},
	{"birthDate", "User.birthDate", "BIRTH_DATE"},
	{"sex", "User.sex", "SEX"},
	{"phone", "User.phone", "PHONE"},
	{"email", "User.email", "EMAIL"},
	{"profileSubjects", "User.profileSubjects", "PROFILE_SUBJECTS"},
	{"region", "User.region", "REGION"},
	{"address", "User.address", "ADDRESS"},
	{"entResults", "User.entResults", "ENT_RESULT"},
	{"entResults.year", "EntResult.year", "ENT_RESULT"},
	{"entResults.session", "EntResult.session", "ENT_RESULT"},
	{"entResults.total", "EntResult.total", "ENT_RESULT"},
	{"entResults.scores", "EntResult.scores", "ENT_SCORES"},
	{"entResults.scores.subject", "SubjectScore.subject", "ENT_SCORES"},
	{"entResults.scores.score", "SubjectScore.score", "ENT_SCORES"},
	{"entResults.language", "EntResult.language", "ENT_LANGUAGE"},
	{"entResults.testDate", "EntResult.testDate", "ENT_DATE"},
	{"entResults.place", "EntResult.place", "ENT_PLACE"},
	{"entResults.testeeCode", "EntResult.testeeCode", "TESTEE_CODE"},
	{"grantApplications", "User.grantApplications", "GRANT_RESULT"},
	{"grantApplications.year", "GrantApplication.year", "GRANT_RESULT"},
	{"grantApplications.status", "GrantApplication.status", "GRANT_RESULT"},
	{"grantApplications.award", "GrantApplication.award", "GRANT_RESULT"},
	{"grantApplications.award.programme", "GrantAward.programme", "GRANT_RESULT"},
	{"grantApplications.award.university", "GrantAward.university", "GRANT_RESULT"},
	{"grantApplications.award.priority", "GrantAward.priority", "GRANT_APPLICATION"},
	{"grantApplications.award.quota", "GrantAward.quota", "GRANT_QUOTAS"},
	{"grantApplications.choices", "GrantApplication.choices", "GRANT_APPLICATION"},
	{"grantApplications.choices.priority", "GrantChoice.priority", "GRANT_APPLICATION"},
	{"grantApplications.choices.programme", "GrantChoice.programme", "GRANT_APPLICATION"},
	{"grantApplications.choices.university", "GrantChoice.university", "GRANT_APPLICATION"},
	{"grantApplications.history", "GrantApplication.history", "GRANT_RESULT"},
	{"grantApplications.history.status", "GrantStatusChange.status", "GRANT_RESULT"},
	{"grantApplications.history.at", "GrantStatusChange.at", "GRANT_RESULT"},
	{"grantApplications.quotas", "GrantApplication.quotas", "GRANT_QUOTAS"},
	{"surveyAnswers", "User.surveyAnswers", "SURVEY"},
	{"surveyAnswers.survey", "SurveyAnswer.survey", "SURVEY"},
	{"surveyAnswers.version", "SurveyAnswer.version", "SURVEY"},
	{"surveyAnswers.answeredAt", "SurveyAnswer.answeredAt", "SURVEY"},
	{"surveyAnswers.keptUntil", "SurveyAnswer.keptUntil", "SURVEY"},
	{"surveyAnswers.answers", "SurveyAnswer.answers", "SURVEY"},
	{"surveyAnswers.answers.field", "SurveyFieldAnswer.field", "SURVEY"},
	{"surveyAnswers.answers.values", "SurveyFieldAnswer.values", "SURVEY"},
}

// wholePerson selects them all.
const wholePerson = `familyName givenName patronymic iin birthDate sex phone email profileSubjects
	region { code nameRu nameKk } address
	entResults { year session total scores { subject score } language testDate place testeeCode }
	grantApplications {
		year status quotas choices { priority programme { code } university { code } }
		award { programme { code } university { code } priority quota } history { status at }
	}
	surveyAnswers { survey version answeredAt keptUntil answers { field values } }`

func TestDemoKnowsEveryPersonalField(t *testing.T) {
	if diff := cmp.Diff(schemaFields(graph.Schema(), "User", ""), personalFields, cmp.AllowUnexported(personalField{}), cmp.Transformer("sorted", sortedFields)); diff != "" {
		t.Errorf("the schema's fields and the test's:\n%s", diff)
	}
}

func sortedFields(fields []personalField) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.path+" "+f.coordinate+" "+f.category)
	}
	slices.Sort(all)
	return all
}

func schemaFields(schema *ast.Schema, typeName, prefix string) []personalField {
	var all []personalField
	for _, f := range schema.Types[typeName].Fields {
		if pii := f.Directives.ForName("pii"); pii != nil {
			all = append(all, personalField{prefix + f.Name, typeName + "." + f.Name, pii.Arguments.ForName("category").Value.Raw})
			all = append(all, schemaFields(schema, f.Type.Name(), prefix+f.Name+".")...)
		}
	}
	return all
}

// below tells whether a path lies below one of the paths.
func below(path string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(path, p+".") })
}
