package proof_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// canary is a value that is recognisable wherever it is: whose, and of what.
type canary struct {
	person   int
	category string
}

// searcher finds canaries in whatever encoding they are.
type searcher struct {
	replacer *strings.Replacer
	canaries []canary
	written  *regexp.Regexp
}

// mark stands around the number of a canary that was found.
const mark = "\x00"

func newSearcher(people []person, twin int, hidden hides) *searcher {
	s := &searcher{written: regexp.MustCompile(`([ЖДӨШ])қ[аәбвгғдежзиймнңоөпрсту]{5}`)}
	var pairs []string
	add := func(c canary, value string) {
		marker := mark + strconv.Itoa(len(s.canaries)) + mark
		s.canaries = append(s.canaries, c)
		for _, e := range encodings(value) {
			pairs = append(pairs, e, marker)
		}
	}
	for _, p := range people {
		for _, rows := range append([]map[string]string{p.values(twin, hidden)}, asMaps(p.results(twin, hidden))...) {
			for _, column := range slices.Sorted(maps.Keys(rows)) {
				if category := categoryOf[column]; category != "" {
					add(canary{p.n, category}, rows[column])
				}
			}
		}
	}
	s.replacer = strings.NewReplacer(pairs...)
	return s
}

func asMaps(results []result) (all []map[string]string) {
	for _, r := range results {
		all = append(all, r)
	}
	return all
}

// encodings are the ways in which a value could be written.
func encodings(v string) []string {
	escaped := strings.Trim(strconv.QuoteToASCII(v), `"`)
	all := []string{
		v, escaped, strings.ToUpper(escaped), strings.ToUpper(v), strings.ToLower(v), strings.ToLower(escaped),
		hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v))),
		url.QueryEscape(v), url.PathEscape(v), strings.ToLower(url.QueryEscape(v)), reversed(v),
	}
	for shift := range 3 {
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, within(e, v, shift))
		}
	}
	if digits := strings.TrimPrefix(v, "+"); digits != v {
		all = append(all, digits, digits[1:]) // as people write a number
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// within is what base64 of a text around v, with v at this shift, surely has.
func within(e *base64.Encoding, v string, shift int) string {
	encoded := e.EncodeToString([]byte(strings.Repeat("\x00", shift) + v))
	from := (shift*8 + 5) / 6
	return encoded[from : (shift+len(v))*8/6]
}

func reversed(v string) string {
	runes := []rune(v)
	slices.Reverse(runes)
	return string(runes)
}

// found lists the canaries in a text.
func (s *searcher) found(text string) (all []canary) {
	parts := strings.Split(s.replacer.Replace(strings.ReplaceAll(text, mark, " ")), mark)
	for i := 1; i < len(parts); i += 2 {
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			panic(fmt.Sprintf("marks do not pair: %v", err))
		}
		all = append(all, s.canaries[n])
	}
	stems := map[string]string{"Ж": "GIVEN_NAME", "Д": "FAMILY_NAME", "Ө": "PATRONYMIC", "Ш": "ADDRESS"}
	for _, w := range s.written.FindAllStringSubmatch(text, -1) {
		all = append(all, canary{changing, stems[w[1]]})
	}
	return all
}

// changing is the person whom mutations change.
const changing = 9
