package privacy_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// word is a word of the vocabulary.
type word interface {
	comparable
	fmt.Stringer
}

// TestVocabularyIsThatOfTheFile: each constant is the word that the file means.
func TestVocabularyIsThatOfTheFile(t *testing.T) {
	checkWords(t, audiences(), privacy.ParseAudience)
	checkWords(t, purposes(), privacy.ParsePurpose)
	checkWords(t, categories(), privacy.ParseCategory)
	checkWords(t, bases(), func(s string) (b privacy.Basis, err error) { err = b.UnmarshalGQL(s); return b, err })
	if n := len(privacy.Audiences()) + len(privacy.Purposes()) + len(privacy.Categories()); n != 5+9+21 {
		t.Errorf("%d words, want %d", n, 5+9+21)
	}
}

func checkWords[W word](t *testing.T, words []named[W], parse func(string) (W, error)) {
	t.Helper()
	for _, w := range words {
		if w.name == "" {
			if w.value.String() != "UNKNOWN" {
				t.Errorf("%s: want a word that nobody knows", w.value)
			}
			continue
		}
		if parsed, err := parse(w.name); err != nil || parsed != w.value || w.value.String() != w.name {
			t.Errorf("%s: read as %s (%v), written as %s", w.name, parsed, err, w.value)
		}
	}
}

// TestVocabularyRefusesOtherWords, and quotes none of them.
func TestVocabularyRefusesOtherWords(t *testing.T) {
	for _, in := range []any{nil, "", "UNKNOWN", "phone", "PHONE ", "+77710009998", 7, []any{"PHONE"}, true} {
		category := privacy.Email
		err := category.UnmarshalGQL(in)
		if !errors.Is(err, privacy.ErrVocabulary) || category != privacy.Email {
			t.Errorf("%v: %v, read as %s", in, err, category)
		}
		if err != nil && strings.Contains(err.Error(), "77710009998") {
			t.Errorf("%v: quoted", err)
		}
	}
}

// TestVocabularyWritesQuotedWords, which is what GraphQL expects.
func TestVocabularyWritesQuotedWords(t *testing.T) {
	for want, w := range map[string]interface{ MarshalGQL(io.Writer) }{
		`"UNIVERSITY"`:   privacy.University,
		`"CONSULTATION"`: privacy.Consultation,
		`"LAW"`:          privacy.Law,
		`"MASKED"`:       privacy.Masked,
		`"GRANT_QUOTAS"`: privacy.GrantQuotas,
		`"PER_RECORD"`:   privacy.PerRecord,
		`"UNKNOWN"`:      privacy.Category(0),
	} {
		var b strings.Builder
		w.MarshalGQL(&b)
		if b.String() != want {
			t.Errorf("written as %s, want %s", b.String(), want)
		}
	}
}
