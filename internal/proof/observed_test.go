package proof_test

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shown is a field of User that the histories look at, with its category. What is
// below another field comes after it.
type shownField struct{ path, category string }

var profile = []shownField{
	{"familyName", "FAMILY_NAME"},
	{"givenName", "GIVEN_NAME"},
	{"patronymic", "PATRONYMIC"},
	{"iin", "IIN"},
	{"birthDate", "BIRTH_DATE"},
	{"phone", "PHONE"},
	{"email", "EMAIL"},
	{"profileSubjects", "PROFILE_SUBJECTS"},
	{"region", "REGION"},
	{"address", "ADDRESS"},
	{"entResults", "ENT_RESULT"},
	{"entResults.total", "ENT_RESULT"},
	{"entResults.scores", "ENT_SCORES"},
	{"entResults.scores.score", "ENT_SCORES"},
	{"entResults.language", "ENT_LANGUAGE"},
	{"grantApplications", "GRANT_RESULT"},
	{"grantApplications.status", "GRANT_RESULT"},
}

var answers = []shownField{
	{"surveyAnswers", "SURVEY"},
	{"surveyAnswers.survey", "SURVEY"},
	{"surveyAnswers.answeredAt", "SURVEY"},
	{"surveyAnswers.keptUntil", "SURVEY"},
	{"surveyAnswers.answers", "SURVEY"},
	{"surveyAnswers.answers.values", "SURVEY"},
}

const (
	profileFields = `familyName givenName patronymic iin birthDate phone email profileSubjects region { code } address
		entResults { total scores { score } language } grantApplications { status }`
	lookAtSelf = `($law: Boolean!) @purpose(is: %s) { me { ` + profileFields + ` surveyAnswers { consent survey answeredAt keptUntil answers { values } }
		consents @include(if: $law) { id basis state university { code } survey categories scopes policyVersion givenAt expiresAt withdrawnAt
			history { at state scopes categories until policyVersion channel } continuesUnder { at scopes } } } }`
	lookAtLeads = `query ($id: ID!) @purpose(is: CONSULTATION) { leads(first: 100) { totalCount nodes { ...l } } lead(id: $id) { ...l }
		endedLeads(since: "2020-01-01T00:00:00Z") { totalCount nodes { id endedAt } } }
	fragment l on Lead { id requestedAt programme { code } covers consent { id givenAt expiresAt categories policyVersion } user { ` + profileFields + ` } }`
)

// sight is all that an answer shows.
type sight struct {
	Data     map[string]any
	Errors   []string // code and path
	Withheld []string // path, reason and count
}

// look is what somebody looks at, and what the model says that they see.
type look struct {
	who, client, user, query string
	variables                map[string]any
	want                     sight
	got                      told
	err                      error
}

// Check looks as everybody at once, and compares with the model.
func (h *history) Check(t *rapid.T) {
	looks := h.looks()
	var all sync.WaitGroup
	for _, l := range looks {
		all.Go(func() { l.got, l.err = h.send(l.client, l.user, l.query, l.variables) })
	}
	all.Wait()
	for _, l := range looks {
		if l.err != nil {
			t.Fatal(l.err)
		}
		h.compare(t, l)
	}
}

func (h *history) looks() (all []*look) {
	for _, a := range actors {
		for _, purpose := range []string{"SERVICE", "SUBJECT_ACCESS"} {
			all = append(all, &look{
				who: fmt.Sprintf("person %d, %s", a.n, purpose), client: a.client, user: a.id(),
				query: "query " + fmt.Sprintf(lookAtSelf, purpose), variables: map[string]any{"law": purpose == "SUBJECT_ACCESS"}, want: h.self(a, purpose),
			})
		}
	}
	ids := []string{moreThanAny}
	for _, c := range h.consents {
		if c.lead != "" {
			ids = append(ids, c.lead)
		}
	}
	h.checks++
	id := ids[len(ids)-1-h.checks%min(3, len(ids))]
	for _, university := range universities {
		all = append(all, &look{
			who: "university " + university, client: university, query: lookAtLeads,
			variables: map[string]any{"id": id}, want: h.leads(university, id),
		})
	}
	return all
}

const moreThanAny = "00000000-0000-4000-8000-00000000ffff" // an id that nothing has

func (h *history) compare(t *rapid.T, l *look) {
	t.Helper()
	a, want := l.got, l.want
	got := sight{Data: a.Data}
	for _, e := range a.Errors {
		got.Errors = append(got.Errors, fmt.Sprint(e.Extensions["code"], " ", e.Extensions["path"]))
	}
	summary, _ := a.Extensions["privacy"].(map[string]any)
	lines, _ := summary["withheld"].([]any)
	for _, line := range lines {
		w, _ := line.(map[string]any)
		got.Withheld = append(got.Withheld, fmt.Sprint(w["path"], " ", w["category"], " ", w["reason"], " ", w["count"]))
	}
	for _, s := range []*sight{&got, &want} {
		slices.Sort(s.Errors)
		slices.Sort(s.Withheld)
	}
	if !reflect.DeepEqual(want, got) { // as cmp.Diff, and much faster
		t.Fatalf("%s (-want +got)\n%s", l.who, cmp.Diff(want, got))
	}
	if len(summary) > 0 && summary["policyVersion"] != float64(h.inForce()) {
		t.Fatalf("%s: version %v is said to be in force, not %d", l.who, summary["policyVersion"], h.inForce())
	}
}
