package proof_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/postgres/postgrestest"
)

// batch is how many operations have one seed: what a long run goes on with after
// it was interrupted.
const batch = 500

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
	s := newSuspicion(t, w, people)
	readers := readers(people)
	n, long := operations()
	s.run(t, n, func(t *rapid.T) {
		r := readers[rapid.IntRange(0, len(readers)-1).Draw(t, "reader")]
		o := s.generator.operation(t, r, false)
		if o.mutation != "" && r.person > 0 {
			r.person = changing
		}
		s.try(t, w, r, o)
	})
	for _, c := range s.judge.searcher.found(postgrestest.Log(t)) {
		t.Errorf("the %s of person %d is in the database's log", c.category, c.person)
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
}

func newSuspicion(t *testing.T, w *world, people []person) *suspicion {
	t.Helper()
	s := &suspicion{
		judge: &judge{
			oracle: newOracle(t), schema: graph.Schema(), searcher: newSearcher(people, 0, nothing),
			people: map[int]person{}, hidden: nothing,
		},
		generator: generator{schema: graph.Schema(), pool: &pool{}},
		cells:     newCells(graph.Schema(), people),
	}
	for _, p := range people {
		s.judge.people[p.n] = p
		s.generator.pool.phones = append(s.generator.pool.phones, p.values(0, nothing)["phone"])
		for university := range p.leads {
			s.generator.pool.leads = append(s.generator.pool.leads, p.lead(university))
			s.generator.pool.consents = append(s.generator.pool.consents, p.consent(university))
		}
	}
	slices.Sort(s.generator.pool.leads)
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
	if err := w.db.Select(&rows, "SELECT id, right(user_id::text, 12)::int AS person, university FROM lead"); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		s.judge.leads[r.ID] = lead{r.Person, r.University}
	}
}

// fatal is what a test and a check of rapid have in common.
type fatal interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// try asks, judges the answer and counts what was asked.
func (s *suspicion) try(t fatal, w *world, r reader, o operation) {
	t.Helper()
	a := w.ask(t, r, o)
	if o.mutation != "" {
		s.look(t, w)
	}
	op := s.judge.of(r, o, a)
	if len(s.judge.faults) > 0 {
		t.Fatalf("%s\nreader %+v\nvariables %v\n%s\nanswer %d %s", strings.Join(s.judge.faults, "\n"), r, o.variables, o.text, a.status, a.body)
	}
	if op != nil {
		s.cells.count(r, o.purpose, op)
	}
	s.generator.pool.learn(a)
}

// learn keeps some of the cursors that were answered.
func (p *pool) learn(a answer) {
	_, after, found := strings.Cut(string(a.body), `ursor":"`)
	if cursor, _, _ := strings.Cut(after, `"`); found && len(p.cursors) < 40 {
		p.cursors = append(p.cursors, cursor)
	}
}

// run tries n operations in batches, goes on where a run with the same file in
// PROVE_STATE was interrupted, and tells how far it is.
func (s *suspicion) run(t *testing.T, n int, check func(*rapid.T)) {
	t.Helper()
	state := os.Getenv("PROVE_STATE")
	done := s.cells.resume(t, state)
	began, from := time.Now(), done
	defer func() {
		if !t.Failed() && state != "" {
			_ = os.Remove(state)
		}
	}()
	for ; done < n; done += batch {
		set(t, "rapid.checks", min(batch, n-done))
		set(t, "rapid.seed", 1+done)
		rapid.Check(t, check)
		if t.Failed() {
			return
		}
		s.cells.keep(t, state, done+batch)
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
		s.try(t, w, r, operation{text: s.cells.document(c, s.judge.people[c.person]), purpose: c.purpose, variables: map[string]any{}})
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
	t.Logf("%d cells of field × audience × purpose × state: at least %d, on average %d questions each", len(s.cells.n), least, sum/len(s.cells.n))
	if file := os.Getenv("PROVE_REPORT"); file != "" {
		encoded, err := json.MarshalIndent(s.cells.table(), "", "  ")
		if err == nil {
			err = os.WriteFile(file, encoded, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
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
		return g.operation(t, reader{audience: "APP", person: 1, purposes: []string{"SERVICE"}}, false).text
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
