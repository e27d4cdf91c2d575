package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/internal/privacy"
)

const (
	borisID = "00000000-0000-4000-8000-000000000002" // has one result, of MAIN 2026
	aDay    = `testDate: "2026-03-05"`
)

// sitting is the input of a result of March 2026.
func sitting(besides string) string {
	return `{year: 2026, session: MARCH, language: RU, ` + besides + ` scores: [{subject: MATH, score: 50},
		{subject: PHYSICS, score: 41}, {subject: READ_LIT, score: 10}, {subject: HISTORY_KZ, score: 5}, {subject: MATH_LIT, score: 7}]}`
}

func addResult(besides string) string {
	return `mutation @purpose(is: SUBJECT_ACCESS) { addEntResult(input: ` + sitting(besides) + `) { id total } }`
}

// linger has each writer wait before a statement, between looking and writing, so
// that writers who did not take turns would meet; and makes the connections, for
// which all but the first would wait longer than that.
func (a *api) linger(statement string) {
	together(4, func(int) { a.ask(person(privacy.App, borisID), ways["me"].whole("SUBJECT_ACCESS")) })
	a.listener.mu.Lock()
	defer a.listener.mu.Unlock()
	a.listener.before = func(_ int, query string) {
		if strings.HasPrefix(query, "/* "+statement+" */") {
			time.Sleep(100 * time.Millisecond)
		}
	}
}

// The same result added many times at once is there once, and of as many with one
// testee code one is.
func TestResultsAtOnceAreOne(t *testing.T) {
	const adders = 12
	for name, input := range map[string]func(i int) string{
		"sitting": func(int) string { return aDay },
		"code":    func(i int) string { return fmt.Sprintf(`testDate: "2026-03-%02d", testeeCode: "990000102"`, i+3) },
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, people)
			a.linger("insert_ent_result")
			answers := make([]string, adders)
			together(adders, func(i int) { answers[i] = a.ask(person(privacy.App, borisID), addResult(input(i))) })
			refused := 0
			for _, answer := range answers {
				refused += strings.Count(answer, `"reason":"DOUBLE"`)
			}
			if refused != adders-1 {
				t.Errorf("%d of %d were refused: %s", refused, adders, answers)
			}
			if n := a.count(`SELECT count(*) FROM ent_result WHERE user_id = '` + borisID + `'`); n != 2 {
				t.Errorf("%d results", n)
			}
		})
	}
}

// A person has fifty results at most, however many they add at once; one that is
// there may be written anew, with the code and the day that it has.
func TestFiftyResultsAtMost(t *testing.T) {
	a := newAPI(t, people)
	a.exec(`INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language)
		SELECT $1, gen_random_uuid(), 2000 + n, 'MAIN', 0, '{}', '{}', 'KK' FROM generate_series(1, 47) n`, borisID)
	a.linger("insert_ent_result")
	answers := make([]string, 6)
	together(len(answers), func(i int) {
		answers[i] = a.ask(person(privacy.App, borisID), addResult(fmt.Sprintf(`testDate: "2026-03-%02d", testeeCode: "99000010%d"`, i+3, i)))
	})
	if n := a.count(`SELECT count(*) FROM ent_result WHERE user_id = '` + borisID + `'`); n != 50 {
		t.Errorf("%d results", n)
	}
	told := false
	for _, answer := range answers {
		told = told || strings.Contains(answer, `"reason":"COUNT"`)
		result, _ := parse(t, answer).Data["addEntResult"].(map[string]any)
		if result == nil {
			continue
		}
		again := a.ask(person(privacy.App, borisID), fmt.Sprintf(`mutation @purpose(is: SUBJECT_ACCESS) {
			updateEntResult(id: "%s", input: %s) { id total } }`, result["id"], sitting(`testDate: "2026-03-20", testeeCode: "990000199"`)))
		if len(parse(t, again).Errors) > 0 {
			t.Errorf("written anew: %s", again)
		}
		a.exec(`DELETE FROM ent_result WHERE id = $1`, result["id"])
	}
	if !told {
		t.Errorf("nobody was told of the limit: %s", answers)
	}
}

// A testee code is at rest as ciphertext with its blind index, and opens for the
// person.
func TestTesteeCodeIsSealed(t *testing.T) {
	a := newAPI(t, people)
	answer := a.ask(person(privacy.App, borisID), addResult(aDay+`, testeeCode: "990000102"`))
	const sealed = `SELECT count(*) FROM ent_result WHERE session = 'MARCH' AND user_id = '` + borisID + `' AND octet_length(testee_code) > 33
		AND position('990000102'::bytea IN testee_code) = 0 AND num_nonnulls(testee_code_index_a, testee_code_index_b) = 1`
	if a.count(sealed) != 1 {
		t.Errorf("not sealed: %s", answer)
	}
	own := a.ask(person(privacy.App, borisID), `query @purpose(is: SUBJECT_ACCESS) { me { entResults { testeeCode } } }`)
	if !strings.Contains(own, `"990000102"`) {
		t.Errorf("not opened: %s", own)
	}
}
