package privacy_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// policy is the lawyer's reading of the rules: the two files in testdata, and
// what section 4 of the design says of them, in the words of the policy alone.
// It shares nothing with the tables of the package.
type policy struct {
	letters map[string]map[string]string // by AUDIENCE:PURPOSE, then by category
	implies map[string][]string          // of a category, directly
}

func readPolicy(t testing.TB) policy {
	t.Helper()
	p := policy{letters: map[string]map[string]string{}, implies: map[string][]string{}}
	rows := readTable(t, "testdata/policy-rules.tsv")
	for i, column := range rows[0][1:] {
		p.letters[column] = map[string]string{}
		for _, row := range rows[1:] {
			p.letters[column][row[0]] = row[i+1]
		}
	}
	for _, row := range readTable(t, "testdata/implications.tsv")[1:] {
		p.implies[row[0]] = strings.Split(row[1], ",")
	}
	return p
}

func readTable(t testing.TB, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	return rows
}

// situation is a reader who asks for a category of one person's data, and what
// is recorded for that person.
type situation struct {
	audience, purpose, category string

	policy     string            // the person's consent to the policy: MISSING, VALID, WITHDRAWN, EXPIRED
	accepted   map[string]string // by the version that it was given to: FULL or MASKED, by category
	basis      string            // what else is recorded: a consent, an order or a request
	state      string            // of that: MISSING, VALID, WITHDRAWN, EXPIRED
	covers     map[string]bool
	allows     map[string]string // by the version that it was given under, likewise
	restricted bool
}

// answer is what the policy answers: the rules' verdict, the treatment that this
// person's value gets (empty where it is withheld), and why it is withheld.
type answer struct{ verdict, treatment, reason string }

// answer reads the rules of a situation.
func (p policy) answer(s situation) answer {
	letter := p.letter(s)
	if letter == "-" {
		return answer{verdict: "NEVER"}
	}
	shown := "FULL"
	if letter == "M" {
		shown = "MASKED"
	}
	switch basis := basisFor(s); basis {
	case "LAW":
		return answer{verdict: atOnce(shown), treatment: shown}
	case "POLICY_CONSENT":
		if s.policy != "VALID" {
			shown = ""
		}
		return answer{verdict: atOnce(p.treatment(letter)), treatment: p.narrower(shown, s.category, s.accepted)}
	default:
		if !p.stands(s, basis) {
			return answer{verdict: "PER_RECORD", reason: reasonFor(s, basis)}
		}
		if basis != "DISCLOSURE_ORDER" && basis != "RIGHTS_REQUEST" { // these are given under no version
			shown = p.narrower(shown, s.category, s.allows)
		}
		return answer{verdict: "PER_RECORD", treatment: shown, reason: reasonFor(s, basis)}
	}
}

// narrower is what is left of a treatment under a version of the policy: nothing
// where the version allows nothing, nor in full where it does not allow so all
// that the category reveals; masked where it masks what can be shown in part.
func (p policy) narrower(shown, category string, version map[string]string) string {
	allowed := version[category]
	for _, c := range p.reveals(category) {
		if allowed == "FULL" && version[c] != "FULL" {
			allowed = ""
		}
	}
	switch {
	case shown == "" || allowed == "":
		return ""
	case shown == "FULL" && allowed == "MASKED" && !hasPart(category):
		return ""
	case shown == "MASKED":
		return "MASKED"
	default:
		return allowed
	}
}

// hasPart tells whether a part of a category's values can be shown: of a name its
// first letter, of a number its last digits, of an e-mail its ends.
func hasPart(category string) bool {
	parts := []string{"FAMILY_NAME", "GIVEN_NAME", "PATRONYMIC", "IIN", "PHONE", "EMAIL", "TESTEE_CODE"}
	return slices.Contains(parts, category)
}

// letter is the cell of the table; what is not in the table is never shown.
func (p policy) letter(s situation) string {
	letter := p.letters[s.audience+":"+s.purpose][s.category]
	if letter == "" {
		return "-"
	}
	return letter
}

func (p policy) treatment(letter string) string {
	if letter == "M" {
		return "MASKED"
	}
	return "FULL"
}

func atOnce(treatment string) string {
	if treatment == "MASKED" {
		return "MASK"
	}
	return "ALLOW"
}

// basisFor is what makes the reading lawful.
func basisFor(s situation) string {
	switch {
	case s.purpose == "SUBJECT_ACCESS":
		return "LAW"
	case s.audience == "UNIVERSITY":
		return "CONSULTATION_CONSENT"
	case s.audience == "STATE_BODY":
		return "DISCLOSURE_ORDER"
	case s.audience == "OPERATOR":
		return "RIGHTS_REQUEST"
	case s.category == "SURVEY":
		return "SURVEY_CONSENT"
	default:
		return "POLICY_CONSENT"
	}
}

// stands tells whether what is recorded opens the category: it is of the basis
// that the rule asks for, it is valid, it covers the category with all that the
// category implies, and no blocking ends the distribution.
func (p policy) stands(s situation, basis string) bool {
	if s.basis != basis || s.state != "VALID" {
		return false
	}
	if s.restricted && distributes(s.audience) {
		return false
	}
	return s.covers[s.category] && p.coversImplied(s)
}

func (p policy) coversImplied(s situation) bool {
	for _, c := range p.reveals(s.category) {
		if !s.covers[c] {
			return false
		}
	}
	return true
}

// reveals is what a category implies, and what that implies in turn.
func (p policy) reveals(category string) []string {
	var all []string
	for _, c := range p.implies[category] {
		all = append(append(all, c), p.reveals(c)...)
	}
	return all
}

// distributes tells whether the data leave for somebody else.
func distributes(audience string) bool { return audience == "UNIVERSITY" || audience == "STATE_BODY" }

// reasonFor is what the reader learns of why. A university and a state body learn
// of a blocking; whether a consent was withdrawn, has expired or never was, only
// the person learns.
func reasonFor(s situation, basis string) string {
	switch {
	case s.restricted && distributes(s.audience):
		return "RESTRICTED"
	case s.audience == "UNIVERSITY":
		return "CONSENT_SCOPE"
	case s.audience == "STATE_BODY", s.audience == "OPERATOR":
		return "ORDER_SCOPE"
	case s.basis == basis && s.state == "WITHDRAWN":
		return "CONSENT_WITHDRAWN"
	case s.basis == basis && s.state == "EXPIRED":
		return "CONSENT_EXPIRED"
	default:
		return "CONSENT_MISSING"
	}
}

// named is a word of the vocabulary and what the package calls it. The zero, and
// what lies past the end, are words that nobody knows.
type named[W any] struct {
	name  string
	value W
}

func audiences() []named[privacy.Audience] {
	return []named[privacy.Audience]{
		{"", 0},
		{"APP", privacy.App},
		{"SITE", privacy.Site},
		{"UNIVERSITY", privacy.University},
		{"STATE_BODY", privacy.StateBody},
		{"OPERATOR", privacy.Operator},
		{"", privacy.Operator + 1},
		{"", 255},
	}
}

func purposes() []named[privacy.Purpose] {
	return []named[privacy.Purpose]{
		{"", 0},
		{"IDENTIFICATION", privacy.Identification},
		{"AUTOFILL", privacy.Autofill},
		{"INPUT_VALIDATION", privacy.InputValidation},
		{"ACCESS", privacy.Access},
		{"SERVICE", privacy.Service},
		{"SUBJECT_ACCESS", privacy.SubjectAccess},
		{"CONSULTATION", privacy.Consultation},
		{"LEGAL_OBLIGATION", privacy.LegalObligation},
		{"RIGHTS_HANDLING", privacy.RightsHandling},
		{"", privacy.RightsHandling + 1},
		{"", 255},
	}
}

func knownCategories() []named[privacy.Category] {
	return []named[privacy.Category]{
		{"FAMILY_NAME", privacy.FamilyName},
		{"GIVEN_NAME", privacy.GivenName},
		{"PATRONYMIC", privacy.Patronymic},
		{"IIN", privacy.IIN},
		{"BIRTH_DATE", privacy.BirthDate},
		{"SEX", privacy.Sex},
		{"PHONE", privacy.Phone},
		{"EMAIL", privacy.Email},
		{"TESTEE_CODE", privacy.TesteeCode},
		{"ENT_RESULT", privacy.EntResult},
		{"PROFILE_SUBJECTS", privacy.ProfileSubjects},
		{"ENT_SCORES", privacy.EntScores},
		{"ENT_LANGUAGE", privacy.EntLanguage},
		{"ENT_DATE", privacy.EntDate},
		{"ENT_PLACE", privacy.EntPlace},
		{"REGION", privacy.Region},
		{"ADDRESS", privacy.Address},
		{"GRANT_RESULT", privacy.GrantResult},
		{"GRANT_APPLICATION", privacy.GrantApplication},
		{"GRANT_QUOTAS", privacy.GrantQuotas},
		{"SURVEY", privacy.Survey},
	}
}

func categories() []named[privacy.Category] {
	all := append([]named[privacy.Category]{{"", 0}}, knownCategories()...)
	return append(all, named[privacy.Category]{"", privacy.Survey + 1}, named[privacy.Category]{"", 255})
}

func bases() []named[privacy.Basis] {
	return []named[privacy.Basis]{
		{"", 0},
		{"POLICY_CONSENT", privacy.PolicyConsent},
		{"CONSULTATION_CONSENT", privacy.ConsultationConsent},
		{"SURVEY_CONSENT", privacy.SurveyConsent},
		{"DISCLOSURE_ORDER", privacy.DisclosureOrder},
		{"RIGHTS_REQUEST", privacy.RightsRequest},
		{"LAW", privacy.Law},
		{"", privacy.Law + 1},
	}
}

func states() []named[privacy.State] {
	return []named[privacy.State]{
		{"MISSING", privacy.Missing},
		{"VALID", privacy.Valid},
		{"WITHDRAWN", privacy.Withdrawn},
		{"EXPIRED", privacy.Expired},
		{"", privacy.Expired + 1},
	}
}

// scope is what a consent, an order or a request covers, in the words of the
// policy and as a set.
type scope struct {
	words map[string]bool
	set   privacy.Set
}

func scopeOf(covered func(name string) bool) scope {
	s := scope{words: map[string]bool{}}
	for _, c := range knownCategories() {
		if covered(c.name) {
			s.words[c.name] = true
			s.set |= privacy.SetOf(c.value)
		}
	}
	return s
}

// scopes are those that matter to a category: all, none, it with what it implies,
// it without what it implies, all but it, and all but one thing that it implies.
func (p policy) scopes(category string) []scope {
	implied := p.reveals(category)
	scopes := []scope{
		scopeOf(func(string) bool { return true }),
		scopeOf(func(string) bool { return false }),
		scopeOf(func(c string) bool { return c == category || slices.Contains(implied, c) }),
		scopeOf(func(c string) bool { return c == category }),
		scopeOf(func(c string) bool { return c != category }),
	}
	last := ""
	if len(implied) > 0 {
		last = implied[len(implied)-1]
	}
	return append(scopes, scopeOf(func(c string) bool { return c != last }))
}

// version is what a version of the policy allows, in the words of the policy and
// as sets.
type version struct {
	words   map[string]string
	allowed privacy.Allowed
}

func versionOf(treatment func(name string) string) version {
	v := version{words: map[string]string{}}
	for _, c := range knownCategories() {
		switch v.words[c.name] = treatment(c.name); v.words[c.name] {
		case "FULL":
			v.allowed.Full |= privacy.SetOf(c.value)
		case "MASKED":
			v.allowed.Masked |= privacy.SetOf(c.value)
		}
	}
	return v
}

// versions are pairs of what was accepted and what a consent was given under,
// such as matter to a category: all, and in the place of the one or the other
// nothing, it masked, and it without one thing that it implies.
func (p policy) versions(category string) [][2]version {
	all := versionOf(func(string) string { return "FULL" })
	last := category
	if implied := p.reveals(category); len(implied) > 0 {
		last = implied[len(implied)-1]
	}
	but := func(one, treatment string) version {
		return versionOf(func(c string) string {
			if c == one {
				return treatment
			}
			return "FULL"
		})
	}
	pairs := [][2]version{{all, all}}
	for _, v := range []version{versionOf(func(string) string { return "" }), but(category, "MASKED"), but(last, "")} {
		pairs = append(pairs, [2]version{v, all}, [2]version{all, v})
	}
	return pairs
}
