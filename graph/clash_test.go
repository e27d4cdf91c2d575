package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/privacy"
)

// takenBy are IINs of testdata/people.sql by whose they are: of somebody with a lead,
// of somebody whose data are restricted, and of somebody who never accepted the policy.
var takenBy = map[string]string{
	"a lead": "080115599001", "somebody restricted": "080716699005", "a stranger": "090301699506",
}

// An IIN that somebody has is not available: by the same answer and the same
// statements, whoever has it.
func TestClashTellsNothingOfTheOther(t *testing.T) {
	a := newAPI(t, people)
	answers, shapes := map[string]string{}, map[string]string{}
	for whose, iin := range takenBy {
		answer, statements := a.asked(person(privacy.App, full), fmt.Sprintf(`mutation @purpose(is: SUBJECT_ACCESS) { updateProfile(input: {iin: %q}) { iin } }`, iin))
		if !strings.Contains(answer, `"path":"updateProfile.input.iin","reason":"UNAVAILABLE"`) || strings.Contains(answer, iin) {
			t.Errorf("of %s: %s", whose, answer)
		}
		answers[answer] = whose
		for _, s := range statements {
			shapes[whose] += s.SQL + ";"
		}
	}
	if len(answers) != 1 {
		t.Error(answers)
	}
	for whose, shape := range shapes {
		if diff := cmp.Diff(shapes["a stranger"], shape); diff != "" || shape == "" {
			t.Errorf("of %s:\n%s", whose, diff)
		}
	}
}

// What is wrong with an input is told from the input alone: whether somebody has the
// number is not looked up, nor is what the person has given already.
func TestValidatingReadsNobody(t *testing.T) {
	a := newAPI(t, people)
	for whose, iin := range takenBy {
		answer, statements := a.asked(person(privacy.App, full), fmt.Sprintf(`mutation { validateProfile(input: {iin: %q, email: "asem@example.com"}) { path reason message } }`, iin))
		if !strings.Contains(answer, `"validateProfile":[]`) {
			t.Errorf("of %s: %s", whose, answer)
		}
		if mentions(statements, regexp.MustCompile(`(?i)applicant|^\s*(insert|update|delete)`)) {
			t.Errorf("of %s: a person is looked at", whose)
		}
	}
}
