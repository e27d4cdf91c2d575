package proof_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// comparing says how each key compares with a person, naively: whether they match a
// value. A sort key compares totals, in the order that it sorts by.
var comparing = map[string]struct {
	values  func(people []person) []any
	matches func(p person, v any) bool
}{
	"LeadFilter.region": {
		func([]person) []any { return []any{"710000000", "750000000"} },
		func(p person, v any) bool { return [2]string{"710000000", "750000000"}[p.n%2] == v },
	},
	"LeadFilter.minTotal": {
		func([]person) []any { return []any{0, 60, 80, 100, 120, 140} },
		func(p person, v any) bool { return p.best() >= v.(int) },
	},
	"LeadFilter.profileSubjects": {
		func([]person) []any {
			return []any{[]any{enumWord("MATH")}, []any{enumWord("CHEMISTRY"), enumWord("BIOLOGY")}}
		},
		func(p person, v any) bool {
			has := [2]string{"MATH INFORMATICS", "BIOLOGY CHEMISTRY"}[p.n%2]
			return !slices.ContainsFunc(v.([]any), func(s any) bool { return !strings.Contains(has, string(s.(enumWord))) })
		},
	},
	"LeadFilter.language": {
		func([]person) []any { return []any{enumWord("KK"), enumWord("RU"), enumWord("EN")} },
		func(p person, v any) bool {
			return slices.ContainsFunc(p.results(0, nothing), func(r result) bool { return r["language"] == string(v.(enumWord)) })
		},
	},
	"LeadFilter.phone": {
		func(people []person) (all []any) {
			for _, p := range people {
				all = append(all, p.values(0, nothing)["phone"])
			}
			return all
		},
		func(p person, v any) bool { return p.values(0, nothing)["phone"] == v },
	},
	"LeadOrder.TOTAL_DESC": {
		func([]person) []any { return []any{nil} },
		func(person, any) bool { return true },
	},
}

func (s *trial) someValue(k key) any {
	s.Helper()
	c, known := comparing[k.coordinate]
	if !known {
		s.Fatalf("say in comparing how %s compares with a person", k.coordinate)
	}
	return c.values(s.people)[0]
}

// best is the greatest total.
func (p person) best() (best int) {
	for _, r := range p.results(0, nothing) {
		best = max(best, atoi(r["total"]))
	}
	return best
}

// TestWhatAConsentDoesNotCoverIsNotFilteredBy: a lead whose consent does not cover
// the key neither matches nor sorts by it, whatever its value; one whose consent
// does is found. G4.
func TestWhatAConsentDoesNotCoverIsNotFilteredBy(t *testing.T) {
	s := newTrial(t)
	hidden := 0
	for _, k := range s.keysOf() {
		for _, university := range []string{"001", "013", "027"} {
			a := asker{reader: reader{audience: "UNIVERSITY", university: university, purposes: []string{"CONSULTATION"}}, purpose: "CONSULTATION", accepted: true}
			for _, v := range comparing[k.coordinate].values(s.people) {
				want, uncovered := s.leadsBy(k, v, university)
				if hidden += uncovered; len(want)+uncovered == 0 {
					continue
				}
				for name, o := range k.uses(a.purpose, v, "totalCount nodes { id } edges { node { id } }") {
					o.text = strings.Replace(o.text, k.root.field.Name+"(", k.root.field.Name+"(first: 500, ", 1)
					s.finds(a, k, name, o, want)
				}
			}
		}
	}
	t.Logf("%d leads not covered, %d operations", hidden, s.operations)
	if hidden < 50 || s.operations < 300 {
		t.Errorf("%d leads not covered, %d operations", hidden, s.operations)
	}
}

// leadsBy are the ids of the leads of a university that a key with a value shows, in
// order; and of how many more it would be, were it not for their consents.
func (s *trial) leadsBy(k key, v any, university string) (ids []string, uncovered int) {
	var standing, found []person
	for _, p := range s.people {
		if covers, stands := s.judge.standings[p.n].covers[university]; stands && covers != nil {
			standing = append(standing, p)
		}
	}
	covered := func(p person) bool {
		st := s.judge.standings[p.n]
		return !st.restricted && slices.Contains(st.covers[university], k.category)
	}
	sorts := strings.HasPrefix(k.coordinate, "LeadOrder.")
	for _, p := range standing {
		switch is := comparing[k.coordinate].matches(p, v); {
		case is && (covered(p) || sorts):
			found = append(found, p)
		case is:
			uncovered++
		}
	}
	rank := func(p person) string { return fmt.Sprintf("%02d", 99-p.n) } // the latest request first
	if sorts {
		rank = func(p person) string {
			total := 999
			if covered(p) {
				total = 500 - p.best()
			} else {
				uncovered++
			}
			return fmt.Sprintf("%03d %s", total, p.lead(university))
		}
	}
	slices.SortFunc(found, func(p, q person) int { return strings.Compare(rank(p), rank(q)) })
	for _, p := range found {
		ids = append(ids, p.lead(university))
	}
	return ids, uncovered
}

func (s *trial) finds(a asker, k key, name string, o operation, want []string) {
	s.Helper()
	answer := s.world.ask(s, a.reader, o)
	s.operations++
	var got struct {
		Data map[string]struct {
			TotalCount int
			Nodes      []struct{ ID string }
			Edges      []struct{ Node struct{ ID string } }
		}
	}
	if err := json.Unmarshal(answer.body, &got); err != nil {
		s.Fatal(err)
	}
	for _, page := range got.Data {
		nodes, edges := []string{}, []string{}
		for i := range page.Nodes {
			nodes, edges = append(nodes, page.Nodes[i].ID), append(edges, page.Edges[i].Node.ID)
		}
		if !slices.Equal(nodes, want) || !slices.Equal(edges, want) || page.TotalCount != len(want) {
			s.Errorf("%s: %s by %s\n%s %v\nwant %v\ngot  %s", a, k.coordinate, name, o.text, o.variables, want, answer.body)
			s.giveUp()
		}
	}
	if len(got.Data) != 1 {
		s.Errorf("%s: %s", o.text, answer.body)
	}
}
