package graph_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"joo.kz/kelisim/internal/privacy"
)

const (
	pressFor190 = `mutation @purpose(is: SERVICE) { requestConsultation(input: {university: "190"}) { id jws consent { state } } }`
	withdrawAll = `mutation @purpose(is: SERVICE) { withdrawConsent(id: "00000000-0000-4000-8000-000000001001") { state } }`
	acceptIt    = `mutation @purpose(is: SERVICE) { acceptPolicy(version: 1) { state } }`
	phonesOf190 = consult + `leads { nodes { id user { phone } } } }`
	fullsPhone  = "+77710009998"
)

// together runs work n times at once, and waits.
func together(n int, work func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			work(i)
		})
	}
	close(start)
	group.Wait()
}

func (a *api) count(query string) (n int) {
	a.t.Helper()
	if err := a.db.GetContext(a.t.Context(), &n, query); err != nil {
		a.t.Fatal(err)
	}
	return n
}

// Presses of the button at once, of more people's hands than there are
// connections, make one consent and one lead: one gives it, each other renews it.
func TestPressesAtOnceMakeOneLead(t *testing.T) {
	const presses = 16
	a := newAPI(t, people)
	answers := make([]string, presses)
	together(presses, func(i int) { answers[i] = a.ask(person(privacy.App, full), pressFor190) })
	ids := map[any]bool{}
	for _, answer := range answers {
		receipt, _ := parse(t, answer).Data["requestConsultation"].(map[string]any)
		ids[receipt["id"]] = true
	}
	if len(ids) != 1 || ids[nil] {
		t.Errorf("consents %v", ids)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM consent WHERE university = '190'`:                                                                                   1,
		`SELECT count(*) FROM lead WHERE university = '190'`:                                                                                      1,
		`SELECT count(*) FROM consent_event e JOIN consent c ON c.id = e.consent_id WHERE c.university = '190'`:                                   presses,
		`SELECT max(seq) FROM consent_event e JOIN consent c ON c.id = e.consent_id WHERE c.university = '190'`:                                   presses,
		`SELECT count(*) FROM consent_event e JOIN consent c ON c.id = e.consent_id WHERE c.university = '190' AND seq = 1 AND e.state = 'GIVEN'`: 1,
	} {
		if got := a.count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// standingLeads are those that stand although no consent to the policy does, or
// that stand twice.
const standingLeads = `
	SELECT count(*) FROM lead l JOIN consent c ON c.user_id = l.user_id AND c.id = l.consent_id
	WHERE l.user_id = '` + full + `' AND c.withdrawn_at IS NULL
	  AND NOT EXISTS (SELECT FROM consent p WHERE p.user_id = l.user_id AND p.basis = 'POLICY_CONSENT' AND p.withdrawn_at IS NULL)`

// Whichever comes first, no lead stands once the policy is withdrawn.
func TestPressDuringAWithdrawal(t *testing.T) {
	a := newAPI(t, people)
	a.exec(`INSERT INTO consent_event (user_id, consent_id, seq, at, state, scopes, categories, policy_version, language, sha256, channel, evidence)
		SELECT user_id, id, 9, given_at, 'WITHDRAWN', '{}', '{}', 1, 'RU', '', 'APP', 'before' FROM consent WHERE user_id = '` + full + `' LIMIT 1`)
	refused, given := 0, 0
	for round := range 30 {
		policy := ""
		if err := a.db.GetContext(t.Context(), &policy, `SELECT id FROM consent WHERE user_id = $1 AND basis = 'POLICY_CONSENT' AND withdrawn_at IS NULL`, full); err != nil {
			t.Fatal(err)
		}
		withdraw := strings.Replace(withdrawAll, "00000000-0000-4000-8000-000000001001", policy, 1)
		answers := make([]string, 4)
		together(4, func(i int) {
			answers[i] = a.ask(person(privacy.App, full), []string{pressFor190, withdraw, pressFor190, pressFor190}[(i+round)%4])
		})
		all := strings.Join(answers, "\n")
		refused += strings.Count(all, `"code":"POLICY_NOT_ACCEPTED","path":"requestConsultation"`)
		given += strings.Count(all, `"GIVEN"`)
		if strings.Contains(all, "INTERNAL") || strings.Count(all, `"WITHDRAWN"`) == 0 {
			t.Fatalf("round %d:\n%s", round, all)
		}
		if n := a.count(standingLeads); n != 0 {
			t.Fatalf("round %d: %d leads stand", round, n)
		}
		if answer := a.ask(university("190"), phonesOf190); strings.Contains(answer, fullsPhone) {
			t.Fatalf("round %d: %s", round, answer)
		}
		a.ask(person(privacy.App, full), acceptIt)
	}
	if refused == 0 || given == 0 {
		t.Errorf("%d presses refused, %d given: there was no race", refused, given)
	}
}

// G6: once a withdrawal has answered, no response that starts later shows the
// data.
func TestNothingIsShownAfterAWithdrawal(t *testing.T) {
	const readers, rounds = 200, 3
	a := newAPI(t, people)
	for round := range rounds {
		pressed := parse(t, a.ask(person(privacy.App, full), pressFor190))
		id := pressed.Data["requestConsultation"].(map[string]any)["id"].(string)
		withdraw := fmt.Sprintf(`mutation { withdrawConsent(id: %q) { __typename } }`, id)
		var answered atomic.Bool
		var before, after, late atomic.Int64
		together(readers+1, func(i int) {
			if i == readers/2 {
				for before.Load() < readers/10 { // let some read first
					a.ask(university("190"), phonesOf190)
					before.Add(1)
				}
				a.ask(person(privacy.App, full), withdraw)
				answered.Store(true)
				return
			}
			for began, later := false, 0; later < 2; {
				if began = answered.Load(); began {
					later++
				}
				shown := strings.Contains(a.ask(university("190"), phonesOf190), fullsPhone)
				switch {
				case began && shown:
					late.Add(1)
				case shown:
					before.Add(1)
				case began:
					after.Add(1)
				}
			}
		})
		if late.Load() > 0 || before.Load() == 0 || after.Load() == 0 {
			t.Errorf("round %d: shown %d times before and %d times after, withheld %d times", round, before.Load(), late.Load(), after.Load())
		}
	}
}

// A history is written once: nothing changes it, empties it or takes from it.
func TestHistoryIsAppendOnly(t *testing.T) {
	a := newAPI(t, people)
	a.ask(person(privacy.App, full), pressFor190)
	events := a.count(`SELECT count(*) FROM consent_event`)
	for _, statement := range []string{
		`UPDATE consent_event SET at = now()`,
		`UPDATE consent_event SET state = 'GIVEN' WHERE false`,
		`DELETE FROM consent_event`,
		`TRUNCATE consent_event`,
		`TRUNCATE applicant CASCADE`,
	} {
		if _, err := a.db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if got := a.count(`SELECT count(*) FROM consent_event`); got != events || events == 0 {
		t.Errorf("%d events, of %d", got, events)
	}
}

// The database itself keeps one standing consultation for each university.
func TestDatabaseKeepsOneStandingConsent(t *testing.T) {
	a := newAPI(t, people)
	const another = `INSERT INTO consent (user_id, id, basis, university, scopes, categories, policy_version, given_at, expires_at)
		VALUES ('` + full + `', gen_random_uuid(), 'CONSULTATION_CONSENT', '013', '{COLLECTION,PROCESSING%s}', '{}', 1, now(), '2100-01-01')`
	for statement, constraint := range map[string]string{
		fmt.Sprintf(another, ",THIRD_PARTIES"): "consent_standing",
		fmt.Sprintf(another, ""):               "consent_check",
	} {
		if _, err := a.db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), constraint) {
			t.Errorf("%s: %v", constraint, err)
		}
	}
}

// A person's data are nowhere in the history or the receipt column in clear.
func TestConsentsHoldNoName(t *testing.T) {
	a := newAPI(t, people)
	if answer := a.ask(person(privacy.App, full), pressFor190); !strings.Contains(answer, `"jws":"ey`) {
		t.Fatal(answer)
	}
	for _, row := range a.rows(`SELECT c.receipt, e::text AS event, c::text AS consent FROM consent c JOIN consent_event e ON e.consent_id = c.id`) {
		for column, value := range row {
			if s := text(value); strings.Contains(s, "Әсем") || strings.HasPrefix(s, "ey") || strings.Contains(s, "7771000") {
				t.Errorf("%s: %s", column, s)
			}
		}
	}
}

// Whoever takes from a limit holds no connection meanwhile: as many at once as there
// are connections would wait for each other.
func TestLimitsAtOnceHoldNoConnection(t *testing.T) {
	const hands = 16
	a := newAPI(t, people)
	for name, document := range map[string]string{
		"a guardian's code": `mutation { requestGuardianCode(university: "190", phone: "+777100031%02[1]d") { id } }`,
		"a press":           `mutation @purpose(is: SERVICE) { requestConsultation(input: {university: "190", guardian: {challenge: "%[1]d", code: "0"}}) { id } }`,
		"another number":    `mutation @purpose(is: SERVICE) { changePhone(challenge: "%[1]d", code: "0") { phone } }`,
		"an IIN":            `mutation @purpose(is: SERVICE) { updateProfile(input: {iin: "080115599001", address: "ул. Примерная, %[1]d"}) { phone } }`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		together(hands, func(i int) {
			if answer := a.askIn(ctx, person(privacy.App, full), fmt.Sprintf(document, i)); strings.Contains(answer, "INTERNAL") {
				t.Errorf("%s: %s", name, answer)
			}
		})
		cancel()
	}
}
