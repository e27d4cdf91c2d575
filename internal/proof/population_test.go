package proof_test

import (
	"fmt"
	"strings"
	"time"
)

// moment is when everything is asked.
var moment = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// person is one applicant of the population. Everything about them follows from
// their number, their state and, in twins, from what is hidden.
type person struct {
	n     int
	state string
	// the consents: to the policy, and by university the categories given.
	policy, withdrawn, expired, restricted bool
	leads                                  map[string][]string
	// how the consents to surveys ended, by survey; empty for those that stand.
	surveys map[string]string
}

var everyOffered = strings.Fields("FAMILY_NAME GIVEN_NAME PATRONYMIC PHONE EMAIL ENT_RESULT PROFILE_SUBJECTS ENT_SCORES ENT_LANGUAGE REGION GRANT_RESULT")

// states are the states that a record can be in, each with a person of its own.
// The one who changes is the one that mutations are tried on.
func states() []person {
	two := []string{"GIVEN_NAME", "PHONE"}
	return []person{
		{n: 1, state: "full", policy: true, leads: map[string][]string{"013": everyOffered, "027": two}, surveys: map[string]string{plans: "", road: ""}},
		{n: 2, state: "default", policy: true, leads: map[string][]string{"013": two}},
		{n: 3, state: "results", policy: true, leads: map[string][]string{"013": {"GIVEN_NAME", "PHONE", "ENT_RESULT", "PROFILE_SUBJECTS", "GRANT_RESULT"}}},
		{n: 4, state: "withdrawn", policy: true, withdrawn: true, leads: map[string][]string{"013": everyOffered}},
		{n: 5, state: "expired", policy: true, expired: true, leads: map[string][]string{"013": everyOffered}},
		{n: 6, state: "restricted", policy: true, restricted: true, leads: map[string][]string{"013": everyOffered}},
		{n: 7, state: "stranger"},
		{n: 8, state: "other", policy: true, leads: map[string][]string{"027": everyOffered}},
		{n: changing, state: "changing", policy: true, leads: map[string][]string{"190": two}},
		{n: 10, state: "survey withdrawn", policy: true, surveys: map[string]string{plans: "WITHDRAWN", road: "WITHDRAWN"}},
		{n: 11, state: "survey expired", policy: true, surveys: map[string]string{plans: "EXPIRED"}},
		{n: 12, state: "survey mixed", policy: true, surveys: map[string]string{plans: "", road: "WITHDRAWN"}},
		{n: 13, state: "survey alone", surveys: map[string]string{plans: ""}},
	}
}

// changing is the person whom mutations change.
const changing = 9

func (p person) id() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", p.n) }

func (p person) lead(university string) string {
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", 1_000_000*p.n+atoi(university))
}

func (p person) consent(university string) string {
	return fmt.Sprintf("00000000-0000-4000-9000-%012d", 1_000_000*p.n+atoi(university))
}

// hides tells whether a reader may not see a category of a person; such values
// differ between twins.
type hides func(p person, category string) bool

func nothing(person, string) bool { return false }

// values are a person's own, by column; a value of a category that is hidden from
// the reader of a twin is another one.
func (p person) values(twin int, hidden hides) map[string]string {
	v := func(category string) int {
		if hidden(p, category) {
			return 2*p.n + twin
		}
		return 2 * p.n
	}
	name := func(category string) string { // as long as the twin is
		return initial(p.n) + strings.Repeat("ң", v(category)%2*3) + word("", v(category))
	}
	born := time.Date(2006, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 17*v("BIRTH_DATE"))
	sex := []string{"MALE", "FEMALE"}[v("SEX")/2%2^v("SEX")%2]
	return map[string]string{
		"family_name": name("FAMILY_NAME") + "ф",
		"given_name":  name("GIVEN_NAME") + "е",
		"patronymic":  name("PATRONYMIC") + "ә",
		"iin":         iin(born, sex, v("IIN")),
		"birth_date":  born.Format(time.DateOnly),
		"sex":         sex,
		"phone":       fmt.Sprintf("+7771000%02d%02d", 10+v("PHONE"), p.n),
		"email":       fmt.Sprintf("%c%scanary-%04x@example.com", 'a'+p.n%26, strings.Repeat("y", v("EMAIL")%2*9), 40503*v("EMAIL")%65536),
		"address":     "ул. " + word("А", v("ADDRESS")) + ", 1",
	}
}

// categoryOf is the category of each column that is a canary.
var categoryOf = map[string]string{
	"family_name": "FAMILY_NAME", "given_name": "GIVEN_NAME", "patronymic": "PATRONYMIC", "iin": "IIN",
	"birth_date": "BIRTH_DATE", "phone": "PHONE", "email": "EMAIL", "address": "ADDRESS",
	"place": "ENT_PLACE", "testee_code": "TESTEE_CODE", "test_date": "ENT_DATE",
}

// result is a row of ent_result.
type result map[string]string

func (p person) results(twin int, hidden hides) []result {
	n := 1
	if hidden(p, "ENT_RESULT") {
		n = 2 * twin
	}
	results := make([]result, 0, n+1)
	for i := range n + 1 {
		results = append(results, p.result(i, twin, hidden))
	}
	return results
}

// result is the ith: those of a year and session differ in their dates alone, which
// an order must not tell.
func (p person) result(i, twin int, hidden hides) result {
	v := func(category string) int {
		if hidden(p, category) {
			return 4*p.n + 2*i + twin
		}
		return 4*p.n + 2*i
	}
	r, s, d := v("ENT_RESULT"), v("ENT_SCORES"), v("ENT_DATE")
	day := 2*p.n + i
	if hidden(p, "ENT_DATE") && twin == 1 {
		day = 400 - d // and in the other order
	}
	return result{
		"id":          fmt.Sprintf("00000000-0000-4000-a000-%012d", 100*p.n+i),
		"year":        "2026",
		"session":     "MAIN",
		"total":       fmt.Sprint(60 + r%80),
		"scores":      fmt.Sprintf("{%d,%d,%d,%d,%d}", s%20, s%10, s%7, s%50, (s*7)%50),
		"subjects":    [2]string{"{HISTORY_KZ,MATH_LIT,READ_LIT,MATH,INFORMATICS}", "{HISTORY_KZ,MATH_LIT,READ_LIT,BIOLOGY,CHEMISTRY}"}[s%2],
		"language":    [3]string{"KK", "RU", "EN"}[v("ENT_LANGUAGE")%3],
		"test_date":   time.Date(2016, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day).Format(time.DateOnly),
		"place":       "ППЕНТ " + word("П", v("ENT_PLACE")),
		"testee_code": fmt.Sprintf("99%05d%02d", 31*v("TESTEE_CODE"), p.n),
	}
}

// initial is the first letter of a person's names, which a mask shows.
func initial(n int) string {
	letters := []rune("АӘБВГҒДЕЖЗИКҚЛМНҢОӨПРСТ")
	return string(letters[n%len(letters)])
}

// word is a word of Kazakh letters that no other number has.
func word(stem string, n int) string {
	letters := []rune("аәбвгғдежзиймнңоөпрсту")
	w := stem + "қ"
	for range 5 {
		w += string(letters[n%len(letters)])
		n = n/len(letters) + 7*n + 3
	}
	return w
}

// iin is an IIN of the synthetic block, with its check digit (a naive reading of
// the algorithm: twelve digits, two rows of weights).
func iin(born time.Time, sex string, n int) string {
	century := map[string]int{"MALE": 5, "FEMALE": 6}[sex]
	for serial := n % 100; ; serial++ {
		digits := fmt.Sprintf("%s%d99%02d", born.Format("060102"), century, serial%100)
		for _, weights := range [][]int{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2}} {
			sum := 0
			for i, w := range weights {
				sum += int(digits[i]-'0') * w
			}
			if sum%11 < 10 {
				return fmt.Sprint(digits, sum%11)
			}
		}
	}
}

func atoi(s string) (n int) {
	_, _ = fmt.Sscan(s, &n)
	return n
}
