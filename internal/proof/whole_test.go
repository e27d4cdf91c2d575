package proof_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestWhatIsAskedWholeIsShownByItsRows: all that a root field leads to, asked at once
// by each reader, is refused where the rows say so and nowhere else; and a column is
// in a statement if and only if what is kept in it is shown. G2, G3, G8.
func TestWhatIsAskedWholeIsShownByItsRows(t *testing.T) {
	s := newTrial(t)
	shown, refused := 0, 0
	for _, a := range slices.Concat(tableAskers(), otherAskers()) {
		for _, coordinate := range slices.Sorted(maps.Keys(s.routes)) {
			r := s.routes[coordinate][0]
			if len(r) > 1 || len(s.rows[coordinate].audience) == 0 || r.isMutation() && s.passes(a, r) {
				continue
			}
			f, answer := s.try(a, r, r.whole(s.schema, a.purpose))
			refused += len(f.refusals)
			shown += len(f.shown)
			if !r.isMutation() {
				s.namesWhatIsShown(f, answer.statements)
			}
		}
	}
	t.Logf("%d fields shown and %d refused, by %d operations", shown, refused, s.operations)
	if shown < 3_000 || refused < 1_000 || s.operations < 500 {
		t.Errorf("%d fields shown and %d refused, by %d operations", shown, refused, s.operations)
	}
}

// passes tells whether a mutation would be carried out that changes what the others
// of the test need, and returns nothing that a row refuses.
func (s *trial) passes(a asker, r route) bool {
	return r.refusedAt(s.rows, a) < 0 && (!a.accepted || !slices.Contains(collecting, r[0].coordinate()) && r[0].coordinate() != "Mutation.updateProfile")
}

// namesWhatIsShown compares the columns in the statements of a query with what is
// shown of it. Of a person's lists, there is something in each, but what a survey asked
// of who accepted nothing.
func (s *trial) namesWhatIsShown(f *forecast, statements []string) {
	s.Helper()
	shown, asked := map[place]bool{}, map[place]bool{}
	for path, coordinate := range f.asked {
		for _, p := range s.rows[coordinate].kept {
			asked[p] = true
			shown[p] = shown[p] || f.shown[path]
		}
	}
	for p := range asked {
		if got := p.named(statements); got != shown[p] && (got || f.asker.accepted) {
			s.Errorf("%s: %s is named: %t, want %t, in\n%s", f.asker, p, got, shown[p], strings.Join(statements, "\n"))
			s.giveUp()
		}
	}
}
