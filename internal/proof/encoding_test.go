package proof_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// encodings are the ways in which a value could be written.
func encodings(v string) []string {
	escaped := strings.Trim(strconv.QuoteToASCII(v), `"`)
	all := []string{
		v, strings.ToUpper(v), strings.ToLower(v), reversed(v), spaced(v),
		escaped, strings.ToUpper(escaped), strings.ToLower(escaped), strings.ReplaceAll(strings.ToUpper(escaped), `\U`, `\u`), strings.ReplaceAll(escaped, `\`, `\\`),
		url.QueryEscape(v), url.PathEscape(v), strings.ToLower(url.QueryEscape(v)),
		numeric(v, "&#%d;"), numeric(v, "&#x%x;"),
	}
	for _, bytes := range [][]byte{[]byte(v), wide(v, 0), wide(v, 1)} {
		all = append(all, string(bytes), hex.EncodeToString(bytes), strings.ToUpper(hex.EncodeToString(bytes)), strings.Trim(fmt.Sprintf("%d", bytes), "[]"))
		for shift := range 3 {
			for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				all = append(all, inside(e, bytes, shift))
			}
		}
	}
	if digits := strings.TrimPrefix(v, "+"); digits != v {
		all = append(all, digits, digits[1:]) // as people write a number
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// inside is what base64 of a text around v, with v at this shift, surely has.
func inside(e *base64.Encoding, v []byte, shift int) string {
	encoded := e.EncodeToString(append(make([]byte, shift), v...))
	from := (shift*8 + 5) / 6
	return encoded[from : (shift+len(v))*8/6]
}

// wide is a text in UTF-16, the low byte first or last.
func wide(v string, lowFirst int) (bytes []byte) {
	for _, unit := range utf16.Encode([]rune(v)) {
		pair := []byte{byte(unit >> 8), byte(unit)}
		if lowFirst == 1 {
			slices.Reverse(pair)
		}
		bytes = append(bytes, pair...)
	}
	return bytes
}

func reversed(v string) string {
	runes := []rune(v)
	slices.Reverse(runes)
	return string(runes)
}

func spaced(v string) string { return strings.Join(strings.Split(v, ""), " ") }

func numeric(v, format string) string {
	var b strings.Builder
	for _, r := range v {
		fmt.Fprintf(&b, format, r)
	}
	return b.String()
}

// TestCanariesAreFound: in each encoding, within other text, and what follows from
// a value or is left of it by a mask.
func TestCanariesAreFound(t *testing.T) {
	people := states()
	s := newSearcher(people, 0, nothing)
	p := people[0].values(0, nothing)
	for column, category := range map[string]string{"iin": "IIN", "phone": "PHONE", "email": "EMAIL", "given_name": "GIVEN_NAME", "birth_date": "BIRTH_DATE"} {
		v := p[column]
		bytes := []byte(`{"a": "` + v + `"}`)
		for _, text := range []string{
			v, `"` + v + `"`, strconv.QuoteToASCII(v), strconv.Quote(strconv.QuoteToASCII(v)), url.QueryEscape(v), reversed(v),
			hex.EncodeToString(bytes), strings.ToUpper(hex.EncodeToString(bytes)), string(wide(v, 0)), string(wide(v, 1)),
			base64.StdEncoding.EncodeToString(bytes), base64.RawURLEncoding.EncodeToString(bytes[1:]), base64.URLEncoding.EncodeToString(bytes[2:]),
			base64.StdEncoding.EncodeToString(wide("x"+v, 1)), fmt.Sprintf("%d", bytes), fmt.Sprintf("%x", v),
		} {
			if !slices.Contains(s.found(text), canary{person: 1, category: category}) {
				t.Errorf("the %s is not found in %q", category, text)
			}
		}
	}
	iin, phone := p["iin"], p["phone"]
	for _, text := range []string{`"` + iin[:6] + `"`, "born " + iin[:7], p["birth_date"][8:] + "." + p["birth_date"][5:7] + "." + p["birth_date"][:4]} {
		if got := s.derived(text); len(got) != 1 || got[0][0] != (canary{person: 1, category: "BIRTH_DATE"}) {
			t.Errorf("the birth date is not found in %q: %v", text, got)
		}
	}
	if got := s.derived(`"` + masked("PHONE", phone) + `"`); len(got) != 1 || got[0][0] != (canary{person: 1, category: "PHONE", masked: true}) {
		t.Errorf("the masked phone is not found: %v", got)
	}
}

// TestCanariesAreUnique: a value that two people had would tell of neither.
func TestCanariesAreUnique(t *testing.T) {
	s := map[string]canary{}
	for _, p := range states() {
		for _, values := range append([]map[string]string{p.values(0, nothing)}, asMaps(p.results(0, nothing))...) {
			for column, category := range categoryOf {
				c := canary{person: p.n, category: category}
				if other, seen := s[values[column]]; seen && values[column] != "" {
					t.Errorf("%v is that of %v", c, other)
				}
				s[values[column]] = c
			}
		}
	}
}
