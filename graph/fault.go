package graph

import (
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// fault is an error that a client may see.
type fault struct {
	code     Code
	reason   string           // what is wrong, as a word for programs
	variant  string           // which of the reason's messages, where it has several
	argument []string         // the argument or input field at fault, from the field down
	category privacy.Category // that is at fault, if one is
	after    time.Duration    // when it is worth trying again; 0 where that does not change
	told     string           // what is wrong with a document within it, in the language of the request; mostly empty
}

func (f *fault) Error() string {
	return string(f.code) + " " + f.reason + ": " + f.text(applicant.LanguageEn, strings.Join(f.argument, "."))
}

// text is the fault as people are told it in a language, the argument at fault
// being named as given.
func (f *fault) text(l applicant.Language, argument string) string {
	if f.told != "" {
		return f.told
	}
	return fill(message(l, f.key()), []string{"argument"}, []string{argument})
}

// key is the key of the fault's message in the catalogues.
func (f *fault) key() string {
	key := string(f.code)
	if f.reason != "" {
		key += "/" + f.reason
	}
	if f.variant != "" {
		key += "/" + f.variant
	}
	return key
}

// badInput is the fault of an argument, named from its field down.
func badInput(reason string, argument ...string) error {
	return &fault{code: BadInput, reason: reason, argument: argument}
}
