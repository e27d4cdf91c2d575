package proof_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
)

// history is a random history of consents: each thing that happens is done through
// the API, or as the operator's commands do it, and to the model.
type history struct {
	*model

	stage  *stage
	clock  *time.Time
	checks int
}

// noon is when the histories begin.
var noon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// TestHistoriesOfConsent: whatever people, universities, the operator and the clock
// do, and in whatever order, what everybody is shown is what a naive model says.
func TestHistoriesOfConsent(t *testing.T) {
	clock := noon
	w := newStage(t, postgres.Options{
		Now:   func() time.Time { return clock },
		Terms: map[privacy.Basis]time.Duration{privacy.PolicyConsent: terms["POLICY_CONSENT"], privacy.ConsultationConsent: terms["CONSULTATION_CONSENT"]},
	})
	oracle, implies := newOracle(t), implications(t)
	n, long := operations()
	set(t, "rapid.steps", 30)
	check := func(t *rapid.T) {
		clock = noon
		h := &history{stage: w, clock: &clock, model: &model{
			oracle: oracle, implies: implies, now: clock, ends: map[string]time.Time{}, restricted: map[int]bool{},
		}}
		h.versions = []version{h.edition(clock.AddDate(-1, 0, 0), nil)}
		h.write(t, begin)
		for _, a := range actors {
			h.accept(t, a, 1)
		}
		actions := rapid.StateMachineActions(h)
		actions["AskAgain"], actions["AskMore"], actions["WaitMore"] = h.RequestConsultation, h.RequestConsultation, h.Wait // what happens most
		t.Repeat(actions)
	}
	inPortions(t, map[bool]int{false: 20, true: max(50, n/400)}[long], check)
}

// inPortions tries n histories, some at a time. It tells how far it is, and goes on
// where it was interrupted.
func inPortions(t *testing.T, n int, check func(*rapid.T)) {
	t.Helper()
	const suffix, most = "-histories", 50
	var p progress
	read(t, stateFile(suffix), &p)
	for p.Done < n {
		portion := min(most, n-p.Done)
		set(t, "rapid.checks", portion)
		set(t, "rapid.seed", 1+p.Done)
		rapid.Check(t, check)
		p.Done += portion
		if file := stateFile(suffix); file != "" {
			write(t, file, p)
			fmt.Fprintf(os.Stderr, "%s: %d of %d histories\n", t.Name(), p.Done, n)
		}
	}
	forget(suffix)
}

// implications are what a category tells, and what that tells in turn.
func implications(t *testing.T) map[string][]string {
	t.Helper()
	table, err := os.ReadFile("../privacy/testdata/implications.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		category, implied, _ := strings.Cut(line, "\t")
		all[category] = strings.Split(implied, ",")
	}
	for range all { // long enough for any chain
		for category, implied := range all {
			for _, c := range implied {
				all[category] = append(all[category], all[c]...)
			}
			slices.Sort(all[category])
			all[category] = slices.Compact(all[category])
		}
	}
	return all
}

func (h *history) write(t *rapid.T, statements string, args ...any) {
	t.Helper()
	if _, err := h.stage.db.Exec(statements, args...); err != nil {
		t.Fatal(err)
	}
}

func (h *history) actor(t *rapid.T) actor { return actors[rapid.IntRange(0, 1).Draw(t, "actor")] }

// channel is the one that a person comes by, and the audience that they are then.
func (a actor) channel() string { return strings.ToUpper(a.client) }

func (h *history) consent(t *rapid.T) *given {
	if len(h.consents) == 0 {
		t.Skip("none yet")
	}
	return h.consents[len(h.consents)-1-rapid.IntRange(0, len(h.consents)-1).Draw(t, "the last but")]
}

// scopes are some, or none, which means all.
func scopes(t *rapid.T) []string {
	return rapid.SampledFrom([][]string{
		{"COLLECTION"}, {"PROCESSING"}, nil, {"PUBLICATION"}, {"THIRD_PARTIES"}, {"CROSS_BORDER"}, {"COLLECTION", "PUBLICATION"}, {"COLLECTION", "THIRD_PARTIES"},
	}).Draw(t, "scopes")
}

// told is an answer.
type told struct {
	response

	text string
}

// ask asks for a person.
func (h *history) ask(t *rapid.T, a actor, query string, variables map[string]any) told {
	t.Helper()
	answer, err := h.send(a.client, a.id(), query, variables)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (h *history) send(client, user, query string, variables map[string]any) (a told, err error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return a, err
	}
	answer, err := h.stage.ask(client, user, body)
	if err != nil {
		return a, err
	}
	a.text = string(answer)
	return a, json.Unmarshal(answer, &a.response)
}

func (a told) refused(t *rapid.T, why string) {
	t.Helper()
	if diff := cmp.Diff([]string{why}, a.reasons()); diff != "" {
		t.Fatalf("(-want +got)\n%s%s", diff, a.text)
	}
}

func (a told) reasons() (all []string) {
	for _, e := range a.Errors {
		reason := fmt.Sprint(e.Extensions["code"])
		if e.Extensions["reason"] != nil {
			reason += fmt.Sprintf("/%s", e.Extensions["reason"])
		}
		all = append(all, reason)
	}
	return all
}

// given checks that an answer names this consent, and learns the id of a new one.
func (h *history) given(t *rapid.T, a told, c *given) {
	t.Helper()
	for _, root := range a.Data {
		id, _ := root.(map[string]any)["id"].(string)
		known := slices.ContainsFunc(h.consents, func(other *given) bool { return other.id == id })
		if id == "" || c.id == "" && known || c.id != "" && c.id != id {
			t.Fatalf("not of the consent %+v: %s", c, a.text)
		}
		c.id = id
	}
	if len(a.Data) == 0 || len(a.Errors) > 0 {
		t.Fatal(a.text)
	}
}
