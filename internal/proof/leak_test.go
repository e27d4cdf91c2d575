package proof_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/postgres/postgrestest"
)

// batch is how many operations have one seed: what a long run goes on with after
// it was interrupted.
const batch = 500

// enough is how many operations surely try each mutation with success.
const enough = 10_000

// operations is how many a run tries: PROVE in the environment, which make prove
// sets, or else a few.
func operations() (n int, long bool) {
	if n, err := strconv.Atoi(os.Getenv("PROVE")); err == nil {
		return n, true
	}
	return 500, false
}

// readers are those who ask: each person through the app and the site, and others.
func readers(people []person) []reader {
	personal := strings.Fields("IDENTIFICATION AUTOFILL INPUT_VALIDATION ACCESS SERVICE SUBJECT_ACCESS")
	all := []reader{
		{audience: "UNIVERSITY", university: "013", purposes: []string{"CONSULTATION"}},
		{audience: "UNIVERSITY", university: "013", purposes: []string{"CONSULTATION"}},
		{audience: "UNIVERSITY", university: "013", purposes: []string{"CONSULTATION"}},
		{audience: "UNIVERSITY", university: "027", purposes: []string{"CONSULTATION"}},
		{audience: "UNIVERSITY", university: "190", purposes: []string{"CONSULTATION"}},
		{audience: "UNIVERSITY", university: "001", purposes: []string{"CONSULTATION"}},
		{audience: "UNIVERSITY", university: "013", purposes: []string{"CONSULTATION"}, lapsed: true},
		{audience: "STATE_BODY", purposes: []string{"LEGAL_OBLIGATION"}},
		{audience: "OPERATOR", purposes: []string{"RIGHTS_HANDLING"}},
		{audience: "APP", purposes: personal},
		{},
	}
	for _, p := range people {
		all = append(all,
			reader{audience: "APP", person: p.n, purposes: personal}, reader{audience: "SITE", person: p.n, purposes: personal},
			reader{audience: "SITE", person: p.n, purposes: []string{"ACCESS"}})
	}
	return all
}

// TestNothingLeaks: whatever is asked by whom, no value is shown, said, logged or
// sent to the database in clear that the policy's table does not let this reader
// see; and what is shown is the very value. G2, G8, G10.
func TestNothingLeaks(t *testing.T) {
	people := states()
	w := newWorld(t, load(people, 0, nothing))
	w.remember(t)
	s := newSuspicion(t, w, people)
	readers := readers(people)
	n, long := operations()
	s.run(t, n, func(t *rapid.T) {
		s.tell(t, w, readers[rapid.IntRange(0, len(readers)-1).Draw(t, "reader")])
	})
	for _, c := range s.judge.searcher.found(postgrestest.Log(t)) {
		t.Errorf("%v is in the database's log", c)
	}
	if long {
		s.fill(t, w, readers)
		s.report(t)
	}
}

// suspicion is what a run of operations needs and finds.
type suspicion struct {
	judge     *judge
	generator generator
	cells     cells
	tried     map[string]int // what was tried, and what came of it
}

func newSuspicion(t *testing.T, w *world, people []person) *suspicion {
	t.Helper()
	s := &suspicion{
		judge: &judge{
			oracle: newOracle(t), schema: graph.Schema(), searcher: newSearcher(people, 0, nothing),
			people: map[int]person{}, cursors: map[string]string{},
		},
		generator: generator{schema: graph.Schema(), pool: &pool{}},
		cells:     newCells(graph.Schema(), people),
		tried:     map[string]int{},
	}
	for _, p := range people {
		s.judge.people[p.n] = p
		s.generator.pool.phones = append(s.generator.pool.phones, p.values(0, nothing)["phone"])
		for survey := range p.surveys {
			s.generator.pool.consents = append(s.generator.pool.consents, p.surveyConsent(survey))
		}
		for university := range p.leads {
			s.generator.pool.leads = append(s.generator.pool.leads, p.lead(university))
			s.generator.pool.consents = append(s.generator.pool.consents, p.consent(university))
		}
	}
	slices.Sort(s.generator.pool.leads)
	slices.Sort(s.generator.pool.consents)
	s.look(t, w)
	return s
}

// look reads what stands in the database.
func (s *suspicion) look(t fatal, w *world) {
	t.Helper()
	s.judge.standings = w.standings(t)
	s.judge.leads = map[string]lead{}
	var rows []struct {
		ID         string `db:"id"`
		Person     int    `db:"person"`
		University string `db:"university"`
	}
	if err := w.db.Select(&rows, "SELECT id, right(user_id::text, 12)::int AS person, university FROM lead WHERE user_id::text LIKE '00000000-0000-4000-8000-%'"); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		s.judge.leads[r.ID] = lead{r.Person, r.University}
	}
}

// fatal is what a test and a check of rapid have in common.
type fatal interface {
	Helper()
	Logf(format string, args ...any)
	Fatal(args ...any)
}

// try asks, judges the answer and counts what was asked. It tells whether anything
// was written.
func (s *suspicion) try(t fatal, w *world, r reader, o operation, m memory) (wrote bool) {
	t.Helper()
	a := w.ask(t, r, o)
	if wrote = slices.ContainsFunc(a.statements, writes); wrote {
		s.look(t, w)
	}
	op := s.judge.of(r, o, a)
	if len(s.judge.faults) > 0 {
		t.Logf("%s\nreader %+v\nvariables %v\n%s\nanswer %d %s", strings.Join(s.judge.faults, "\n"), r, o.variables, o.text, a.status, a.body)
		t.Fatal(s.judge.kinds[0]) // what shrinks must say the same
	}
	if op != nil {
		s.cells.count(r, o.purpose, op)
	}
	s.tally(o, a, op)
	s.generator.pool.learn(a)
	m.learn(o, a)
	return wrote
}

func writes(statement string) bool {
	return slices.ContainsFunc([]string{"INSERT INTO", "UPDATE ", "DELETE "}, func(word string) bool { return strings.Contains(statement, word) })
}

// tally counts what was tried and came off.
func (s *suspicion) tally(o operation, a answer, op *ast.OperationDefinition) {
	fruitful := bytes.HasPrefix(bytes.TrimSpace(a.body), []byte(`{"data":{`))
	count := func(what string, is bool) {
		if is {
			s.tried[what]++
		}
	}
	count("answered without an error", fruitful)
	count("refused as a whole or in part", !fruitful && op != nil)
	count("badly made", op == nil)
	count("by URL and answered", o.byURL && fruitful)
	count("several operations, one answered", fruitful && strings.Contains(o.text, "Other"))
	count("a failure quoted a person", bytes.Contains(a.body, []byte("INTERNAL")))
	count("went on after a cursor", fruitful && s.judge.wentOn)
	count("a cursor refused", bytes.Contains(a.body, []byte("CURSOR")))
	count(o.mutation, o.mutation != "" && fruitful)
}

// run tries n operations in batches, goes on where a run with the same file in
// PROVE_STATE was interrupted, and tells how far it is.
func (s *suspicion) run(t *testing.T, n int, check func(*rapid.T)) {
	t.Helper()
	done := s.resume(t)
	began, from := time.Now(), done
	defer func() {
		if t.Failed() {
			forget("")
		}
	}()
	for ; done < n; done += batch {
		set(t, "rapid.checks", min(batch, n-done))
		set(t, "rapid.seed", 1+done)
		s.generator.pool.turn()
		rapid.Check(t, check)
		if t.Failed() {
			return
		}
		s.keep(t, min(n, done+batch))
		if (done/batch)%10 == 9 {
			rate := float64(done+batch-from) / time.Since(began).Seconds()
			fmt.Fprintf(os.Stderr, "%s: %d of %d operations, %.0f/s\n", t.Name(), done+batch, n, rate)
		}
	}
}

func set(t *testing.T, name string, value int) {
	t.Helper()
	if err := flag.Set(name, strconv.Itoa(value)); err != nil {
		t.Fatal(err)
	}
}

// fill asks for the cells that chance has left empty, one operation each.
func (s *suspicion) fill(t *testing.T, w *world, readers []reader) {
	t.Helper()
	for _, c := range s.cells.empty() {
		r, found := c.reader(readers)
		if !found {
			t.Errorf("nobody can ask for %s", c)
			continue
		}
		s.try(t, w, r, operation{text: s.cells.document(c, s.judge.people[c.person]), purpose: c.purpose, variables: map[string]any{}}, memory{})
	}
}

// report tells what was covered, and fails where something was not.
func (s *suspicion) report(t *testing.T) {
	t.Helper()
	for _, c := range s.cells.empty() {
		t.Errorf("never asked: %s", c)
	}
	least, sum := 1<<60, 0
	for _, n := range s.cells.n {
		least, sum = min(least, n), sum+n
	}
	for what, n := range sorted(s.tried) {
		t.Logf("%6d %s", n, what)
	}
	for _, m := range s.judge.schema.Mutation.Fields {
		if n, _ := operations(); n >= enough && s.tried[m.Name] == 0 {
			t.Errorf("the mutation %s never came off", m.Name)
		}
	}
	t.Logf("%d cells of field × audience × purpose × state: at least %d, on average %d questions each", len(s.cells.n), least, sum/len(s.cells.n))
	if file := os.Getenv("PROVE_REPORT"); file != "" {
		write(t, file, s.cells.table())
	}
}

// parsed reports whether a document is valid, for the generator's own health.
func parsed(text string) bool {
	_, err := gqlparser.LoadQueryWithRules(graph.Schema(), text, rules.NewDefaultRules())
	return err == nil
}

// TestMostOperationsAreValid: an attack that is refused at the door shows nothing.
func TestMostOperationsAreValid(t *testing.T) {
	g := generator{schema: graph.Schema(), pool: &pool{leads: []string{"x"}, phones: []string{"+77710009998"}}}
	valid := 0
	sample := rapid.Custom(func(t *rapid.T) string {
		return g.operation(t, reader{audience: "APP", person: 1, purposes: []string{"SERVICE"}}, anything).text
	})
	for i := range 300 {
		if parsed(sample.Example(i)) {
			valid++
		}
	}
	t.Logf("%d of 300 are valid", valid)
	if valid < 200 {
		t.Errorf("%d of 300 operations are valid", valid)
	}
}
