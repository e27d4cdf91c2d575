package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/privacy"
)

// explainOne explains a document of one operation.
func explainOne(t *testing.T, document string, a privacy.Audience, p privacy.Purpose) graph.Explanation {
	t.Helper()
	all, err := graph.ExplainDocument(document, a, p)
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %d operations, %v", document, len(all), err)
	}
	return all[0]
}

// planLines are planned fields in words: path, coordinate, verdict.
func planLines(fields []graph.PlannedField) []string {
	lines := []string{}
	for _, f := range fields {
		lines = append(lines, f.Path+" "+f.Coordinate+" "+f.Verdict.String())
	}
	return lines
}

func checkPlan(t *testing.T, document string, got []graph.PlannedField, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), planLines(got)); diff != "" {
		t.Errorf("%s: the plan (-want +got):\n%s", document, diff)
	}
}

// TestPlanFollowsTheSelections of a university that gives a consultation.
func TestPlanFollowsTheSelections(t *testing.T) {
	const (
		email = "leads.nodes.user.email User.email PER_RECORD"
		iin   = "leads.nodes.user.iin User.iin NEVER"
	)
	for _, c := range []struct {
		name, document string
		want           []string
	}{
		{"fields, in order", `{ leads { nodes { id user { iin email } } } }`, []string{iin, email}},
		{"fields, in their own order", `{ leads { nodes { user { email iin } id } } }`, []string{email, iin}},
		{"nothing personal", `{ leads { totalCount pageInfo { endCursor } edges { cursor } } universities { code } }`, nil},
		{"open fields", `{ leads { nodes { id covers consent { givenAt } programme { code } } } }`, nil},
		{
			"fragment", `query { leads { nodes { user { ...f } } } } fragment f on User { iin email }`,
			[]string{iin, email},
		},
		{
			"fragments in fragments", `{ ...q } fragment q on Query { leads { nodes { ...l } } } fragment l on Lead { user { ...u } } fragment u on User { email }`,
			[]string{email},
		},
		{"inline fragment", `{ leads { nodes { ... on Lead { user { ... on User { iin } } } } } }`, []string{iin}},
		{"inline fragment of no type", `{ ... { leads { nodes { ... { user { ... { email } } } } } } }`, []string{email}},
		{
			"aliases", `{ a: leads { b: nodes { c: user { d: email } } } }`,
			[]string{"a.b.c.d User.email PER_RECORD"},
		},
		{
			"alias that looks like another field", `{ leads { nodes { user { givenName: iin } } } }`,
			[]string{"leads.nodes.user.givenName User.iin NEVER"},
		},
		{
			"two aliases of one field", `{ leads { nodes { user { a: email b: email } } } }`,
			[]string{"leads.nodes.user.a User.email PER_RECORD", "leads.nodes.user.b User.email PER_RECORD"},
		},
		{"same path twice", `{ leads { nodes { user { email email } } } }`, []string{email}},
		{
			"same path twice from the root", `{ leads { nodes { user { email } } } leads { nodes { user { iin email } } } }`,
			[]string{email, iin},
		},
		{
			"same path by a field, a fragment and an inline fragment",
			`{ leads { nodes { user { email ...f ... { email iin } } } } } fragment f on User { email }`,
			[]string{email, iin},
		},
		{
			"a fragment at two places", `{ leads { nodes { user { ...f } } edges { node { user { ...f } } } } } fragment f on User { email }`,
			[]string{email, "leads.edges.node.user.email User.email PER_RECORD"},
		},
		{
			"objects that are personal, and what they hold", `{ leads { nodes { user { entResults { total scores { score } testDate } region { code } } } } }`,
			[]string{
				"leads.nodes.user.entResults User.entResults PER_RECORD",
				"leads.nodes.user.entResults.total EntResult.total PER_RECORD",
				"leads.nodes.user.entResults.scores EntResult.scores PER_RECORD",
				"leads.nodes.user.entResults.scores.score SubjectScore.score PER_RECORD",
				"leads.nodes.user.entResults.testDate EntResult.testDate NEVER",
				"leads.nodes.user.region User.region PER_RECORD",
			},
		},
		{"type names", `{ __typename leads { __typename nodes { __typename user { __typename } } } }`, nil},
		{"introspection", `{ __schema { types { name } } __type(name: "User") { fields { name } } }`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkPlan(t, c.document, explainOne(t, c.document, privacy.University, privacy.Consultation).Fields, c.want...)
		})
	}
}

// TestPlanFollowsSkipAndInclude; what is not known counts as included.
func TestPlanFollowsSkipAndInclude(t *testing.T) {
	email := []string{"leads.nodes.user.email User.email PER_RECORD"}
	for _, c := range []struct {
		name, variables, at string
		want                []string
	}{
		{"no directive", "", "", email},
		{"skipped", "", "@skip(if: true)", nil},
		{"not skipped", "", "@skip(if: false)", email},
		{"included", "", "@include(if: true)", email},
		{"not included", "", "@include(if: false)", nil},
		{"included and skipped", "", "@include(if: true) @skip(if: true)", nil},
		{"neither", "", "@include(if: false) @skip(if: false)", nil},
		{"included and not skipped", "", "@include(if: true) @skip(if: false)", email},
		{"variable of skip", "($v: Boolean!)", "@skip(if: $v)", email},
		{"variable of include", "($v: Boolean!)", "@include(if: $v)", email},
		{"one variable of both", "($v: Boolean!)", "@skip(if: $v) @include(if: $v)", email},
		{"variable and a literal", "($v: Boolean!)", "@skip(if: $v) @include(if: false)", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, document := range everywhere(c.variables, c.at) {
				checkPlan(t, document, explainOne(t, document, privacy.University, privacy.Consultation).Fields, c.want...)
			}
		})
	}
}

// everywhere are documents that select an e-mail address, each with a directive at
// another place.
func everywhere(variables, directive string) []string {
	query := "query q" + variables + " @purpose(is: CONSULTATION)"
	return []string{
		query + " { leads { nodes { user { email " + directive + " } } } }",
		query + " { leads " + directive + " { nodes { user { email } } } }",
		query + " { leads { nodes { ... " + directive + " { user { email } } } } }",
		query + " { leads { nodes { ... on Lead " + directive + " { user { email } } } } }",
		query + " { leads { nodes { user { ...f " + directive + " } } } } fragment f on User { email }",
		query + " { ...f } fragment f on Query { leads { nodes { user { email " + directive + " } } } }",
	}
}

// TestPlanTakesNoDefaultForTheValue: whoever sends the document may send another.
func TestPlanTakesNoDefaultForTheValue(t *testing.T) {
	for _, c := range [][2]string{
		{"($v: Boolean! = true)", "@skip(if: $v)"},
		{"($v: Boolean! = false)", "@include(if: $v)"},
		{"($v: Boolean! = true)", "@include(if: $v)"},
		{"($v: Boolean! = false)", "@skip(if: $v)"},
	} {
		for _, document := range everywhere(c[0], c[1]) {
			checkPlan(t, document, explainOne(t, document, privacy.University, 0).Fields, "leads.nodes.user.email User.email PER_RECORD")
		}
	}
}

// reader is a reader whom nothing bars.
func reader(a privacy.Audience) graph.Reader {
	return graph.Reader{Audience: a, Registered: true, Accepted: privacy.AllAllowed()}
}

// planKnown plans a document whose variables are known.
func planKnown(t *testing.T, document string, vars map[string]any, r graph.Reader) graph.Planned {
	t.Helper()
	p, err := graph.PlanDocument(document, vars, r)
	if err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return p
}

// TestPlanKnowsTheConditions of a request.
func TestPlanKnowsTheConditions(t *testing.T) {
	email := []string{"leads.nodes.user.email User.email PER_RECORD"}
	for _, c := range []struct {
		name, variables, at string
		vars                map[string]any
		want                []string
	}{
		{"skipped", "($v: Boolean!)", "@skip(if: $v)", map[string]any{"v": true}, nil},
		{"not skipped", "($v: Boolean!)", "@skip(if: $v)", map[string]any{"v": false}, email},
		{"included", "($v: Boolean!)", "@include(if: $v)", map[string]any{"v": true}, email},
		{"not included", "($v: Boolean!)", "@include(if: $v)", map[string]any{"v": false}, nil},
		{"skipped by default", "($v: Boolean! = true)", "@skip(if: $v)", nil, nil},
		{"not included by default", "($v: Boolean! = false)", "@include(if: $v)", nil, nil},
		{"included against the default", "($v: Boolean! = false)", "@include(if: $v)", map[string]any{"v": true}, email},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, document := range everywhere(c.variables, c.at) {
				checkPlan(t, document, planKnown(t, document, c.vars, reader(privacy.University)).Fields, c.want...)
			}
		})
	}
}

// TestPlanFindsConditionsThatAreNull: neither true nor false, they let nothing pass.
func TestPlanFindsConditionsThatAreNull(t *testing.T) {
	for _, at := range []string{"@skip(if: $v)", "@include(if: $v)"} {
		for _, document := range everywhere("($v: Boolean = true)", at) {
			for want, vars := range map[string]map[string]any{"BAD_INPUT VARIABLE": {"v": nil}, "": {"v": false}} {
				if p := planKnown(t, document, vars, reader(privacy.University)); p.Fault != want {
					t.Errorf("%s of %v: %q, want %q", document, vars, p.Fault, want)
				}
			}
		}
	}
}

// TestPlanKnowsTheKeys of a request.
func TestPlanKnowsTheKeys(t *testing.T) {
	const (
		region   = "leads.filter.region LeadFilter.region PER_RECORD"
		minTotal = "leads.filter.minTotal LeadFilter.minTotal PER_RECORD"
		total    = "leads.orderBy LeadOrder.TOTAL_DESC PER_RECORD"
	)
	for _, c := range []struct {
		name, variables, arguments string
		vars                       map[string]any
		want                       []string
	}{
		{"filter", "($f: LeadFilter)", "filter: $f", map[string]any{"f": map[string]any{"minTotal": 1}}, []string{minTotal}},
		{"filter of null", "($f: LeadFilter)", "filter: $f", map[string]any{"f": nil}, nil},
		{"no filter", "($f: LeadFilter)", "filter: $f", nil, nil},
		{"filter with a null key", "($f: LeadFilter)", "filter: $f", map[string]any{"f": map[string]any{"minTotal": nil, "region": "750000000"}}, []string{region}},
		{"default filter", "($f: LeadFilter = { region: \"750000000\" })", "filter: $f", nil, []string{region}},
		{"against the default filter", "($f: LeadFilter = { region: \"750000000\" })", "filter: $f", map[string]any{"f": map[string]any{}}, nil},
		{"key", "($v: Int)", "filter: { minTotal: $v }", map[string]any{"v": 1}, []string{minTotal}},
		{"key of null", "($v: Int)", "filter: { minTotal: $v }", map[string]any{"v": nil}, nil},
		{"no key", "($v: Int)", "filter: { minTotal: $v }", nil, nil},
		{"order", "($o: LeadOrder)", "orderBy: $o", map[string]any{"o": "TOTAL_DESC"}, []string{total}},
		{"another order", "($o: LeadOrder)", "orderBy: $o", map[string]any{"o": "REQUESTED_AT_ASC"}, nil},
		{"no order", "($o: LeadOrder)", "orderBy: $o", nil, nil},
		{"default order", "($o: LeadOrder = TOTAL_DESC)", "orderBy: $o", nil, []string{total}},
	} {
		t.Run(c.name, func(t *testing.T) {
			document := "query q" + c.variables + " @purpose(is: CONSULTATION) { leads(" + c.arguments + ") { totalCount } }"
			checkPlan(t, document, planKnown(t, document, c.vars, reader(privacy.University)).Fields, c.want...)
		})
	}
}

// TestRefusalIsTheFirstThatApplies, one for each path, and none below a refused parent.
func TestRefusalIsTheFirstThatApplies(t *testing.T) {
	anonymous := graph.Reader{Barred: graph.Unauthenticated, Accepted: privacy.AllAllowed()}
	lapsed := graph.Reader{Audience: privacy.University, Barred: graph.AudienceNotAllowed, Registered: true, Accepted: privacy.AllAllowed()}
	unregistered := graph.Reader{Audience: privacy.Site, Accepted: privacy.AllAllowed()}
	unaccepted := graph.Reader{Audience: privacy.Site, Registered: true}
	for _, c := range []struct {
		name, document string
		reader         graph.Reader
		want           []string
	}{
		{"nothing", `query @purpose(is: SERVICE) { me { givenName } }`, reader(privacy.Site), nil},
		{"signed out", `{ me { iin } universities { code } }`, anonymous, []string{"me me UNAUTHENTICATED <nil> 2.1.5"}},
		{"lapsed", `query @purpose(is: CONSULTATION) { leads { nodes { id } } lead(id: "x") { id } }`, lapsed, []string{"leads leads AUDIENCE_NOT_ALLOWED <nil> 2.1.5", "lead lead AUDIENCE_NOT_ALLOWED <nil> 2.1.5"}},
		{"another audience", `query @purpose(is: SERVICE) { leads(filter: { phone: "+77710009998" }) { nodes { user { iin } } } me { givenName } }`, reader(privacy.Site), []string{"leads leads AUDIENCE_NOT_ALLOWED <nil> 2.1.5"}},
		{"no purpose", `{ me { givenName region { code } } }`, reader(privacy.Site), []string{"me.givenName me.givenName PURPOSE_REQUIRED GIVEN_NAME 3.1", "me.region me.region PURPOSE_REQUIRED REGION 3.1"}},
		{"no purpose, for what may not be null", `{ lead(id: "x") { programme { code } id } }`, reader(privacy.University), []string{"lead lead PURPOSE_REQUIRED <nil> 3.1"}},
		{"no purpose, for what may not be null in a list", `{ leads { totalCount nodes { user { email } } } }`, reader(privacy.University), []string{"leads leads PURPOSE_REQUIRED <nil> 3.1"}},
		{"no purpose, for nothing personal", `{ leads { totalCount } }`, reader(privacy.University), nil},
		{"not registered", `query @purpose(is: SERVICE) { me { givenName iin } }`, unregistered, []string{"me.givenName me.givenName PURPOSE_NOT_REGISTERED GIVEN_NAME 3.1", "me.iin me.iin PURPOSE_NOT_REGISTERED IIN 3.1"}},
		{"never", `query @purpose(is: SERVICE) { me { givenName iin } }`, reader(privacy.Site), []string{"me.iin me.iin NOT_PERMITTED IIN 2.1.5"}},
		{"policy not accepted", `query @purpose(is: SERVICE) { me { givenName iin } }`, unaccepted, []string{"me.givenName me.givenName POLICY_NOT_ACCEPTED GIVEN_NAME 1.5", "me.iin me.iin NOT_PERMITTED IIN 2.1.5"}},
		{"policy not accepted, by law", `query @purpose(is: SUBJECT_ACCESS) { me { givenName iin } }`, unaccepted, nil},
		{"below a refused parent", `query @purpose(is: IDENTIFICATION) { me { entResults { total scores { score } } } }`, reader(privacy.Site), []string{"me.entResults me.entResults NOT_PERMITTED ENT_RESULT 2.1.5"}},
		{"in a list", `query @purpose(is: SERVICE) { me { entResults { total place } } }`, reader(privacy.Site), []string{"me.entResults me.entResults.place NOT_PERMITTED ENT_PLACE 2.1.5"}},
		{"by alias", `query @purpose(is: CONSULTATION) { a: leads { b: nodes { c: user { d: iin e: iin } } } }`, reader(privacy.University), []string{"a.b a.b.c.d NOT_PERMITTED IIN 2.1.5", "a.b a.b.c.e NOT_PERMITTED IIN 2.1.5"}},
		{"one path twice", `query @purpose(is: CONSULTATION) { leads { nodes { user { iin ...f } } } leads { nodes { user { iin } } } } fragment f on User { iin }`, reader(privacy.University), []string{"leads.nodes leads.nodes.user.iin NOT_PERMITTED IIN 2.1.5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planKnown(t, c.document, nil, c.reader)
			var got []string
			for _, e := range p.Errors {
				got = append(got, fmt.Sprint(e.Path, " ", e.Extensions["path"], " ", e.Extensions["code"], " ", e.Extensions["category"], " ", e.Extensions["clause"]))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
			if p.Refused != nil {
				t.Errorf("refused whole: %v", p.Refused)
			}
		})
	}
}

// TestRefusedKeyRefusesTheOperation: to match by what may not be read is to read it.
func TestRefusedKeyRefusesTheOperation(t *testing.T) {
	unregistered := graph.Reader{Audience: privacy.University, Accepted: privacy.AllAllowed()}
	for _, c := range []struct {
		document string
		reader   graph.Reader
		want     string
	}{
		{`{ leads(filter: { phone: "+77710009998" }) { totalCount } }`, reader(privacy.University), "leads leads.filter.phone PURPOSE_REQUIRED PHONE"},
		{`{ a: leads(orderBy: TOTAL_DESC) { totalCount } }`, reader(privacy.University), "a a.orderBy PURPOSE_REQUIRED ENT_RESULT"},
		{`query @purpose(is: CONSULTATION) { leads(orderBy: TOTAL_DESC) { totalCount } }`, unregistered, "leads leads.orderBy PURPOSE_NOT_REGISTERED ENT_RESULT"},
		{`query @purpose(is: SERVICE) { leads(filter: { region: "750000000", minTotal: 1 }) { totalCount } }`, reader(privacy.University), "leads leads.filter.region NOT_PERMITTED REGION"},
		{`query @purpose(is: CONSULTATION) { leads(filter: { region: "750000000" }, orderBy: TOTAL_DESC) { totalCount } }`, reader(privacy.University), ""},
		{`{ leads(filter: { programme: "B057" }, orderBy: REQUESTED_AT_ASC) { totalCount } }`, reader(privacy.University), ""},
		{`query @purpose(is: SERVICE) { leads(filter: { phone: "+77710009998" }) { totalCount } }`, reader(privacy.App), ""}, // the field is refused
		{`{ leads(filter: { phone: "+77710009998" }, orderBy: TOTAL_DESC) { totalCount } }`, reader(privacy.App), ""},        // for its own reason
	} {
		got := ""
		if e := planKnown(t, c.document, nil, c.reader).Refused; e != nil {
			got = fmt.Sprint(e.Path, " ", e.Extensions["path"], " ", e.Extensions["code"], " ", e.Extensions["category"])
		}
		if got != c.want {
			t.Errorf("%s: refused %q, want %q", c.document, got, c.want)
		}
	}
}

// TestNothingIsReadInVain: what will not be shown is not in the projection.
func TestNothingIsReadInVain(t *testing.T) {
	for _, c := range []struct {
		document string
		reader   graph.Reader
		want     map[string][]string
	}{
		{
			`query @purpose(is: CONSULTATION) { leads { totalCount nodes { id user { email iin } } } }`, reader(privacy.University),
			map[string][]string{"leads": {"Lead.id", "Lead.user", "User.email"}},
		},
		{`query @purpose(is: CONSULTATION) { me { email } leads { totalCount } }`, reader(privacy.University), map[string][]string{"me": nil, "leads": nil}},
		{
			`query @purpose(is: SERVICE) { a: me { phone } b: me { entResults { total place } testee: entResults { testeeCode } iin } }`, reader(privacy.Site),
			map[string][]string{"a": {"User.phone"}, "b": {"EntResult.testeeCode", "EntResult.total", "User.entResults"}},
		},
		{`query @purpose(is: IDENTIFICATION) { me { entResults { total scores { score } } } }`, reader(privacy.Site), map[string][]string{"me": nil}},
		{`{ lead(id: "x") { id user { email } } }`, reader(privacy.University), map[string][]string{"lead": nil}},
		{`query @purpose(is: SERVICE) { me { phone } }`, graph.Reader{Audience: privacy.Site, Registered: true}, map[string][]string{"me": nil}},
		{`query @purpose(is: SERVICE) { me { phone @skip(if: true) __typename } }`, reader(privacy.Site), map[string][]string{"me": nil}},
	} {
		if diff := cmp.Diff(c.want, planKnown(t, c.document, nil, c.reader).Projection); diff != "" {
			t.Errorf("%s: the projection (-want +got):\n%s", c.document, diff)
		}
	}
}

// TestPlansOfOneKeyAreTheSame: the plan that the cache keeps for some variables is
// the plan for all that it answers with it.
func TestPlansOfOneKeyAreTheSame(t *testing.T) {
	const document = `query q($f: LeadFilter, $o: LeadOrder, $v: Boolean!, $s: [Subject!]) @purpose(is: CONSULTATION) {
		leads(filter: $f, orderBy: $o) { nodes { user { email @skip(if: $v) iin @include(if: $v) } } }
		b: leads(filter: { profileSubjects: $s }) { totalCount }
	}`
	kept := map[string][]string{}
	all := someVariables()
	for _, vars := range all {
		p := planKnown(t, document, vars, reader(privacy.University))
		lines := append(planLines(p.Fields), fmt.Sprint(p.Projection, len(p.Errors), p.Refused))
		if before, known := kept[p.Key]; known {
			if diff := cmp.Diff(before, lines); diff != "" {
				t.Fatalf("%v: another plan of the key %q (-kept +new):\n%s", vars, p.Key, diff)
			}
		}
		kept[p.Key] = lines
	}
	if len(kept) > len(all)/2 {
		t.Errorf("%d keys for %d variables: the values matter", len(kept), len(all))
	}
}

// someVariables are variables of many shapes, each shape with two sets of values.
func someVariables() []map[string]any {
	filters := []any{"absent", nil}
	for shape := range 3 * 3 * 3 {
		for _, value := range []any{"750000000", "710000000"} {
			filter := map[string]any{}
			for i, name := range []string{"programme", "region", "phone"} {
				switch shape / []int{1, 3, 9}[i] % 3 {
				case 1:
					filter[name] = nil
				case 2:
					filter[name] = value
				}
			}
			filters = append(filters, filter)
		}
	}
	var all []map[string]any
	for _, f := range filters {
		for _, o := range []any{"absent", nil, "TOTAL_DESC", "REQUESTED_AT_ASC"} {
			for _, s := range []any{"absent", nil, []any{}, []any{"MATH"}} {
				for _, v := range []bool{true, false} {
					vars := map[string]any{"f": f, "o": o, "s": s, "v": v}
					for name, value := range vars {
						if value == "absent" {
							delete(vars, name)
						}
					}
					all = append(all, vars)
				}
			}
		}
	}
	return all
}

// TestPlanFollowsTheKeys: a filter or sort key in use is a read.
func TestPlanFollowsTheKeys(t *testing.T) {
	const (
		region   = "leads.filter.region LeadFilter.region PER_RECORD"
		minTotal = "leads.filter.minTotal LeadFilter.minTotal PER_RECORD"
		subjects = "leads.filter.profileSubjects LeadFilter.profileSubjects PER_RECORD"
		language = "leads.filter.language LeadFilter.language PER_RECORD"
		phone    = "leads.filter.phone LeadFilter.phone PER_RECORD"
		total    = "leads.orderBy LeadOrder.TOTAL_DESC PER_RECORD"
	)
	all := []string{region, minTotal, subjects, language, phone}
	for _, c := range []struct {
		name, variables, arguments string
		want                       []string
	}{
		{"no filter", "", `first: 10`, nil},
		{"null", "", `filter: null`, nil},
		{"no key", "", `filter: {}`, nil},
		{"keys that are not personal", "", `filter: { requestedSince: "2026-11-01T00:00:00Z", programme: "B057" }`, nil},
		{"one key", "", `filter: { minTotal: 100 }`, []string{minTotal}},
		{"a key of a list", "", `filter: { profileSubjects: [MATH] }`, []string{subjects}},
		{"a key of a list of one", "", `filter: { profileSubjects: MATH }`, []string{subjects}},
		{"a key that is null", "", `filter: { phone: null, minTotal: 100 }`, []string{minTotal}},
		{"all keys", "", `filter: { region: "750000000", minTotal: 1, profileSubjects: [], language: KK, phone: "+77710009998" }`, all},
		{"unknown filter", "($f: LeadFilter)", `filter: $f`, all},
		{"unknown filter with a default", "($f: LeadFilter = { minTotal: 100 })", `filter: $f`, all},
		{"unknown filter that is null by default", "($f: LeadFilter = null)", `filter: $f`, all},
		{"sorted by what is not personal", "", `orderBy: REQUESTED_AT_ASC`, nil},
		{"sorted by a key", "", `orderBy: TOTAL_DESC`, []string{total}},
		{"unknown order", "($o: LeadOrder)", `orderBy: $o`, []string{total}},
		{"unknown order with a default", "($o: LeadOrder = REQUESTED_AT_DESC)", `orderBy: $o`, []string{total}},
		{"filtered and sorted", "", `filter: { region: "750000000" }, orderBy: TOTAL_DESC`, []string{region, total}},
	} {
		t.Run(c.name, func(t *testing.T) {
			document := "query q" + c.variables + " { leads(" + c.arguments + ") { totalCount } }"
			checkPlan(t, document, explainOne(t, document, privacy.University, privacy.Consultation).Fields, c.want...)
		})
	}
}

// TestPlanHasOnlyTheKeysThatADocumentNames: a key whose value is a variable may be
// in use; one that is not named cannot be.
func TestPlanHasOnlyTheKeysThatADocumentNames(t *testing.T) {
	for _, c := range []struct {
		name, variables, arguments string
		want                       []string
	}{
		{"a personal key", "($v: Int)", `filter: { minTotal: $v }`, []string{"leads.filter.minTotal LeadFilter.minTotal PER_RECORD"}},
		{"a key that is not personal", "($v: DateTime)", `filter: { requestedSince: $v }`, nil},
		{"one of a list", "($v: Subject!)", `filter: { profileSubjects: [MATH, $v] }`, []string{"leads.filter.profileSubjects LeadFilter.profileSubjects PER_RECORD"}},
		{"beside a literal", "($v: String)", `filter: { programme: $v, minTotal: 100 }`, []string{"leads.filter.minTotal LeadFilter.minTotal PER_RECORD"}},
		{"not a key", "($v: Int)", `first: $v`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			document := "query q" + c.variables + " { leads(" + c.arguments + ") { totalCount } }"
			checkPlan(t, document, explainOne(t, document, privacy.University, privacy.Consultation).Fields, c.want...)
		})
	}
}

// TestPlanNamesKeysByAlias: two filters of one operation are two reads.
func TestPlanNamesKeysByAlias(t *testing.T) {
	const document = `{ a: leads(filter: { minTotal: 1 }) { totalCount } b: leads(orderBy: TOTAL_DESC) { totalCount } }`
	checkPlan(t, document, explainOne(t, document, privacy.University, privacy.Consultation).Fields,
		"a.filter.minTotal LeadFilter.minTotal PER_RECORD", "b.orderBy LeadOrder.TOTAL_DESC PER_RECORD")
}

// TestPlanOfReaders: the same document is planned for whoever may read.
func TestPlanOfReaders(t *testing.T) {
	const me = `{ me { givenName iin phone entResults { total } } }`
	plan := func(verdicts ...string) []string {
		var lines []string
		for i, field := range []string{"me.givenName User.givenName ", "me.iin User.iin ", "me.phone User.phone ", "me.entResults User.entResults ", "me.entResults.total EntResult.total "} {
			lines = append(lines, field+verdicts[min(i, len(verdicts)-1)])
		}
		return lines
	}
	for _, c := range []struct {
		audience privacy.Audience
		purpose  privacy.Purpose
		want     []string
	}{
		{privacy.App, privacy.SubjectAccess, plan("ALLOW")},
		{privacy.App, privacy.Identification, plan("ALLOW", "ALLOW", "ALLOW", "NEVER")},
		{privacy.Site, privacy.Identification, plan("ALLOW", "MASK", "MASK", "NEVER")},
		{privacy.Site, privacy.InputValidation, plan("NEVER", "MASK", "MASK", "NEVER")},
		{privacy.Site, privacy.Service, plan("ALLOW", "NEVER", "MASK", "ALLOW")},
		{privacy.App, privacy.Consultation, plan("NEVER")},
		{privacy.App, 0, plan("NEVER")},
		{privacy.University, privacy.Consultation, plan("NEVER")}, // who may not select the root
		{privacy.StateBody, privacy.LegalObligation, plan("NEVER")},
		{privacy.Operator, privacy.RightsHandling, plan("NEVER")},
		{0, privacy.SubjectAccess, plan("NEVER")},
		{privacy.Operator + 1, privacy.SubjectAccess, plan("NEVER")},
		{privacy.App, privacy.RightsHandling + 1, plan("NEVER")},
	} {
		t.Run(c.audience.String()+":"+c.purpose.String(), func(t *testing.T) {
			checkPlan(t, me, explainOne(t, me, c.audience, c.purpose).Fields, c.want...)
		})
	}
}

// TestPlanOfLeadsIsForUniversities: keys and all.
func TestPlanOfLeadsIsForUniversities(t *testing.T) {
	const document = `{ leads(filter: { minTotal: 100 }, orderBy: TOTAL_DESC) { nodes { user { phone } } } lead(id: "x") { user { phone } } }`
	for _, a := range append(privacy.Audiences(), 0) {
		for _, p := range append(privacy.Purposes(), 0) {
			verdict := "NEVER"
			if a == privacy.University && p == privacy.Consultation {
				verdict = "PER_RECORD"
			}
			checkPlan(t, a.String()+":"+p.String(), explainOne(t, document, a, p).Fields,
				"leads.filter.minTotal LeadFilter.minTotal "+verdict, "leads.orderBy LeadOrder.TOTAL_DESC "+verdict,
				"leads.nodes.user.phone User.phone "+verdict, "lead.user.phone User.phone "+verdict)
		}
	}
}

// TestPlanStatesTheRule behind what is shown, and nothing behind what is not.
func TestPlanStatesTheRule(t *testing.T) {
	for _, c := range []struct {
		document string
		audience privacy.Audience
		purpose  privacy.Purpose
		want     string
	}{
		{`{ me { iin } }`, privacy.App, privacy.SubjectAccess, "ALLOW LAW FULL 5.1.2"},
		{`{ me { iin } }`, privacy.Site, privacy.Identification, "MASK POLICY_CONSENT MASKED 3.1.1"},
		{`{ me { iin } }`, privacy.Site, privacy.Service, "NEVER"},
		{`{ leads { nodes { user { phone } } } }`, privacy.University, privacy.Consultation, "PER_RECORD CONSULTATION_CONSENT FULL 4.4"},
		{`{ leads { nodes { user { phone } } } }`, privacy.Site, privacy.SubjectAccess, "NEVER"},
		{`{ leads { nodes { user { phone } } } }`, privacy.University, 0, "NEVER"},
		{`{ leads(orderBy: TOTAL_DESC) { totalCount } }`, privacy.University, privacy.Consultation, "PER_RECORD CONSULTATION_CONSENT FULL 4.4"},
	} {
		f := explainOne(t, c.document, c.audience, c.purpose).Fields[0]
		got := f.Verdict.String()
		if f.Basis != nil && f.Treatment != nil && f.Clause != nil {
			got += " " + f.Basis.String() + " " + f.Treatment.String() + " " + *f.Clause
		}
		if got != c.want {
			t.Errorf("%s for %s:%s: %s, want %s", c.document, c.audience, c.purpose, got, c.want)
		}
		if (f.Basis == nil) != (f.Treatment == nil) || (f.Basis == nil) != (f.Clause == nil) {
			t.Errorf("%s: a part of a rule", c.document)
		}
	}
}

// TestPurposeOfTheDocumentWins over the argument, operation by operation.
func TestPurposeOfTheDocumentWins(t *testing.T) {
	const document = `
		query a @purpose(is: SUBJECT_ACCESS) { me { iin } }
		query b @purpose(is: SERVICE) { me { iin } }
		query c { me { iin } }`
	all, err := graph.ExplainDocument(document, privacy.Site, privacy.Identification)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, e.Operation+" "+e.Audience.String()+" "+e.Purpose.String()+" "+e.Fields[0].Verdict.String())
	}
	want := []string{"a SITE SUBJECT_ACCESS ALLOW", "b SITE SERVICE NEVER", "c SITE IDENTIFICATION MASK"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPurposeIsALiteral: a variable names none, whatever its own name or default.
func TestPurposeIsALiteral(t *testing.T) {
	for _, document := range []string{
		`query ($p: Purpose!) @purpose(is: $p) { me { givenName } }`,
		`query ($p: Purpose! = SERVICE) @purpose(is: $p) { me { givenName } }`,
		`query ($SERVICE: Purpose!) @purpose(is: $SERVICE) { me { givenName } }`,
		`query ($SUBJECT_ACCESS: Purpose! = SERVICE) @purpose(is: $SUBJECT_ACCESS) { me { givenName } }`,
	} {
		all, err := graph.ExplainDocument(document, privacy.App, 0)
		if err == nil && (all[0].Purpose != 0 || all[0].Fields[0].Verdict != privacy.Never) {
			t.Errorf("%s: %s is %s", document, all[0].Purpose, all[0].Fields[0].Verdict)
		}
	}
}

// TestExplainRefusesDocuments that are not valid.
func TestExplainRefusesDocuments(t *testing.T) {
	for name, document := range map[string]string{
		"no GraphQL":              `leads`,
		"not closed":              `{ me {`,
		"unknown field":           `{ me { passport } }`,
		"unknown argument":        `{ leads(where: {}) { totalCount } }`,
		"unknown purpose":         `query @purpose(is: MARKETING) { me { iin } }`,
		"two purposes":            `query @purpose(is: SERVICE) @purpose(is: ACCESS) { me { iin } }`,
		"purpose of a field":      `{ me @purpose(is: SERVICE) { iin } }`,
		"purpose of a fragment":   `{ ...f } fragment f on Query @purpose(is: SERVICE) { me { iin } }`,
		"fragment of nothing":     `{ ...f }`,
		"fragment never used":     `{ me { iin } } fragment f on User { email }`,
		"fragment of itself":      `{ me { ...f } } fragment f on User { ...f }`,
		"fragments in a circle":   `{ me { ...f } } fragment f on User { ...g } fragment g on User { email ...f }`,
		"fragment of another":     `{ me { ...f } } fragment f on Lead { id }`,
		"variable of nothing":     `{ me { iin @skip(if: $v) } }`,
		"condition of a word":     `{ me { iin @skip(if: "true") } }`,
		"no condition":            `{ me { iin @skip } }`,
		"two fields of one alias": `{ me { a: iin a: email } }`,
		"mutation":                `mutation { register }`,
		"subscription":            `subscription { leads }`,
		"definition of a type":    `type T { iin: String }`,
		"object without fields":   `{ me }`,
		"fields of a word":        `{ me { iin { digits } } }`,
	} {
		if all, err := graph.ExplainDocument(document, privacy.App, privacy.SubjectAccess); err == nil || all != nil {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// nested is a valid document of a depth.
func nested(depth int) string {
	const above = 5 // __schema, types, fields, type and name
	return "{ __schema { types { fields { type { " + strings.Repeat("ofType { ", depth-above) + "name" + strings.Repeat(" }", depth)
}

// aliased is a valid document with a number of aliases.
func aliased(n int) string {
	var b strings.Builder
	for i := range n {
		_, _ = fmt.Fprintf(&b, " a%d: email", i)
	}
	return "{ me {" + b.String() + " } }"
}

// wide is a valid document of a number of fields, and of four tokens more.
func wide(n int) string { return "{ me {" + strings.Repeat(" email", n-1) + " } }" }

// TestLimitsOfADocument: at the limit it is planned, beyond it is not.
func TestLimitsOfADocument(t *testing.T) {
	limits := graph.DefaultLimits()
	spread := func(n int) string {
		return "{ me {" + strings.Repeat(" ...f", n) + " } } fragment f on User { " + strings.Repeat(" email", 100) + " }"
	}
	for _, c := range []struct {
		name, at, beyond, reason string
	}{
		{"depth", nested(limits.Depth), nested(limits.Depth + 1), "TOO_COMPLEX DEPTH"},
		{"depth in a fragment", "{ ...f } fragment f on Query " + nested(limits.Depth), "{ ...f } fragment f on Query " + nested(limits.Depth+1), "TOO_COMPLEX DEPTH"},
		{"aliases", aliased(limits.Aliases), aliased(limits.Aliases + 1), "TOO_COMPLEX ALIASES"},
		{
			"aliases in fragments", "{ a: me { ...f ...f } } fragment f on User { " + strings.Repeat(" b: email", 29) + " }",
			"{ a: me { ...f ...f } } fragment f on User { " + strings.Repeat(" b: email", 30) + " }", "TOO_COMPLEX ALIASES",
		},
		{"fields", wide(limits.Fields), wide(limits.Fields + 1), "TOO_COMPLEX FIELDS"},
		{"fields in fragments", spread(19), spread(20), "TOO_COMPLEX FIELDS"},
		{
			"the second operation", "query a { me { email } } query b " + nested(limits.Depth),
			"query a { me { email } } query b " + nested(limits.Depth+1), "TOO_COMPLEX DEPTH",
		},
		{
			"fields of all operations", "query a " + wide(limits.Fields/2) + " query b " + wide(limits.Fields/2),
			"query a " + wide(limits.Fields/2) + " query b " + wide(limits.Fields/2+1), "TOO_COMPLEX FIELDS",
		},
		{"tokens", tokens(limits.Tokens), tokens(limits.Tokens + 1), "token limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := graph.ExplainDocument(c.at, privacy.University, privacy.Consultation); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			if _, err := graph.ExplainDocument(c.beyond, privacy.University, privacy.Consultation); err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("beyond the limit: %v, want %s", err, c.reason)
			}
		})
	}
}

// tokens is a valid document of a number of tokens.
func tokens(n int) string {
	const around = 16 // the others, the end of the document among them
	return "{ leads(filter: { profileSubjects: [" + strings.Repeat("MATH ", n-around) + "] }) { totalCount } }"
}

// TestLimitsAreReachedQuickly: what a document costs to refuse does not grow with
// what it would cost to answer.
func TestLimitsAreReachedQuickly(t *testing.T) {
	for name, document := range map[string]string{
		"fragments that double":              "{ me { ...f0 } }" + doubling(40, "email"),
		"aliases that double":                "{ me { ...f0 } }" + doubling(40, "a: email"),
		"fragments that double, never used":  "{ __typename }" + doubling(40, "email"),
		"fragments that double, two by two":  "{ me { ...f0 ...f1 } }" + doubling(40, "email ...f40"),
		"fragments in a circle":              "{ me { ...f0 } }" + doubling(40, "...f0"),
		"a wide fragment that is never used": "{ __typename } fragment f on User {" + strings.Repeat(" email", 9_900) + " }",
		"braces":                             strings.Repeat("{ a ", 4_900),
		"brackets":                           "{ leads(after: " + strings.Repeat("[", 9_000) + ") { totalCount } }",
		"text":                               strings.Repeat("x", 1<<20),
		"spaces":                             strings.Repeat(" ", 1<<20) + "{",
		"directives":                         "{ __typename" + strings.Repeat(" @skip(if: false)", 1_400) + " }",
		"wide":                               wide(9_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			all, err := graph.ExplainDocument(document, privacy.University, privacy.Consultation)
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %s", took)
			}
			if err == nil {
				t.Errorf("planned: %d operations", len(all))
			}
		})
	}
}

// doubling is a chain of fragments, each of which spreads the next twice.
func doubling(n int, last string) string {
	var b strings.Builder
	for i := range n {
		_, _ = fmt.Fprintf(&b, " fragment f%d on User { ...f%d ...f%d }", i, i+1, i+1)
	}
	_, _ = fmt.Fprintf(&b, " fragment f%d on User { %s }", n, last)
	return b.String()
}

// TestLimitsLetEveryFieldPass: a client may ask for all that the schema has.
func TestLimitsLetEveryFieldPass(t *testing.T) {
	schema := graph.Schema()
	for root, audience := range map[string]privacy.Audience{"leads(first: 500)": privacy.University, "me": privacy.App} {
		name, _, _ := strings.Cut(root, "(")
		document := "{ " + root + " { " + selectAll(schema, schema.Query.Fields.ForName(name).Type.Name()) + " } }"
		planned := map[string]bool{}
		for _, f := range explainOne(t, document, audience, privacy.Service).Fields {
			planned[f.Coordinate] = true
		}
		for _, f := range schema.Types["User"].Fields {
			if coordinate := "User." + f.Name; !planned[coordinate] && f.Directives.ForName("pii") != nil {
				t.Errorf("%s: %s is not planned", root, coordinate)
			}
		}
	}
}

// neverForUniversities are the categories that no consent gives to a university.
func neverForUniversities() []privacy.Category {
	return []privacy.Category{
		privacy.IIN, privacy.BirthDate, privacy.Sex, privacy.TesteeCode, privacy.Address, privacy.GrantQuotas,
		privacy.GrantApplication, privacy.EntDate, privacy.EntPlace, privacy.Survey,
	}
}

// FuzzExplain: any text is either refused or planned, within the limits, and the
// plan says nothing that the rules do not.
func FuzzExplain(f *testing.F) {
	for _, document := range []string{
		"", "{", `{ me { iin email } }`, `{ leads(filter: { minTotal: 1 }, orderBy: TOTAL_DESC) { nodes { user { ...f } } } } fragment f on User { email iin sex }`,
		`query q($v: Boolean!, $f: LeadFilter) @purpose(is: CONSULTATION) { a: leads(filter: $f) { edges { node { user { grantApplications { quotas award { quota priority } choices { priority } } } } } } }`,
		`query a @purpose(is: SERVICE) { me { entResults { testDate place testeeCode } } } query b { me { birthDate address } }`,
		`{ lead(id: "x") { ... @skip(if: true) { user { iin } } user { ... on User @include(if: false) { sex } phone } } }`,
		`{ explain(document: "{ me { iin } }") { fields { path } } }`, `mutation { a }`, `subscription { a }`, `{ __typename }`,
		`{ ...f } fragment f on Query { ...f }`, `fragment f on User { iin }`, `{ endedLeads(since: "2026-11-22T20:21:00Z") { nodes { id } } }`,
		`query ($SERVICE: Purpose!) @purpose(is: $SERVICE) { me { givenName } }`, nested(16), aliased(61), "{ me { ...f0 } }" + doubling(20, "email"),
	} {
		f.Add(document, uint8(privacy.University), uint8(privacy.Consultation))
		f.Add(document, uint8(privacy.App), uint8(0))
	}
	schema := graph.Schema()
	f.Fuzz(func(t *testing.T, document string, audience, purpose uint8) {
		all, err := graph.ExplainDocument(document, privacy.Audience(audience), privacy.Purpose(purpose))
		if err != nil {
			if all != nil {
				t.Errorf("%q: a plan and %v", document, err)
			}
			return
		}
		for _, e := range all {
			checkExplanation(t, schema, e)
		}
	})
}

// checkExplanation holds a plan against the rules and the schema.
func checkExplanation(t *testing.T, schema *ast.Schema, e graph.Explanation) {
	t.Helper()
	limits, seen := graph.DefaultLimits(), map[string]bool{}
	if len(e.Fields) > 7*limits.Fields { // each field has six keys at most
		t.Errorf("%d fields are planned", len(e.Fields))
	}
	decision := privacy.Decide(e.Audience, e.Purpose)
	for _, f := range e.Fields {
		if graph.Category(schema, f.Coordinate) != f.Category.String() {
			t.Errorf("%s is planned as %s", f.Coordinate, f.Category)
		}
		if f.Verdict != privacy.Never && f.Verdict != decision.Verdict(f.Category) {
			t.Errorf("%s is %s, by the rules %s", f.Path, f.Verdict, decision.Verdict(f.Category))
		}
		if e.Audience == privacy.University && f.Verdict != privacy.Never && slices.Contains(neverForUniversities(), f.Category) {
			t.Errorf("%s: %s is %s to a university", f.Path, f.Category, f.Verdict)
		}
		if shown := f.Verdict != privacy.Never; shown != (f.Basis != nil) || shown != (f.Treatment != nil) || shown != (f.Clause != nil) {
			t.Errorf("%s is %s, with half a rule", f.Path, f.Verdict)
		}
		if once := f.Path + " " + f.Coordinate; seen[once] {
			t.Errorf("%s is planned twice", once)
		} else {
			seen[once] = true
		}
		if strings.Count(f.Path, ".") > limits.Depth+1 {
			t.Errorf("%s is too deep", f.Path)
		}
	}
}
