package proof_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"joo.kz/kelisim/internal/postgres"
)

// relation is that of a person and a university: what happens to it is a history of its own, of
// which what is done with the policy is a part.
type relation struct {
	person     int
	university string
}

// deed is what is done: accept, press, withdraw, or look.
type deed struct {
	relation

	what   string
	ticked string // press: categories
	id     string // withdraw: the consent; look: that of the lead which is asked for by its id
}

// outcome is what the answer says. A part that was not asked for is nil.
type outcome struct {
	code     string  // of an error
	id       string  // of the consent given or withdrawn
	policy   *string // the id of the standing consent to it; that of nobody where none stands
	named    *bool   // whether a person is shown their name for SERVICE
	standing *string // the consent that stands with what it covers and with what is shown
	events   *int    // of the consent that stands
	ended    *string // ids of consents
	asked    *bool   // whether the lead that was asked for is shown
}

// standingOf is the sequential model.
type standingOf struct {
	policy, consent, covers string
	events                  int
	ended                   string
}

// linear is the model that histories are checked against: at one moment between its
// call and its return, each deed happens whole.
var linear = porcupine.Model{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		by := map[relation][]porcupine.Operation{}
		for _, o := range all {
			by[o.Input.(deed).relation] = append(by[o.Input.(deed).relation], o)
		}
		var parts [][]porcupine.Operation
		for _, part := range by {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return standingOf{} },
	Step: func(s, d, o any) (bool, any) { return s.(standingOf).after(d.(deed), o.(outcome)) },
	DescribeOperation: func(d, o any) string {
		return fmt.Sprintf("%s %s%s → %s", d.(deed).what, d.(deed).ticked, d.(deed).id, o.(outcome))
	},
}

func (s standingOf) after(d deed, o outcome) (bool, standingOf) {
	if d.what == "press" && s.policy == "" {
		return o.code == "POLICY_NOT_ACCEPTED", s
	}
	if o.code != "" {
		return false, s
	}
	switch d.what {
	case "accept":
		good := s.policy == "" || s.policy == o.id
		s.policy = o.id
		return good, s
	case "press":
		if s.consent == "" {
			return !strings.Contains(s.ended, o.id), standingOf{s.policy, o.id, union("GIVEN_NAME,PHONE", d.ticked), 1, s.ended}
		}
		good := s.consent == o.id
		s.covers, s.events = union(s.covers, d.ticked), s.events+1
		return good, s
	case "withdraw":
		return o.id == d.id, s.without(d.id)
	case "withdraw policy":
		s.policy = ""
		return o.id == d.id, s.without(s.consent)
	default:
		return s.agrees(d, o), s
	}
}

// without is the state once a consent is withdrawn.
func (s standingOf) without(id string) standingOf {
	if id == s.consent && id != "" {
		s.ended = union(s.ended, id)
		s.consent, s.covers, s.events = "", "", 0
	}
	return s
}

// agrees tells whether a look shows the state.
func (s standingOf) agrees(d deed, o outcome) bool {
	return (o.policy == nil || *o.policy == s.policy) &&
		(o.named == nil || *o.named == (s.policy != "")) &&
		(o.standing == nil || *o.standing == s.consent+" "+s.covers) &&
		(o.events == nil || *o.events == s.events) &&
		(o.ended == nil || *o.ended == s.ended) &&
		(o.asked == nil || *o.asked == (d.id == s.consent))
}

func (o outcome) String() string {
	said := o.code + o.id
	for name, part := range map[string]*string{"policy": o.policy, "standing": o.standing, "ended": o.ended} {
		if part != nil {
			said += " " + name + " " + *part
		}
	}
	if o.named != nil {
		said += fmt.Sprint(" named: ", *o.named)
	}
	if o.asked != nil {
		said += fmt.Sprint(" shown by id: ", *o.asked)
	}
	return said
}

// union is a set of words, sorted, as one text.
func union(sets ...string) string {
	all := strings.FieldsFunc(strings.Join(sets, ","), func(r rune) bool { return r == ',' })
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ",")
}

// TestConsentIsLinearizable: whatever is done at once with the consents of a person
// to a university, by both, is answered as if one thing had happened after the other,
// each between its call and its answer. So once a withdrawal has answered, no answer
// to what was asked later shows the data. G6.
func TestConsentIsLinearizable(t *testing.T) {
	var ticks atomic.Int64
	w := newStage(t, postgres.Options{Now: func() time.Time { return noon.Add(time.Duration(ticks.Add(1)) * time.Microsecond) }})
	seen, rounds := map[string]int{}, 4
	if n, long := operations(); long {
		rounds = max(20, n/1000)
	}
	for round := range rounds {
		r := newRace(t, w, uint64(round))
		r.run()
		all := r.history()
		for _, o := range all {
			seen[o.Output.(outcome).kind(o.Input.(deed))]++
		}
		result, info := porcupine.CheckOperationsVerbose(linear, all, time.Minute)
		if result == porcupine.Ok {
			continue
		}
		file, err := os.CreateTemp("", "not-linearizable-*.html") //nolint:usetesting // the picture outlives the test
		if err == nil {
			err = porcupine.Visualize(linear, info, file)
		}
		t.Fatalf("round %d: %s; see %s (%v)", round, result, file.Name(), err)
	}
	t.Logf("%v", seen)
	for _, kind := range strings.Fields("accept press press:POLICY_NOT_ACCEPTED withdraw look:shown look:withheld") {
		if seen[kind] == 0 {
			t.Errorf("%s: never, so there was no race", kind)
		}
	}
}

// kind is a deed with how it was answered.
func (o outcome) kind(d deed) string {
	switch {
	case o.code != "":
		return d.what + ":" + o.code
	case o.standing != nil && *o.standing != " ":
		return d.what + ":shown"
	case d.what == "look":
		return d.what + ":withheld"
	default:
		return d.what
	}
}
