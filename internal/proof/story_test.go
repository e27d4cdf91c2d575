package proof_test

import (
	"encoding/json"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// memory is what one operation leaves to the next: what stands for the handles.
type memory map[string]string

func newMemory() memory {
	p := person{n: changing}
	return memory{
		"{consent}": p.consent("190"), "{session}": p.session(), "{result}": "00000000-0000-4000-a000-000000000900",
		"{challenge}": "none", "{code}": "000000", "{token}": "none",
	}
}

// into puts what is remembered into an operation.
func (m memory) into(o operation) operation {
	var pairs []string
	for handle, v := range sorted(m) {
		pairs = append(pairs, handle, v)
	}
	replacer := strings.NewReplacer(pairs...)
	o.text = replacer.Replace(o.text)
	encoded, err := json.Marshal(o.variables)
	if err == nil {
		o.variables = map[string]any{}
		err = json.Unmarshal([]byte(replacer.Replace(string(encoded))), &o.variables)
	}
	if err != nil {
		panic(err)
	}
	return o
}

var answered = regexp.MustCompile(`"proof(Id|Token)":"([^"]+)"`)

// learn remembers what a mutation gave.
func (m memory) learn(o operation, a answer) {
	if a.code != "" {
		m["{code}"] = a.code
	}
	for _, found := range answered.FindAllStringSubmatch(string(a.body), 1) {
		switch {
		case found[1] == "Token":
			m["{token}"] = found[2]
		case strings.HasSuffix(o.mutation, "Code"):
			m["{challenge}"] = found[2]
		case o.mutation == "requestConsultation" || o.mutation == "answerSurvey":
			m["{consent}"] = found[2]
		}
	}
}

// sorted goes through a map in the order of its keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// tell tries an operation of somebody, or several of the person who changes, each
// of which may go on with what those before it gave. Nothing of it stays.
func (s *suspicion) tell(t *rapid.T, w *world, r reader) {
	steps, k := 1, anything
	if r.person > 0 && rare(t, 2, "story") {
		steps, k = rapid.IntRange(2, 5).Draw(t, "steps"), mutations
		r.person = changing
	}
	m, changed := newMemory(), false
	defer func() {
		if changed {
			w.undo(t)
			s.look(t, w)
		}
	}()
	for i := range steps {
		if k == mutations && i > 0 && rapid.Bool().Draw(t, "read back") {
			k = queries
		}
		o := s.generator.operation(t, r, k)
		o.failing = s.failing(t, o)
		as := r
		if o.mutation != "" {
			as = r.trying(o.mutation)
		}
		changed = s.try(t, w, as, m.into(o), m) || changed
	}
}

// trying is who tries a mutation: the person who changes, or the client by itself
// where nobody is signed in yet.
func (r reader) trying(mutation string) reader {
	switch {
	case r.person == 0:
		return r
	case slices.Contains([]string{"requestSignInCode", "signIn", "refreshSession"}, mutation):
		r.person = 0
	default:
		r.person = changing
	}
	return r
}

// failing draws what goes wrong: nothing, mostly. What fails quotes a person.
func (s *suspicion) failing(t *rapid.T, o operation) failure {
	v := s.judge.people[1].values(0, nothing)
	words := v["phone"] + " " + v["iin"] + " " + v["given_name"]
	switch {
	case rare(t, 5, "failing"):
		return failure{at: rapid.IntRange(1, 6).Draw(t, "at"), words: words}
	case strings.HasSuffix(o.mutation, "Code") && rare(t, 2, "panics"):
		return failure{panics: true, words: words}
	default:
		return failure{}
	}
}
