package privacy

import (
	"strings"
	"unicode/utf8"
)

// mask shortens a value to what may be shown of it where its category is
// MASKED. Of a code too short to mask nothing is shown; a name of one letter is
// its own first letter.
func mask(c Category, v string) string {
	switch c {
	case FamilyName, GivenName, Patronymic:
		return firstLetter(v) + "…"
	case IIN, TesteeCode:
		return lastTwo(v)
	case Phone:
		return "+7 *** *** ** " + tail(v)
	case Email:
		return maskEmail(v)
	default:
		return "…"
	}
}

func firstLetter(v string) string {
	_, n := utf8.DecodeRuneInString(v)
	return v[:n]
}

func lastTwo(v string) string {
	return strings.Repeat("*", max(0, len(v)-2)) + tail(v)
}

func tail(v string) string {
	if len(v) <= 2 {
		return strings.Repeat("*", len(v))
	}
	return v[len(v)-2:]
}

// maskEmail shows the first letter and the top-level domain: b***@***.kz.
func maskEmail(v string) string {
	at, dot := strings.LastIndexByte(v, '@'), strings.LastIndexByte(v, '.')
	if at < 0 || dot < at {
		return firstLetter(v) + "***@***"
	}
	return firstLetter(v) + "***@***" + v[dot:]
}
