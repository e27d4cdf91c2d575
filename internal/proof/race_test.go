package proof_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// race is one round.
type race struct {
	t     *testing.T
	stage *stage
	seed  uint64
	began time.Time

	mu    sync.Mutex
	done  []reply
	known map[string][]string // ids that an answer has told: of consents, of those to the policy, of leads
}

// reply is a deed with its answer, and with the times of the call and the return.
type reply struct {
	deed

	hand         int
	call, answer int64
	said         response
}

func newRace(t *testing.T, w *stage, seed uint64) *race {
	t.Helper()
	if _, err := w.db.Exec(begin); err != nil {
		t.Fatal(err)
	}
	return &race{t: t, stage: w, seed: seed, began: time.Now(), known: map[string][]string{}}
}

// run has each person act with two hands and look with a third, and each university
// look with two.
func (r *race) run() {
	var hands sync.WaitGroup
	hand := 0
	act := func(n int, what func(hand int, draw *rand.Rand)) {
		hand++
		draw, mine := rand.New(rand.NewPCG(r.seed, uint64(hand))), hand
		hands.Go(func() {
			for range n {
				what(mine, draw)
			}
		})
	}
	for _, p := range actors {
		r.accept(0, p)
		for range 2 {
			act(16, func(hand int, draw *rand.Rand) { r.act(hand, draw, p) })
		}
		act(24, func(hand int, _ *rand.Rand) { r.self(hand, p) })
	}
	for _, university := range universities[:2] {
		for range 2 {
			act(20, func(hand int, draw *rand.Rand) { r.look(hand, draw, university) })
		}
	}
	hands.Wait()
}

// act is one thing that a person does.
func (r *race) act(hand int, draw *rand.Rand, p actor) {
	university := universities[draw.IntN(2)]
	switch n := draw.IntN(16); {
	case n < 7:
		ticked := []string{"", "EMAIL", "REGION", "FAMILY_NAME", "EMAIL,REGION"}[draw.IntN(5)]
		r.ask(hand, deed{relation{p.n, university}, "press", ticked, ""}, fmt.Sprintf(
			`mutation @purpose(is: SERVICE) { requestConsultation(input: {university: %q, categories: [%s]}) { id } }`, university, ticked))
	case n < 11:
		r.withdraw(hand, draw, p, "withdraw", "press")
	case n < 13:
		r.withdraw(hand, draw, p, "withdraw policy", "accept")
	default:
		r.accept(hand, p)
	}
}

// self is a look of a person at their own.
func (r *race) self(hand int, p actor) {
	r.ask(hand, deed{relation{p.n, ""}, "look", "", ""},
		`query @purpose(is: SERVICE) { me { givenName consents { id basis university { code } state categories history { state } } } }`)
}

func (r *race) accept(hand int, p actor) {
	r.ask(hand, deed{relation{p.n, ""}, "accept", "", ""}, `mutation @purpose(is: SERVICE) { acceptPolicy(version: 1) { id } }`)
}

// withdraw withdraws one of the consents that a deed has given.
func (r *race) withdraw(hand int, draw *rand.Rand, p actor, what, gave string) {
	id := r.one(draw, fmt.Sprint(gave, p.n))
	if id != moreThanAny {
		scopes := []string{"null", "[PROCESSING]", "[THIRD_PARTIES, PROCESSING]"}[draw.IntN(3)]
		r.ask(hand, deed{relation{p.n, ""}, what, "", id}, fmt.Sprintf(`mutation @purpose(is: SERVICE) { withdrawConsent(id: %q, scopes: %s) { id } }`, id, scopes))
	}
}

// look is one look of a university: at all, or at a part, in one operation.
func (r *race) look(hand int, draw *rand.Rand, university string) {
	lead := r.one(draw, university)
	parts := []string{
		`leads(first: 10) { nodes { id consent { id categories } user { familyName givenName phone email region { code } } } }`,
		`endedLeads(since: "2020-01-01T00:00:00Z", first: 500) { nodes { id } }`,
		fmt.Sprintf(`lead(id: %q) { user { phone } }`, lead),
	}
	if which := draw.IntN(5); which < 3 {
		parts = parts[which : which+1]
	}
	r.ask(hand, deed{relation{0, university}, "look", "", lead}, "query @purpose(is: CONSULTATION) { "+strings.Join(parts, " ")+" }")
}

// one is one of the latest of the ids that are known.
func (r *race) one(draw *rand.Rand, key string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.known[key]
	if len(all) == 0 {
		return moreThanAny
	}
	return all[max(0, len(all)-1-draw.IntN(3))]
}

// ask asks, and notes when it did and what it was told.
func (r *race) ask(hand int, d deed, query string) {
	client, user := d.university, ""
	if d.person > 0 {
		client, user = actors[d.person-1].client, actors[d.person-1].id()
	}
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		r.t.Error(err)
	}
	a := reply{deed: d, hand: hand, call: int64(time.Since(r.began))}
	text, err := r.stage.ask(client, user, body)
	a.answer = int64(time.Since(r.began))
	if err == nil {
		err = json.Unmarshal(text, &a.said)
	}
	if err != nil {
		r.t.Errorf("%v: %s", err, text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done = append(r.done, a)
	if id := a.id(); id != "" {
		r.known[fmt.Sprint(d.what, d.person)] = append(r.known[fmt.Sprint(d.what, d.person)], id)
	}
	for _, lead := range a.nodes("leads") {
		r.known[d.university] = append(r.known[d.university], lead["id"].(string))
	}
}

// id is that of the consent which a mutation names.
func (a reply) id() string {
	for _, root := range a.said.Data {
		if object, is := root.(map[string]any); is && a.what != "look" {
			return object["id"].(string)
		}
	}
	return ""
}

func (a reply) nodes(root string) (all []map[string]any) {
	list, _ := a.said.Data[root].(map[string]any)
	nodes, _ := list["nodes"].([]any)
	for _, n := range nodes {
		all = append(all, n.(map[string]any))
	}
	return all
}
