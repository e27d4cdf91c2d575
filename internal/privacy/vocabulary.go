package privacy

import (
	"errors"
	"io"
	"strconv"
)

// ErrVocabulary is returned where a word is not one of the closed vocabulary.
// It never quotes the word.
var ErrVocabulary = errors.New("privacy: not a word of the vocabulary")

// The closed vocabulary of the schema. The zero of each is unknown, which no
// rule mentions and every decision denies.
type (
	// Audience is who reads.
	Audience uint8
	// Purpose is what an operation reads for.
	Purpose uint8
	// Basis is what makes a reading lawful.
	Basis uint8
	// Treatment is how a value is shown.
	Treatment uint8
	// Category is a kind of personal data.
	Category uint8
	// Verdict is what the rules alone say of a category, before any record is known.
	Verdict uint8
)

func (a Audience) String() string  { return word(audienceNames[:], a) }
func (p Purpose) String() string   { return word(purposeNames[:], p) }
func (b Basis) String() string     { return word(basisNames[:], b) }
func (t Treatment) String() string { return word(treatmentNames[:], t) }
func (c Category) String() string  { return word(categoryNames[:], c) }
func (v Verdict) String() string   { return word(verdictNames[:], v) }

// MarshalGQL writes the word as the schema spells it.
func (a Audience) MarshalGQL(w io.Writer) { marshalWord(w, a.String()) }

// MarshalGQL writes the word as the schema spells it.
func (p Purpose) MarshalGQL(w io.Writer) { marshalWord(w, p.String()) }

// MarshalGQL writes the word as the schema spells it.
func (b Basis) MarshalGQL(w io.Writer) { marshalWord(w, b.String()) }

// MarshalGQL writes the word as the schema spells it.
func (t Treatment) MarshalGQL(w io.Writer) { marshalWord(w, t.String()) }

// MarshalGQL writes the word as the schema spells it.
func (c Category) MarshalGQL(w io.Writer) { marshalWord(w, c.String()) }

// MarshalGQL writes the word as the schema spells it.
func (v Verdict) MarshalGQL(w io.Writer) { marshalWord(w, v.String()) }

// UnmarshalGQL reads the schema's word, or fails with [ErrVocabulary].
func (a *Audience) UnmarshalGQL(v any) error { return unmarshalWord(audienceNames[:], v, a) }

// UnmarshalGQL reads the schema's word, or fails with [ErrVocabulary].
func (p *Purpose) UnmarshalGQL(v any) error { return unmarshalWord(purposeNames[:], v, p) }

// UnmarshalGQL reads the schema's word, or fails with [ErrVocabulary].
func (b *Basis) UnmarshalGQL(v any) error { return unmarshalWord(basisNames[:], v, b) }

// UnmarshalGQL reads the schema's word, or fails with [ErrVocabulary].
func (t *Treatment) UnmarshalGQL(v any) error { return unmarshalWord(treatmentNames[:], v, t) }

// UnmarshalGQL reads the schema's word, or fails with [ErrVocabulary].
func (c *Category) UnmarshalGQL(v any) error { return unmarshalWord(categoryNames[:], v, c) }

// UnmarshalGQL reads the schema's word, or fails with [ErrVocabulary].
func (v *Verdict) UnmarshalGQL(in any) error { return unmarshalWord(verdictNames[:], in, v) }

// ParseAudience reads the schema's word, or fails with [ErrVocabulary].
func ParseAudience(s string) (Audience, error) {
	var a Audience
	err := a.UnmarshalGQL(s)
	return a, err
}

// ParsePurpose reads the schema's word, or fails with [ErrVocabulary].
func ParsePurpose(s string) (Purpose, error) {
	var p Purpose
	err := p.UnmarshalGQL(s)
	return p, err
}

// Audiences lists every audience, in the schema's order.
func Audiences() []Audience { return words[Audience](audiences) }

// Purposes lists every purpose, in the schema's order.
func Purposes() []Purpose { return words[Purpose](purposes) }

// Categories lists every category, in the schema's order.
func Categories() []Category { return words[Category](categories) }

func words[W ~uint8](n int) []W {
	all := make([]W, n)
	for i := range all {
		all[i] = W(i + 1)
	}
	return all
}

func word[W ~uint8](names []string, w W) string {
	if w == 0 || int(w) >= len(names) {
		return "UNKNOWN"
	}
	return names[w]
}

func marshalWord(w io.Writer, word string) {
	_, _ = io.WriteString(w, strconv.Quote(word))
}

func unmarshalWord[W ~uint8](names []string, v any, into *W) error {
	s, ok := v.(string)
	if !ok || s == "" {
		return ErrVocabulary
	}
	for i, name := range names {
		if name == s {
			*into = W(i)
			return nil
		}
	}
	return ErrVocabulary
}
