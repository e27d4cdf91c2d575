package graph_test

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"joo.kz/kelisim/graph"
)

// documentFaults are documents by the key of what the validator says of them,
// which is retold with the names in it.
func documentFaults() map[string]string {
	faults := map[string]string{
		"FIELDS_ON_CORRECT_TYPE/FIELD":          `{ canary }`,
		"KNOWN_ARGUMENT_NAMES/DIRECTIVE":        `{ regions @skip(if: true, canary: 1) { code } }`,
		"KNOWN_ARGUMENT_NAMES/FIELD":            `{ regions(canary: 1) { code } }`,
		"KNOWN_DIRECTIVES/NAME":                 `{ regions @canary { code } }`,
		"KNOWN_DIRECTIVES/PLACE":                `query @skip(if: true) { regions { code } }`,
		"KNOWN_FRAGMENT_NAMES/NAME":             `{ ...canary }`,
		"KNOWN_TYPE_NAMES/NAME":                 `{ ... on Canary { code } }`,
		"LONE_ANONYMOUS_OPERATION/ONLY":         `{ regions { code } } { regions { code } }`,
		"NO_FRAGMENT_CYCLES/ITSELF":             `{ ...a } fragment a on Query { ...a }`,
		"NO_FRAGMENT_CYCLES/THROUGH":            `{ ...a } fragment a on Query { ...b } fragment b on Query { ...c } fragment c on Query { ...a }`,
		"NO_UNDEFINED_VARIABLES/NAME":           `{ vocabulary(enum: $canary) { value } }`,
		"NO_UNDEFINED_VARIABLES/OPERATION":      `query bird { vocabulary(enum: $canary) { value } }`,
		"NO_UNUSED_FRAGMENTS/NAME":              `{ regions { code } } fragment canary on Query { regions { code } }`,
		"NO_UNUSED_VARIABLES/NAME":              `query ($canary: Int) { regions { code } }`,
		"NO_UNUSED_VARIABLES/OPERATION":         `query bird($canary: Int) { regions { code } }`,
		"PROVIDED_REQUIRED_ARGUMENTS/DIRECTIVE": `{ regions @skip { code } }`,
		"PROVIDED_REQUIRED_ARGUMENTS/FIELD":     `{ explain { purpose } }`,
		"SCALAR_LEAFS/NONE":                     `{ regions { code { canary } } }`,
		"SCALAR_LEAFS/SOME":                     `{ regions }`,
		"UNIQUE_OPERATION_NAMES/NAME":           `query canary { regions { code } } query canary { regions { code } }`,
	}
	byKey := map[string]string{}
	for rule, document := range faults {
		byKey["BAD_INPUT/"+rule] = document
	}
	return byKey
}

// What the validator says of names is retold in each language with the names; in
// English it is what the validator says.
func TestValidatorIsRetold(t *testing.T) {
	russian, kazakh := messages(t, "ru"), messages(t, "kk")
	for key, document := range documentFaults() {
		t.Run(key, func(t *testing.T) {
			said := saidOf(t, document, strings.Split(key, "/")[1])
			for language, text := range map[string]string{"en": said, "ru": russian[key], "kk": kazakh[key]} {
				told := graph.Retold(language, key[:strings.LastIndexByte(key, '/')], said)
				if language == "en" && told != said {
					t.Errorf("en: %q, said %q", told, said)
				}
				checkFilled(t, text, told, said)
			}
		})
	}
}

// saidOf is what the validator says of the one rule of a document that it breaks.
func saidOf(t *testing.T, document, reason string) string {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range validator.ValidateWithRules(graph.Schema(), doc, graph.DocumentRules()) {
		if graph.RuleReason(e.Rule) == reason {
			return e.Message
		}
	}
	t.Fatalf("the rule is not broken")
	return ""
}

// checkFilled tells whether a message is told with each of its placeholders filled
// by words of what the validator said.
func checkFilled(t *testing.T, text, told, said string) {
	t.Helper()
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		_, after, _ := strings.Cut(rest, "}")
		if !strings.HasPrefix(told, before) {
			t.Fatalf("%q is not of %q", told, text)
		}
		told = told[len(before):]
		if !found {
			break
		}
		until, _, _ := strings.Cut(after, "{")
		name, _, _ := strings.Cut(told, until)
		if name == "" || !strings.Contains(said, name) {
			t.Fatalf("%q is not in %q", name, said)
		}
		text, told = after, told[len(name):]
	}
	if text == "" && told != "" {
		t.Errorf("%q is too much", told)
	}
}

// Words of the validator that the catalogue does not know may quote a value.
func TestUnknownWordsAreNotRetold(t *testing.T) {
	for _, said := range []string{
		`Cannot query field "+77710009998" on type "User".`,
		`Expected type PhoneNumber, found "+77710009998".`,
		`Cannot query field "a" on type "User". Did you mean "+77710009998"?`,
		"Cannot query field \"a\" on type \"+7771\n0009998\".",
	} {
		for _, language := range []string{"en", "ru", "kk"} {
			if told := graph.Retold(language, "BAD_INPUT/FIELDS_ON_CORRECT_TYPE", said); told != messages(t, language)["BAD_INPUT/FIELDS_ON_CORRECT_TYPE"] {
				t.Errorf("%s: %q", language, told)
			}
		}
	}
}
