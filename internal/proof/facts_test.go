package proof_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// fact is something that follows from what is hidden, by which an answer could tell
// of it: where twins differ in it, what asks for it, and an operation that surely
// does, for each audience.
type fact struct {
	name    string
	columns []string // one of which differs
	touches []string // what asks for it: a field, a key, or the code of an error
	person  string   // what the app and the site ask
	leads   string   // what a university asks
}

// facts are the rows of the table of views × differences.
func facts() []fact {
	deep := "nodes { user { entResults { scores { subject score } } grantApplications { choices { university { code } } } } }"
	return []fact{
		{
			"IIN: birth date and sex",
			[]string{"applicant.iin", "applicant.birth_date", "applicant.sex"},
			[]string{"User.iin", "User.birthDate", "User.sex"},
			"{ me { iin birthDate sex } }", "{ leads { nodes { user { iin birthDate sex } } } }",
		},
		{
			"address and test centre: region",
			[]string{"applicant.address", "applicant.region", "ent_result.place"},
			[]string{"User.address", "User.region", "LeadFilter.region", "EntResult.place"},
			"{ me { address region { code } entResults { place } } }", `{ leads(filter: {region: "750000000"}) { totalCount nodes { user { address region { code } entResults { place } } } } }`,
		},
		{
			"scores: total",
			[]string{"ent_result.scores", "ent_result.total", "+ent_result"},
			[]string{"EntResult.total", "EntResult.scores", "LeadFilter.minTotal"},
			"{ me { entResults { total scores { subject score } } } }", "{ leads(filter: {minTotal: 65}) { totalCount nodes { user { entResults { total scores { score } } } } } }",
		},
		{
			"order of pages",
			[]string{"ent_result.total", "+ent_result"},
			[]string{"LeadOrder.TOTAL_DESC", "User.entResults"},
			"{ me { entResults { year testDate } } }", "{ leads(orderBy: TOTAL_DESC, first: 2) { nodes { id } } all: leads { nodes { user { entResults { total year } } } } }",
		},
		{
			"totalCount",
			[]string{"+lead", "+applicant", "ent_result.language"},
			[]string{"LeadConnection.totalCount"},
			"{ leads { totalCount } }", "{ leads(filter: {language: EN}) { totalCount } all: leads { totalCount } }",
		},
		{
			"number of a list",
			[]string{"+ent_result", "+grant_application", "+grant_choice", "+survey_answer", "+value_source", "+consent"},
			[]string{"User.entResults", "User.grantApplications", "GrantApplication.choices", "User.surveyAnswers", "User.sources", "User.consents"},
			"{ me { entResults { year } grantApplications { year choices { priority } } surveyAnswers { survey } sources { at } consents { id } } }",
			"{ leads { nodes { user { entResults { year } grantApplications { year status award { programme { code } university { code } } choices { priority } } surveyAnswers { survey } } } } }",
		},
		{
			"content of a cursor",
			[]string{"ent_result.total", "+ent_result", "+lead"},
			[]string{"PageInfo.endCursor", "LeadEdge.cursor"},
			"{ leads { pageInfo { endCursor } } }", "{ leads(orderBy: TOTAL_DESC) { edges { cursor } pageInfo { startCursor endCursor hasNextPage } } }",
		},
		{
			"look-up by phone",
			[]string{"applicant.phone"},
			[]string{"LeadFilter.phone"},
			`{ leads(filter: {phone: "+77710001201"}) { totalCount } }`, `{ leads(filter: {phone: "+77710001505"}) { totalCount nodes { id } } }`,
		},
		{
			"complexity of an answer",
			[]string{"+ent_result", "+applicant"},
			[]string{"TOO_COMPLEX"},
			"{ " + manyTimes("me { entResults { scores { score } } } ", 70) + "}",
			"{ leads(first: 500) { " + manyTimes(deep+" ", 70) + "} }",
		},
		{
			"suggestion of a validation",
			[]string{"applicant.given_name", "applicant.phone"},
			[]string{"BAD_INPUT"},
			"{ me { givenNam phon } }", "{ leads { nodes { user { givenNam phon(x: 1) } } } }",
		},
		{
			"length of a masked value",
			[]string{"len applicant.email", "len applicant.given_name"},
			[]string{"User.email", "User.givenName"},
			"{ me { email givenName familyName phone iin } }", "{ leads { nodes { user { email givenName familyName } } } }",
		},
		{
			"answers to surveys",
			[]string{"survey_answer.value", "+survey_answer"},
			[]string{"User.surveyAnswers", "SurveyFieldAnswer.values", "SurveyAnswer.answers"},
			"{ me { surveyAnswers { survey answers { field values } } consents { survey state } } }", "{ leads { nodes { user { surveyAnswers { answers { values } } } } } }",
		},
		{
			"consents to others",
			[]string{"+consent", "consent.categories", "+session"},
			[]string{"Lead.covers", "User.consents", "Query.mySessions"},
			"{ me { consents { university { code } state categories } } mySessions { usedAt } }", "{ leads { nodes { covers consent { categories } } } }",
		},
	}
}

// manyTimes selects the same under as many aliases.
func manyTimes(selection string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "b%d: %s", i, selection)
	}
	return b.String()
}

// difference tells in how many rows two populations differ, by column; with "len" in
// how many in the length of a value, and with "+" how many rows one has and the
// other has not.
func difference(a, b rows) map[string]int {
	differ := map[string]int{}
	seen := b.byKey()
	for key, r := range a.byKey() {
		other, is := seen[key]
		delete(seen, key)
		if !is {
			differ["+"+r.table]++
			continue
		}
		for column, v := range r.values {
			if other.values[column] != v {
				differ[r.table+"."+column]++
			}
			if len(other.values[column]) != len(v) {
				differ["len "+r.table+"."+column]++
			}
		}
	}
	for _, r := range seen {
		differ["+"+r.table]++
	}
	return differ
}

// byKey names each row by what it is known by.
func (all rows) byKey() map[string]tuple {
	keyed := map[string]tuple{}
	for _, r := range all {
		key := r.table
		for _, c := range []string{"user_id", "id", "consent_id", "n", "column_name", "session_id", "application_id", "priority", "client_id"} {
			if c != "priority" || r.table == "grant_choice" {
				key += " " + r.values[c]
			}
		}
		keyed[key] = r
	}
	return keyed
}

// count counts by which facts an operation could have told twins apart.
func (p *pair) count(o operation, a answer) {
	asked := map[string]bool{}
	for _, code := range []string{"TOO_COMPLEX", "BAD_INPUT"} {
		asked[code] = strings.Contains(string(a.body), code)
	}
	document, err := gqlparser.LoadQueryWithRules(p.generator.schema, o.text, rules.NewDefaultRules())
	if err == nil {
		for _, op := range document.Operations {
			visit(op.SelectionSet, asked)
			keys(op.SelectionSet, asked)
		}
	}
	for _, f := range facts() {
		if slices.ContainsFunc(f.touches, func(what string) bool { return asked[what] }) {
			p.done.Facts[f.name]++
		}
	}
}

// keys notes the filter and sort keys that are written in a document.
func keys(set ast.SelectionSet, asked map[string]bool) {
	for _, s := range set {
		f, is := s.(*ast.Field)
		if !is {
			continue
		}
		if order := f.Arguments.ForName("orderBy"); order != nil {
			asked["LeadOrder."+order.Value.Raw] = true
		}
		if filter := f.Arguments.ForName("filter"); filter != nil {
			for _, member := range filter.Value.Children {
				asked["LeadFilter."+member.Name] = true
			}
		}
	}
}

// exercise asks for each fact once more by an operation of its own, and shows that
// the twins differ in it.
func (p *pair) exercise(t *testing.T) {
	t.Helper()
	for _, f := range facts() {
		text := f.leads
		if p.view.reader.person > 0 {
			text = f.person
		}
		if p.view.purpose != "" {
			text = "query @purpose(is: " + p.view.purpose + ") " + text
		}
		p.compare(t, operation{text: text, variables: map[string]any{}})
		if p.done.Facts[f.name] == 0 {
			t.Errorf("nothing asked for %s", f.name)
		}
		if !slices.ContainsFunc(f.columns, func(column string) bool { return p.differ[column] > 0 }) {
			t.Errorf("the twins do not differ in %s: %v", f.name, p.differ)
		}
	}
}

// comparison is how far the twins of a view have come.
type comparison struct {
	Done  int            `json:"done"`
	Facts map[string]int `json:"facts"` // how many operations could have told them apart by it
}

// keptTwins are the comparisons of a run, kept in a file.
type keptTwins struct {
	Twins map[string]*comparison `json:"twins"`
}

// twinsState takes up a run that was interrupted.
func twinsState(t *testing.T) *keptTwins {
	t.Helper()
	k := &keptTwins{Twins: map[string]*comparison{}}
	read(t, stateFile("-twins"), k)
	return k
}

func (k *keptTwins) keep(t *testing.T) {
	t.Helper()
	if file := stateFile("-twins"); file != "" {
		write(t, file, k)
	}
}

// report prints the table of views × facts, and writes it beside the other report.
func (k *keptTwins) report(t *testing.T) {
	t.Helper()
	sum := 0
	for name, c := range sorted(k.Twins) {
		t.Logf("%7d pairs, each fact in %d at least: %s", c.Done, slices.Min(slices.Collect(maps.Values(c.Facts))), name)
		sum += c.Done
	}
	t.Logf("%7d pairs of %d views × %d facts", sum, len(k.Twins), len(facts()))
	if report := os.Getenv("PROVE_REPORT"); report != "" {
		write(t, strings.TrimSuffix(report, ".json")+"-twins.json", k.Twins)
	}
}
