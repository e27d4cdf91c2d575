package proof_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestWhatMustBeRefusedIs: each field that a row refuses to a reader is refused to
// them by each route to it, in each way that it can be asked for: with exactly the
// error of the row, nothing in its place, nothing beside it, and no statement that
// names where it is kept. G2, G3.
func TestWhatMustBeRefusedIs(t *testing.T) {
	s := newTrial(t)
	for _, a := range tableAskers() {
		s.refusals(a, true)
	}
	for _, a := range otherAskers() {
		s.refusals(a, false)
	}
	t.Logf("%d reads refused, by %d operations", s.refused, s.operations)
	if s.refused < 20_000 || s.operations < 5_000 {
		t.Errorf("%d reads refused, by %d operations", s.refused, s.operations)
	}
}

// refusals asks for all that is refused to an asker: by itself or, if so asked, by
// what is above it.
func (s *trial) refusals(a asker, above bool) {
	s.Helper()
	for _, coordinate := range slices.Sorted(maps.Keys(s.routes)) {
		row := s.rows[coordinate]
		for _, r := range s.routes[coordinate] {
			at := r.refusedAt(s.rows, a)
			switch {
			case at < 0:
				if cell := row.cells[a.column()]; a.accepted && a.why == "" && (cell == "-" || cell == "A") {
					s.Errorf("%s: the row of %s says %s, and nothing refuses %s", a, coordinate, cell, r)
				}
			case at == len(r)-1:
				s.closed(a, r, r.deep(a.purpose))
				// An operation has one mutation; and one that is carried out costs more, a message even.
				if !r.isMutation() || at > 0 && above && r[0].field.Name != "changePhone" {
					s.closed(a, r, r.wide(at, a.purpose))
				}
			case above && (r.tellsOfSomebody() || row.cells[a.column()] == "A"):
				s.closed(a, r, r.deep(a.purpose))
			}
		}
	}
}

// refusedAt is the first step of a route that is refused to an asker; -1 for none.
func (r route) refusedAt(rows map[string]row, a asker) int {
	return slices.IndexFunc(r, func(s step) bool {
		return a.refuse(rows[s.coordinate()], s.def.Directives.ForName("personal") != nil) != ""
	})
}

func (r route) tellsOfSomebody() bool {
	return r[len(r)-1].def.Directives.ForName("personal") != nil
}

// closed tries an operation of which the end of the route is refused: no statement
// but those that the mutation itself sends names where that is kept, or where the
// step is kept that is refused.
func (s *trial) closed(a asker, r route, o operation) {
	s.Helper()
	_, answer := s.try(a, r, o)
	for _, c := range s.judge.searcher.found(string(answer.body)) {
		s.Errorf("%s: the %s of person %d is in the answer to\n%s\n%s", a, c.category, c.person, o.text, answer.body)
		s.giveUp()
	}
	statements := answer.statements
	if r.isMutation() && len(statements) > 0 {
		statements = slices.DeleteFunc(statements, func(q string) bool { return slices.Contains(s.writesOf(a, r), q) })
	}
	for _, step := range []step{r[r.refusedAt(s.rows, a)], r[len(r)-1]} {
		for _, p := range s.rows[step.coordinate()].kept {
			if p.named(statements) {
				s.Errorf("%s: %s is refused, and %s is named in\n%s", a, step.coordinate(), p, strings.Join(statements, "\n"))
				s.giveUp()
			}
		}
	}
}

// writesOf are the statements that a mutation sends by itself.
func (s *trial) writesOf(a asker, r route) []string {
	s.Helper()
	root := r[0].coordinate()
	if s.writes[root] == nil {
		a.purpose, a.purposes = "SUBJECT_ACCESS", []string{"SUBJECT_ACCESS"}
		_, answer := s.try(a, r[:1], r[:1].document(a.purpose, r[0].ask("", "", "")))
		s.writes[root] = answer.statements
	}
	return s.writes[root]
}

// whether there is a receipt is open (ConsentReceipt.id), and is asked without it.
const whether = "c.receipt IS NOT NULL AS kept"

// named tells whether any of the statements names the place.
func (p place) named(statements []string) bool {
	table, column := regexp.MustCompile(`\b`+p.table+`\b`), regexp.MustCompile(`\b`+regexp.QuoteMeta(p.column)+`\b`)
	return slices.ContainsFunc(statements, func(q string) bool {
		q = strings.ReplaceAll(q, whether, "")
		return table.MatchString(q) && (p.column == "*" || column.MatchString(q))
	})
}
