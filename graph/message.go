package graph

import (
	_ "embed"
	"regexp"
	"strings"

	"joo.kz/kelisim/internal/applicant"
)

// The catalogues of messages, one a language: after the heading, each line is a
// key, a tab and a message. A key is CODE or CODE/REASON, or
// CODE/REASON/VARIANT where a reason has several messages. A message names its
// {placeholders}, which the client's own names fill and never a value.
var (
	//go:embed messages/en.tsv
	english string
	//go:embed messages/kk.tsv
	kazakh string
	//go:embed messages/ru.tsv
	russian string
)

func catalogue(l applicant.Language) string {
	switch l {
	case applicant.LanguageKk:
		return kazakh
	case applicant.LanguageRu:
		return russian
	default:
		return english
	}
}

// message is what people are told in a language under a key. A key that has no
// line has that of its beginning, up to the code, which has one.
func message(l applicant.Language, key string) string {
	_, after, found := strings.Cut(catalogue(l), "\n"+key+"\t")
	if last := strings.LastIndexByte(key, '/'); !found && last > 0 {
		return message(l, key[:last])
	}
	text, _, _ := strings.Cut(after, "\n")
	return text
}

// placeholder is a {placeholder} of a message after regexp.QuoteMeta, and filled
// what the validator writes there: names of a document or a schema, types, and
// nothing that a value would need.
var placeholder = regexp.MustCompile(`\\\{(\w+)\\\}`)

const filled = `(?P<$1>[\w$$.!\[\]]+(?:", "\w+)*)`

// retold is what the validator says of a document, in a language: by the first
// variant of the key whose English message is what it says. Words that no variant
// has may quote a value, and are not passed on: the key's own message stands for
// them.
func retold(l applicant.Language, key, said string) string {
	for line := range strings.Lines(english) {
		variant, form, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !strings.HasPrefix(variant, key+"/") {
			continue
		}
		pattern := regexp.MustCompile("^" + placeholder.ReplaceAllString(regexp.QuoteMeta(form), filled) + "$")
		if names := pattern.FindStringSubmatch(said); names != nil {
			return fill(message(l, variant), pattern.SubexpNames()[1:], names[1:])
		}
	}
	return message(l, key)
}

// fill puts names in the place of a message's placeholders.
func fill(text string, placeholders, names []string) string {
	var pairs []string
	for i, p := range placeholders {
		pairs = append(pairs, "{"+p+"}", names[i])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
