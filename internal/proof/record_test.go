package proof_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// held is a line of extensions.privacy.withheld.
type held struct {
	Field, Path, Category, Reason string
	Count                         int
}

// TestWhatARecordDoesNotOpenIsWithheld: each field that a row opens by the consent
// of the person alone is null for those whose consent does not cover it, by each
// route, without an error, and told of once in the summary; for the others it is
// there. G2, G8.
func TestWhatARecordDoesNotOpenIsWithheld(t *testing.T) {
	s := newTrial(t)
	withheld := 0
	for _, coordinate := range slices.Sorted(maps.Keys(s.routes)) {
		if cell := s.rows[coordinate].cells["UNIVERSITY:CONSULTATION"]; cell != "C" && cell != "D" {
			continue
		}
		for _, r := range s.routes[coordinate] {
			for _, a := range s.universities(r) {
				withheld += s.withholds(a, r)
			}
		}
	}
	t.Logf("%d fields of people withheld, by %d operations", withheld, s.operations)
	if withheld < 500 || s.operations < 400 {
		t.Errorf("%d fields of people withheld, by %d operations", withheld, s.operations)
	}
}

// universities are those that ask by a route: of one lead each.
func (s *trial) universities(r route) (all []asker) {
	if r[0].field.Name != "leads" && r[0].field.Name != "lead" {
		return nil
	}
	for _, code := range []string{"001", "013", "027"} {
		a := asker{reader: reader{audience: "UNIVERSITY", university: code, purposes: []string{"CONSULTATION"}}, purpose: "CONSULTATION", accepted: true}
		if r[0].field.Name == "leads" {
			all = append(all, a)
			continue
		}
		for _, p := range s.leadsAt(code) {
			a.why = p.state
			a.lead = p.lead(code)
			all = append(all, a)
		}
	}
	return all
}

// leadsAt are the people whose lead stands.
func (s *trial) leadsAt(university string) (all []person) {
	for _, p := range s.people {
		if s.judge.standings[p.n].covers[university] != nil {
			all = append(all, p)
		}
	}
	return all
}

// withholds asks for the end of a route, and returns of how many people it is
// withheld.
func (s *trial) withholds(a asker, r route) int {
	s.Helper()
	people := s.leadsAt(a.university)
	if a.lead != "" {
		people = slices.DeleteFunc(people, func(p person) bool { return p.lead(a.university) != a.lead })
	}
	data, count := s.summary(a, r, people, func(p person, category string) string {
		switch standing := s.judge.standings[p.n]; {
		case standing.restricted:
			return "RESTRICTED"
		case !slices.Contains(standing.covers[a.university], category):
			return "CONSENT_SCOPE"
		default:
			return ""
		}
	})
	s.emptyFor(a, r, people, data)
	return count
}

// summary asks for the end of a route and compares what the answer says is withheld,
// of which of the people for what reason. It returns the data, and how many there are.
func (s *trial) summary(a asker, r route, people []person, reason func(p person, category string) string) (data map[string]any, count int) {
	s.Helper()
	o := r.deep(a.purpose)
	o.text = strings.ReplaceAll(o.text, "LEAD", a.lead)
	f := foresee(s.rows, a, o, s.parse(o.text))
	answer := s.world.ask(s, a.reader, o)
	s.operations++
	s.compare(f, answer, f.refusals, o)
	var got struct {
		Data       map[string]any
		Extensions struct {
			Privacy struct{ Withheld []held }
		}
	}
	if err := json.Unmarshal(answer.body, &got); err != nil {
		s.Fatal(err)
	}
	want := []held{}
	for path, coordinate := range f.asked {
		counts := map[string]int{}
		for _, p := range people {
			if category := s.rows[coordinate].category; category != "" && reason(p, category) != "" {
				counts[reason(p, category)]++
				count++
			}
		}
		for why, n := range counts {
			want = append(want, held{coordinate, path, s.rows[coordinate].category, why, n})
		}
	}
	order := func(h, g held) int { return strings.Compare(fmt.Sprint(h), fmt.Sprint(g)) }
	slices.SortFunc(want, order)
	slices.SortFunc(got.Extensions.Privacy.Withheld, order)
	if diff := cmp.Diff(want, append([]held{}, got.Extensions.Privacy.Withheld...)); diff != "" {
		s.Errorf("%s: withheld (-want +got):\n%s\n%s\n%s", a, diff, o.text, answer.body)
		s.giveUp()
	}
	return got.Data, count
}

// TestWhatAnswersToASurveyAreNotOpenIsWithheld: who withdrew the consent to a survey,
// whose is over, and who gave none is shown no answer for the services, by each route,
// and told why. Clause 4.8.
func TestWhatAnswersToASurveyAreNotOpenIsWithheld(t *testing.T) {
	s := newTrial(t)
	reasons := map[int]string{owner: "", 2: "CONSENT_MISSING", hushed: "CONSENT_WITHDRAWN", faded: "CONSENT_EXPIRED"}
	withheld := 0
	for _, coordinate := range slices.Sorted(maps.Keys(s.routes)) {
		for _, r := range s.routes[coordinate] {
			if s.rows[coordinate].cells["APP:SERVICE"] != "S" || r.isMutation() || r[0].field.Name == "lead" || r[0].field.Name == "leads" {
				continue
			}
			for _, audience := range []string{"APP", "SITE"} {
				for n, why := range reasons {
					a := asker{reader: reader{audience: audience, person: n, purposes: []string{"SERVICE"}}, purpose: "SERVICE", why: why, accepted: true}
					data, count := s.summary(a, r, []person{{n: n}}, func(person, string) string { return why })
					if withheld += count; something(data) != (why == "") {
						s.Errorf("%s: %s is %v", a, r, data)
					}
				}
			}
		}
	}
	t.Logf("%d fields withheld, by %d operations", withheld, s.operations)
	if withheld < 100 {
		t.Errorf("%d fields withheld", withheld)
	}
}

// emptyFor checks the data: in the order of the leads, a value for who opens all
// that is on the way, and none for the others.
func (s *trial) emptyFor(a asker, r route, people []person, data map[string]any) {
	s.Helper()
	slices.SortFunc(people, func(p, q person) int { return q.n - p.n }) // the latest request first
	users := under(data, r)
	if len(users) != len(people) {
		s.Errorf("%s: %d people of %d are there by %s", a, len(users), len(people), r)
		return
	}
	for i, p := range people {
		opens := true
		for _, step := range r {
			if category := s.rows[step.coordinate()].category; category != "" && s.judge.oracle.shows(a.reader, a.purpose, p.n, category, s.judge.standings[p.n]) == "" {
				opens = false
			}
		}
		last := users[i]
		switch {
		case !opens && last:
			s.Errorf("%s: of person %d (%s) there is %s", a, p.n, p.state, r)
		case opens && !last && !strings.Contains(r.String(), ".award"): // few have one
			s.Errorf("%s: of person %d (%s) there is no %s", a, p.n, p.state, r)
		}
	}
}

// under tells for each lead of an answer, in order, whether there is anything at the
// end of the route: the answer has but this one way.
func under(data any, r route) (all []bool) {
	value, leads := data, []any(nil)
	for i := range r {
		fields, _ := value.(map[string]any)
		for _, v := range fields {
			value = v
		}
		if list, isList := value.([]any); isList {
			leads = list
			break
		}
		if r[i].to.Name == "Lead" {
			leads = []any{value}
			break
		}
	}
	for _, lead := range leads {
		all = append(all, something(lead))
	}
	return all
}

// something tells whether there is a value in what has been answered, other than
// the name of a type.
func something(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case map[string]any:
		for key, v := range value {
			if key == "__typename" || something(v) {
				return true
			}
		}
		return false
	case []any:
		return slices.ContainsFunc(value, something)
	default:
		return true
	}
}
