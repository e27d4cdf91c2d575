package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// Every IIN of the test vectors is judged through the API as the vectors say, but
// that the oldest are nobody's who applies; and no answer has the number.
func TestIINVectorsThroughTheAPI(t *testing.T) {
	content, err := os.ReadFile("../internal/applicant/testdata/iin_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Valid   []struct{ IIN, DOB string }
		Invalid []struct{ IIN, Why string }
	}
	if err := json.Unmarshal(content, &vectors); err != nil || len(vectors.Valid) < 20 || len(vectors.Invalid) < 15 {
		t.Fatalf("%d and %d vectors: %v", len(vectors.Valid), len(vectors.Invalid), err)
	}
	a := newAPI(t, people)
	judged := func(iin string) string {
		return a.ask(person(privacy.App, full), fmt.Sprintf(`mutation { validateProfile(input: {iin: %q}) { path reason message } }`, iin))
	}
	for _, v := range vectors.Valid {
		want := `{"validateProfile":[]}`
		if v.DOB < "1925" {
			want = `"reason":"AGE"`
		}
		if answer := judged(v.IIN); !strings.Contains(answer, want) {
			t.Errorf("%s: %s", v.DOB, answer)
		}
	}
	for _, v := range vectors.Invalid {
		answer := judged(v.IIN)
		if !strings.Contains(answer, `"path":"iin"`) || v.IIN != "" && strings.Contains(answer, v.IIN) {
			t.Errorf("%s: %s", v.Why, answer)
		}
	}
}
