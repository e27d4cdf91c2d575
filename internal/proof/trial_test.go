package proof_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// trial asks the API what the rows speak of, and compares.
type trial struct {
	*testing.T

	world  *world
	people []person
	schema *ast.Schema
	rows   map[string]row
	routes map[string][]route
	judge  *judge
	writes map[string][]string // the statements of a mutation that returns nothing of anybody
	phones int

	operations, refused, faults int
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	people, schema := crowd(t), theSchema(t)
	s := &trial{
		T: t, world: crowded(t, people), people: people, schema: schema, rows: conformance(t), routes: routesOf(schema), writes: map[string][]string{},
		judge: &judge{oracle: newOracle(t), searcher: newSearcher(people, 0, nothing), people: map[int]person{}},
	}
	for _, p := range people {
		s.judge.people[p.n] = p
	}
	s.judge.standings = s.world.standings(t)
	s.judge.standings[narrow].covers["001"] = narrowed
	return s
}

// try asks an operation, compares the answer with what the rows foresee, and
// returns both.
func (s *trial) try(a asker, r route, o operation) (*forecast, answer) {
	s.Helper()
	if r.isMutation() && a.person == owner {
		a.person = writing
	}
	o.text = s.fill(a, r, o.text)
	op := s.parse(o.text)
	f := foresee(s.rows, a, o, op)
	if r[0].coordinate() == "Mutation.changePhone" && f.carriesOn() {
		o.text = s.withCode(a, o.text)
	}
	answer := s.world.ask(s, a.reader, o)
	s.operations++
	want := f.refusals
	if !a.accepted && f.carriesOn() && slices.Contains(collecting, r[0].coordinate()) {
		want = byPath(append(slices.Clone(want), refusal{code: "POLICY_NOT_ACCEPTED", path: f.rootKey(), at: f.rootKey()}))
	}
	s.compare(f, answer, want, o)
	if r.isMutation() && f.carriesOn() {
		s.world.exec(s, "DELETE FROM ent_result WHERE user_id = $1 AND id <> $2", person{n: writing}.id(), resultOf(writing))
	}
	for path, coordinate := range f.asked {
		if coordinate == r[len(r)-1].coordinate() && !f.shown[path] {
			s.refused++
		}
	}
	return f, answer
}

func (s *trial) parse(text string) *ast.OperationDefinition {
	s.Helper()
	document, err := gqlparser.LoadQueryWithRules(s.schema, text, rules.NewDefaultRules())
	if err != nil {
		s.Fatalf("%v\n%s", err, text)
	}
	return document.Operations[0]
}

func resultOf(n int) string { return fmt.Sprintf("00000000-0000-4000-a000-%012d", 100*n) }

// fill puts in what is the asker's own.
func (s *trial) fill(a asker, r route, text string) string {
	university := a.university
	if university == "" {
		university = "013"
	}
	consent := person{n: owner}.consent("013")
	if r.isMutation() {
		consent = person{n: writing}.consent("190")
	}
	return strings.NewReplacer("LEAD", person{n: owner}.lead(university), "CONSENT", consent, "RESULT", resultOf(writing)).Replace(text)
}

// withCode gives an operation a code that has been sent to a new number.
func (s *trial) withCode(a asker, text string) string {
	s.Helper()
	s.world.exec(s, "DELETE FROM rate_limit")
	s.phones++
	client := a.reader
	client.person = 0
	sent := s.world.ask(s, client, operation{text: fmt.Sprintf(`mutation { requestSignInCode(phone: "+77710009%03d") { id } }`, s.phones%1000)})
	var got struct {
		Data struct{ RequestSignInCode struct{ ID string } }
	}
	if err := json.Unmarshal(sent.body, &got); err != nil || sent.code == "" {
		s.Fatalf("no code: %s", sent.body)
	}
	return strings.NewReplacer("CHALLENGE", got.Data.RequestSignInCode.ID, "CODE", sent.code).Replace(text)
}

// compare tells how an answer differs from what was foreseen: in its errors, in
// what is there, and in values of people that the asker may not see.
func (s *trial) compare(f *forecast, a answer, want []refusal, o operation) {
	s.Helper()
	got, err := refusalsOf(a.body)
	if err != nil {
		s.Fatal(err)
	}
	s.judge.reader, s.judge.purpose, s.judge.faults = f.asker.reader, f.asker.purpose, nil
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(refusal{})); diff != "" {
		s.judge.fault("errors (-want +got):\n%s", diff)
	}
	var body struct{ Data map[string]any }
	if err := json.Unmarshal(a.body, &body); err != nil {
		s.Fatal(err)
	}
	f.look(s.judge, body.Data, "")
	s.judge.search(a)
	if !f.carriesOn() && len(a.statements) > 0 {
		s.judge.fault("nothing of it may be read, and was sent: %v", a.statements)
	}
	if len(s.judge.faults) > 0 {
		s.Errorf("%s: %s\n%s\nanswer %s", f.asker, strings.Join(s.judge.faults, "\n"), o.text, a.body)
		s.giveUp()
	}
}

// look goes through the data of an answer: nothing is there that was not asked for,
// and nothing that is refused.
func (f *forecast) look(j *judge, value any, path string) {
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			at := strings.TrimPrefix(path+"."+key, ".")
			switch {
			case f.asked[at] == "":
				j.fault("%s was not asked for", at)
			case v != nil && !f.shown[at]:
				j.fault("%s is there: %v", at, v)
			default:
				f.look(j, v, at)
			}
		}
	case []any:
		for _, v := range value {
			f.look(j, v, path)
		}
	}
}

// giveUp ends a trial that finds the same thing over and over.
func (s *trial) giveUp() {
	if s.faults++; s.faults == 20 {
		s.Fatal("and so on")
	}
}
