package proof_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// canary is a value that is recognisable wherever it is: whose, and of what.
type canary struct {
	person   int
	category string
	survey   string // that it was answered to
	masked   bool   // it is what a mask leaves of a value
}

// where a canary was found tells whether it may be there.
func (c canary) String() string {
	what := c.category
	if c.masked {
		what += ", masked,"
	}
	return fmt.Sprintf("the %s of person %d", what, c.person)
}

// searcher finds canaries in whatever encoding they are.
type searcher struct {
	replacer *strings.Replacer
	canaries []canary
	parts    map[string][]canary // what follows from a value, and masks: found as whole words
	words    *strings.Replacer
	texts    []string
}

// mark stands around the number of a canary that was found.
const mark = "\x00"

func newSearcher(people []person, twin int, hidden hides) *searcher {
	s := &searcher{parts: map[string][]canary{}}
	pairs := map[string]string{}
	add := func(c canary, value string) {
		marker := mark + strconv.Itoa(len(s.canaries)) + mark
		s.canaries = append(s.canaries, c)
		for _, e := range encodings(value) {
			pairs[e] = marker
		}
	}
	for _, p := range people {
		for _, rows := range append([]map[string]string{p.values(twin, hidden)}, asMaps(p.results(twin, hidden))...) {
			for _, column := range slices.Sorted(maps.Keys(rows)) {
				if category := categoryOf[column]; category != "" {
					add(canary{person: p.n, category: category}, rows[column])
					s.derive(p.n, category, rows[column])
				}
			}
		}
		for _, a := range p.answers(twin, hidden) {
			if a.field != "form" && len(a.values) > 0 {
				add(canary{person: p.n, category: "SURVEY", survey: a.survey}, a.values[0])
			}
		}
	}
	for category, values := range written() {
		for _, v := range values {
			add(canary{person: changing, category: category}, v)
			s.derive(changing, category, v)
		}
	}
	flat := make([]string, 0, 2*len(pairs))
	for _, e := range slices.Sorted(maps.Keys(pairs)) {
		flat = append(flat, e, pairs[e])
	}
	s.replacer = strings.NewReplacer(flat...)
	s.compile()
	return s
}

// derive adds what follows from a value, or is left of it by a mask.
func (s *searcher) derive(person int, category, value string) {
	part := func(c canary, text string) {
		if !slices.Contains(s.parts[text], c) {
			s.parts[text] = append(s.parts[text], c)
		}
	}
	if category == "IIN" { // its first six digits are the birth date, the seventh tells the sex
		part(canary{person: person, category: "BIRTH_DATE"}, value[:6])
		part(canary{person: person, category: "BIRTH_DATE"}, value[:7])
	}
	if category == "BIRTH_DATE" {
		y, m, d := value[:4], value[5:7], value[8:]
		for _, text := range []string{d + "." + m + "." + y, y + m + d, d + m + y, d + "/" + m + "/" + y, m + "/" + d + "/" + y, value + "T00:00:00Z"} {
			part(canary{person: person, category: "BIRTH_DATE"}, text)
		}
	}
	if slices.Contains(maskable, category) {
		m := masked(category, value)
		for _, text := range []string{m, strings.Trim(strconv.QuoteToASCII(m), `"`)} {
			part(canary{person: person, category: category, masked: true}, text)
		}
	}
}

var maskable = []string{"FAMILY_NAME", "GIVEN_NAME", "PATRONYMIC", "IIN", "PHONE", "EMAIL", "TESTEE_CODE"}

func (s *searcher) compile() {
	s.texts = slices.SortedFunc(maps.Keys(s.parts), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	pairs := make([]string, 0, 2*len(s.texts))
	for i, text := range s.texts {
		pairs = append(pairs, text, mark+strconv.Itoa(i)+mark)
	}
	s.words = strings.NewReplacer(pairs...)
}

func asMaps(results []result) (all []map[string]string) {
	for _, r := range results {
		all = append(all, r)
	}
	return all
}

// found lists the canaries in a text.
func (s *searcher) found(text string) (all []canary) {
	for _, f := range marked(s.replacer, text) {
		all = append(all, s.canaries[f.n])
	}
	return all
}

// derived lists what is found of values that are not there themselves, as whole
// words: each time all whose it could be.
func (s *searcher) derived(text string) (all [][]canary) {
	for _, f := range marked(s.words, text) {
		before, _ := utf8.DecodeLastRuneInString(f.before)
		after, _ := utf8.DecodeRuneInString(f.after)
		if !within(before, "_*.:/-") && !within(after, "_*/-") {
			all = append(all, s.parts[s.texts[f.n]])
		}
	}
	return all
}

// within tells whether a word goes on with a rune.
func within(r rune, also string) bool {
	return unicode.IsDigit(r) || unicode.IsLetter(r) || strings.ContainsRune(also, r)
}

// finding is what a replacer found: its number, and what is around it.
type finding struct {
	n             int
	before, after string
}

func marked(r *strings.Replacer, text string) (all []finding) {
	parts := strings.Split(r.Replace(strings.ReplaceAll(text, mark, " ")), mark)
	for i := 1; i < len(parts); i += 2 {
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			panic(fmt.Sprintf("marks do not pair: %v", err))
		}
		all = append(all, finding{n, parts[i-1], parts[i+1]})
	}
	return all
}
