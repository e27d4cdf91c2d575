package proof_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestExplainTellsWhatTheRulesSay: of each personal field, by each route to it, for
// each audience and purpose: the verdict and the treatment that follow from the
// policy's table. Who asks is nobody: explaining reads nobody's data.
func TestExplainTellsWhatTheRulesSay(t *testing.T) {
	s := newTrial(t)
	explained := 0
	for _, coordinate := range slices.Sorted(maps.Keys(s.routes)) {
		category := s.rows[coordinate].category
		if category == "" {
			continue
		}
		for _, r := range s.routes[coordinate] {
			for _, pair := range pairs() {
				want := s.judge.oracle.foretells(category, pair)
				if s.isForOthers(r, pair) {
					want = [2]string{"NEVER", ""}
				}
				s.explains(r, pair, want)
				explained++
			}
		}
	}
	t.Logf("%d fields explained", explained)
	if explained < 5_000 {
		t.Errorf("%d fields explained", explained)
	}
}

// foretells is what is to be told of a category before anybody's record is known: the
// verdict, and how it would be shown.
func (o oracle) foretells(category, pair string) [2]string {
	cell := o.rules[category][pair]
	treatment := "FULL"
	if cell == "M" {
		treatment = "MASKED"
	}
	switch audience, purpose, _ := strings.Cut(pair, ":"); {
	case cell == "" || cell == "-":
		return [2]string{"NEVER", ""}
	case audience != "APP" && audience != "SITE", category == "SURVEY" && purpose == "SERVICE":
		return [2]string{"PER_RECORD", treatment}
	case cell == "M":
		return [2]string{"MASK", treatment}
	default:
		return [2]string{"ALLOW", treatment}
	}
}

// isForOthers tells whether a step of a route names other audiences.
func (s *trial) isForOthers(r route, pair string) bool {
	audience, _, _ := strings.Cut(pair, ":")
	return slices.ContainsFunc(r, func(step step) bool {
		row := s.rows[step.coordinate()]
		return len(row.audience) > 0 && !slices.Contains(row.audience, audience)
	})
}

// explains has the end of a route explained for an audience and a purpose.
func (s *trial) explains(r route, pair string, want [2]string) {
	s.Helper()
	audience, purpose, _ := strings.Cut(pair, ":")
	selection := ""
	for _, step := range slices.Backward(r) {
		selection = step.ask("", "", selection)
	}
	document := s.fill(asker{}, r, r.document(purpose, selection).text)
	o := operation{
		text:      `query ($document: String!, $audience: Audience!) { explain(document: $document, audience: $audience) { fields { coordinate verdict treatment } } }`,
		variables: map[string]any{"document": document, "audience": audience},
	}
	answer := s.world.ask(s, reader{}, o)
	s.operations++
	var got struct {
		Data struct {
			Explain struct {
				Fields []struct{ Coordinate, Verdict, Treatment string }
			}
		}
	}
	if err := json.Unmarshal(answer.body, &got); err != nil || len(answer.statements) > 0 {
		s.Errorf("%v, %q", err, answer.statements)
		s.giveUp()
	}
	end := r[len(r)-1].coordinate()
	for _, f := range got.Data.Explain.Fields {
		if f.Coordinate == end && [2]string{f.Verdict, f.Treatment} == want {
			return
		}
	}
	s.Errorf("%s: %s is not explained as %q:\n%s\n%s", pair, end, want, document, answer.body)
	s.giveUp()
}
