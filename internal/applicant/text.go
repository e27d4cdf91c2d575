package applicant

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The most characters that a text may have.
const (
	longestName    = 100
	longestAddress = 300
	longestPlace   = 200
)

// line normalises a text of one line: NFC, without space around it and with
// single spaces in it. It takes 1 to most characters, all of them printable, or
// tells the reason.
func line(s string, most int) (normal, reason string) {
	s = strings.TrimSpace(s)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, hidden) {
		return "", reasonCharacter
	}
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", reasonEmpty
	case n > most:
		return "", reasonLength
	default:
		return s, ""
	}
}

// prose normalises a text of any lines: NFC, without space around it. It takes 1
// to most characters, all of them printable or the end of a line, or tells the
// reason.
func prose(s string, most int) (normal, reason string) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && hidden(r) }) {
		return "", reasonCharacter
	}
	s = norm.NFC.String(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", reasonEmpty
	case n > most:
		return "", reasonLength
	default:
		return s, ""
	}
}

// hidden tells whether a character is a control character, or one that is not
// seen, such as a mark of direction.
func hidden(r rune) bool {
	return unicode.IsControl(r) || !unicode.IsPrint(r) && !unicode.IsSpace(r)
}

// words are what a name is made of: letters and apostrophes, joined by hyphens
// and spaces.
var words = regexp.MustCompile(`^\pL[\pL']*(?:[- ]\pL[\pL']*)*$`)

// name normalises a family name, a given name or a patronymic, or tells the
// reason. Names are written as identity documents write them: in Cyrillic
// letters, the Kazakh ones included, or in Latin ones, not in both.
func name(s string) (normal, reason string) {
	if s, reason = line(s, longestName); reason != "" {
		return "", reason
	}
	s = plainPunctuation(s)
	cyrillic, latin := false, false
	for _, r := range s {
		switch {
		case r == '-' || r == '\'' || r == ' ':
		case unicode.IsLetter(r) && unicode.Is(unicode.Cyrillic, r):
			cyrillic = true
		case unicode.IsLetter(r) && unicode.Is(unicode.Latin, r):
			latin = true
		default:
			return "", reasonCharacter
		}
	}
	switch {
	case cyrillic && latin:
		return "", reasonMixedScript
	case !words.MatchString(s):
		return "", reasonPunctuation
	default:
		return s, ""
	}
}

// plainPunctuation writes the apostrophes and hyphens of typography as the plain
// ones.
func plainPunctuation(s string) string {
	return strings.NewReplacer("\u2019", "'", "\u02bc", "'", "\u2010", "-", "\u2011", "-").Replace(s)
}

func address(s string) (normal, reason string) { return line(s, longestAddress) }

func place(s string) (normal, reason string) { return line(s, longestPlace) }
