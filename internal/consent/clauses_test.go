package consent_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/consent"
)

// published is the text of version 1, as the migration has it.
func published(t testing.TB) string {
	t.Helper()
	migration, err := os.ReadFile("../../migrations/0003_policy.sql")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(migration), "$policy$")
	if len(parts) != 3 {
		t.Fatal("the migration has no text")
	}
	return parts[1]
}

func TestDiffOfThePublishedPolicy(t *testing.T) {
	text := published(t)
	edited := text
	for _, edit := range [][2]string{
		{"без ограничения срока", "на три года"},
		{"- 3.1.6. в иных целях", "- 3.1.7. в иных целях"},
		{"7.5. Все предложения", "7.4.1. Об изменениях сообщается.\n\n7.5.  Все\nпредложения"},
		{"ПОЛИТИКА", "НОВАЯ ПОЛИТИКА"},
	} {
		edited = strings.Replace(edited, edit[0], edit[1], 1)
	}
	const other = "в иных целях, предусмотренных Законодательством Республики Казахстан."
	want := []consent.Change{
		{Clause: "", Was: "ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ", Is: "НОВАЯ ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ"},
		{Clause: "3.1.7", Is: other},
		{Clause: "4.2", Was: "Пользователь дает согласие на обработку персональных данных без ограничения срока.", Is: "Пользователь дает согласие на обработку персональных данных на три года."},
		{Clause: "7.4.1", Is: "Об изменениях сообщается."},
		{Clause: "3.1.6", Was: other},
	}
	if diff := cmp.Diff(want, consent.Diff(text, edited)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestDiff(t *testing.T) {
	for name, c := range map[string]struct {
		was, is string
		want    []consent.Change
	}{
		"nothing":           {"", "", nil},
		"laid out anew":     {"1. A b\nc\n", "1.  A\n\n b c", nil},
		"of several lines":  {"4.4. A:\n\nb\n4.5. C\n", "4.4. A:\n\nd\n4.5. C\n", []consent.Change{{Clause: "4.4", Was: "A: b", Is: "A: d"}}},
		"a number within":   {"1. A\n", "1. A п. 6.1. b\n", []consent.Change{{Clause: "1", Was: "A", Is: "A п. 6.1. b"}}},
		"a tenth is no one": {"4.1. A\n4.10. B\n", "4.1. A\n4.10. C\n", []consent.Change{{Clause: "4.10", Was: "B", Is: "C"}}},
		"one number twice":  {"1. A\n1. B\n", "1. A B\n", nil},
		"all of it new":     {"", "1. A\n", []consent.Change{{Clause: "1", Is: "A"}}},
		"a date is none":    {"1. A\n", "1. A\n01.01.2026 b\n", []consent.Change{{Clause: "1", Was: "A", Is: "A 01.01.2026 b"}}},
	} {
		if diff := cmp.Diff(c.want, consent.Diff(c.was, c.is)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// FuzzDiffTellsBothWays: a text is no other than itself, and what is changed,
// new or gone one way is changed, gone or new the other way.
func FuzzDiffTellsBothWays(f *testing.F) {
	text := published(f)
	f.Add(text, strings.Replace(text, "4.7.", "4.8.", 1))
	f.Add("1. A\n2. B\n", "2. B\n1. C\n3. D\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		if changes := consent.Diff(a, a); changes != nil {
			t.Errorf("changed from itself: %+v", changes)
		}
		back := consent.Diff(b, a)
		for i, c := range back {
			back[i].Was, back[i].Is = c.Is, c.Was
		}
		there := consent.Diff(a, b)
		for _, changes := range [][]consent.Change{there, back} {
			slices.SortFunc(changes, func(x, y consent.Change) int { return strings.Compare(x.Clause, y.Clause) })
		}
		if diff := cmp.Diff(there, back); diff != "" {
			t.Errorf("(-there +back)\n%s", diff)
		}
	})
}
