package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// published are two surveys of two questions each.
const published = `INSERT INTO survey (id, version, published_at, retention_days, definition)
	SELECT id, 1, '2026-11-01', 30, '{"id": "' || id || '", "title": {"kk": "a", "ru": "b", "en": "c"}, "purpose": {"kk": "a", "ru": "b", "en": "c"},
		"retentionDays": 30, "fields": [{"id": "first", "type": "TEXT", "label": {"kk": "a", "ru": "b", "en": "c"}},
		{"id": "second", "type": "TEXT", "label": {"kk": "a", "ru": "b", "en": "c"}}]}'
	FROM unnest(ARRAY['plans', 'transport']) AS id;`

// answered are answers of the people full and another to the first of them.
const answered = published + `
	INSERT INTO consent (user_id, id, basis, survey, survey_version, categories, policy_version, given_at, expires_at)
	SELECT user_id, gen_random_uuid(), 'SURVEY_CONSENT', 'plans', 1, '{SURVEY}', 1, '2026-11-02', '2026-12-02' FROM applicant WHERE user_id IN ('` + full + `', '` + another + `');
	INSERT INTO survey_answer (user_id, consent_id, n, field, value, answered_at, kept_until)
	SELECT user_id, id, 1, 'first', convert_to('["Жезқазған ' || right(user_id::text, 1) || '"]', 'UTF8'), given_at, expires_at FROM consent WHERE survey = 'plans'`

func peopleWhoAnswered(t *testing.T, db *sqlx.DB, v *vault.Vault) {
	t.Helper()
	people(t, db, v)
	if err := postgrestest.Load(t.Context(), db, v, answered); err != nil {
		t.Fatal(err)
	}
}

func peopleWithSurveys(t *testing.T, db *sqlx.DB, v *vault.Vault) {
	t.Helper()
	people(t, db, v)
	if _, err := db.ExecContext(t.Context(), published); err != nil {
		t.Fatal(err)
	}
}

// answerTo answers both questions of a survey alike.
func answerTo(survey, value string) string {
	return fmt.Sprintf(`mutation @purpose(is: SERVICE) { answerSurvey(input: {survey: %q, version: 1,
		answers: [{field: "first", values: [%q]}, {field: "second", values: [%q]}]}) { id consent { state } } }`, survey, value, value)
}

const readAnswers = `query @purpose(is: %s) { me { surveyAnswers { survey answers { field values } } } }`

func surveyAnswers(purpose string) string { return fmt.Sprintf(readAnswers, purpose) }

// lost are answers that stand on no consent, and consents to a survey that stand
// without all its answers, or beside another to the same.
const lost = `
	SELECT (SELECT count(*) FROM survey_answer a JOIN consent c ON c.user_id = a.user_id AND c.id = a.consent_id WHERE c.withdrawn_at IS NOT NULL)
		+ (SELECT count(*) FROM consent c WHERE c.survey IS NOT NULL AND c.withdrawn_at IS NULL AND 2 <>
			(SELECT count(*) FROM survey_answer a WHERE a.user_id = c.user_id AND a.consent_id = c.id))
		+ (SELECT count(*) FROM (SELECT FROM consent WHERE survey IS NOT NULL AND withdrawn_at IS NULL GROUP BY user_id, survey HAVING count(*) > 1) twice)`

// Answers at once, more than there are connections, make one consent and one set
// of answers, that of one of them.
func TestAnswersAtOnceMakeOneSet(t *testing.T) {
	const hands = 16
	a := newAPI(t, peopleWithSurveys)
	ids, answers := map[any]bool{}, make([]string, hands)
	together(hands, func(i int) {
		answers[i] = a.ask(person(privacy.App, full), answerTo("plans", fmt.Sprintf("hand %d", i)))
	})
	for _, answer := range answers {
		receipt, _ := parse(t, answer).Data["answerSurvey"].(map[string]any)
		ids[receipt["id"]] = true
	}
	if len(ids) != 1 || ids[nil] {
		t.Errorf("consents %v", ids)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM consent WHERE survey = 'plans'`:                                                                                   1,
		`SELECT count(*) FROM survey_answer`:                                                                                                    2,
		`SELECT count(*) FROM consent_event e JOIN consent c ON c.id = e.consent_id WHERE c.survey = 'plans'`:                                   hands,
		`SELECT max(seq) FROM consent_event e JOIN consent c ON c.id = e.consent_id WHERE c.survey = 'plans'`:                                   hands,
		`SELECT count(*) FROM consent_event e JOIN consent c ON c.id = e.consent_id WHERE c.survey = 'plans' AND seq = 1 AND e.state = 'GIVEN'`: 1,
		lost: 0,
	} {
		if got := a.count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	shown := a.ask(person(privacy.App, full), surveyAnswers("SERVICE"))
	if !slices.ContainsFunc(slices.Collect(handsOf(hands)), func(hand string) bool { return strings.Count(shown, `"`+hand+`"`) == 2 }) {
		t.Errorf("not the answers of one hand: %s", shown)
	}
}

func handsOf(n int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("hand %d", i)) {
				return
			}
		}
	}
}

// Whichever comes first, an answer or a withdrawal, of the survey or of the policy:
// no answer is left without a consent that stands.
func TestAnswerDuringAWithdrawal(t *testing.T) {
	a := newAPI(t, peopleWithSurveys)
	a.exec(`INSERT INTO consent_event (user_id, consent_id, seq, at, state, scopes, categories, policy_version, language, sha256, channel, evidence)
		SELECT user_id, id, 9, given_at, 'WITHDRAWN', '{}', '{}', 1, 'RU', '', 'APP', 'before' FROM consent WHERE user_id = '` + full + `' LIMIT 1`)
	kept, gone, refused := 0, 0, 0
	for round := range 30 {
		answer := a.ask(person(privacy.App, full), answerTo("plans", "before"))
		receipt, _ := parse(t, answer).Data["answerSurvey"].(map[string]any)
		id, _ := receipt["id"].(string)
		if round%3 == 0 {
			a.get(&id, `SELECT id FROM consent WHERE user_id = $1 AND basis = 'POLICY_CONSENT' AND withdrawn_at IS NULL`, full)
		}
		withdraw := fmt.Sprintf(`mutation @purpose(is: SERVICE) { withdrawConsent(id: %q) { state } }`, id)
		again := answerTo("plans", "during")
		answers := make([]string, 4)
		together(4, func(i int) {
			answers[i] = a.ask(person(privacy.App, full), []string{again, withdraw, again, again}[(i+round)%4])
		})
		all := strings.Join(answers, "\n")
		if strings.Contains(all, "INTERNAL") || strings.Count(all, `"WITHDRAWN"`) == 0 {
			t.Fatalf("round %d:\n%s", round, all)
		}
		if n := a.count(lost); n != 0 {
			t.Fatalf("round %d: %d are lost:\n%s", round, n, all)
		}
		refused += strings.Count(all, "POLICY_NOT_ACCEPTED")
		if strings.Contains(a.ask(person(privacy.App, full), surveyAnswers("SUBJECT_ACCESS")), "during") {
			kept++
		} else {
			gone++
		}
		a.ask(person(privacy.App, full), acceptIt)
	}
	if kept == 0 || gone == 0 || refused == 0 {
		t.Errorf("answers were kept %d times, gone %d times, refused %d times: there was no race", kept, gone, refused)
	}
}

func (a *api) get(into any, query string, args ...any) {
	a.t.Helper()
	if err := a.db.GetContext(a.t.Context(), into, query, args...); err != nil {
		a.t.Fatal(err)
	}
}

// G6: once a withdrawal has answered, no response that starts later shows an
// answer, whatever it is read for.
func TestNoAnswerIsShownAfterAWithdrawal(t *testing.T) {
	const readers = 60
	a := newAPI(t, peopleWithSurveys)
	receipt := parse(t, a.ask(person(privacy.App, full), answerTo("plans", "Жезқазған"))).Data["answerSurvey"].(map[string]any)
	withdraw := fmt.Sprintf(`mutation { withdrawConsent(id: %q) { __typename } }`, receipt["id"])
	var answered atomic.Bool
	var before, after, late atomic.Int64
	together(readers+1, func(i int) {
		if i == readers/2 {
			for before.Load() < readers/10 { // let some read first
				a.ask(person(privacy.Site, full), surveyAnswers("SERVICE"))
			}
			a.ask(person(privacy.App, full), withdraw)
			answered.Store(true)
			return
		}
		for began, later := false, 0; later < 2; {
			if began = answered.Load(); began {
				later++
			}
			shown := strings.Contains(a.ask(person(privacy.App, full), surveyAnswers([]string{"SERVICE", "SUBJECT_ACCESS"}[i%2])), "Жезқазған")
			switch {
			case began && shown:
				late.Add(1)
			case shown:
				before.Add(1)
			case began:
				after.Add(1)
			}
		}
	})
	if late.Load() > 0 || before.Load() == 0 || after.Load() == 0 {
		t.Errorf("shown %d times before and %d times after, withheld %d times", before.Load(), late.Load(), after.Load())
	}
}

// An answer is read as far as the version of the policy allows that its own consent
// was given under, and no further for another's sake.
func TestAnswersAreReadUnderTheirOwnVersion(t *testing.T) {
	a := newAPI(t, peopleWithSurveys)
	app, site := person(privacy.App, full), person(privacy.Site, full)
	a.ask(app, answerTo("plans", "under the first"))
	a.exec(`INSERT INTO policy_version (version, published_at, effective_from, rules) SELECT 2, '2026-11-02', '2026-11-02', rules FROM policy_version WHERE version = 1;
		INSERT INTO policy_rule SELECT 2, audience, purpose, basis, full_bits & CASE audience WHEN 'APP' THEN ~category_bit('SURVEY') ELSE -1 END, masked_bits FROM policy_rule WHERE version = 1;
		INSERT INTO policy_text (version, language, published_at, url, text) VALUES (2, 'RU', '2026-11-02', 'u', 'the second')`)
	if answer := a.ask(app, strings.Replace(acceptIt, "version: 1", "version: 2", 1)); !strings.Contains(answer, "GIVEN") {
		t.Fatal(answer)
	}
	a.ask(app, answerTo("transport", "under the second"))
	check := func(what string, answer string, first, second bool) {
		t.Helper()
		if strings.Contains(answer, "under the first") != first || strings.Contains(answer, "under the second") != second {
			t.Errorf("%s: %s", what, answer)
		}
	}
	check("the app", a.ask(app, surveyAnswers("SERVICE")), true, false)
	check("the site", a.ask(site, surveyAnswers("SERVICE")), true, true)
	check("their own data", a.ask(app, surveyAnswers("SUBJECT_ACCESS")), true, true)

	a.exec(`UPDATE consent SET expires_at = '2026-11-20 11:00Z', given_at = '2026-11-19' WHERE survey = 'plans'`)
	answer, statements := a.asked(app, surveyAnswers("SERVICE"))
	check("the app, when the first is over", answer, false, false)
	if !strings.Contains(answer, `"reason":"CONSENT_MISSING"`) {
		t.Errorf("no reason: %s", answer)
	}
	for _, s := range statements {
		if rows := a.rows(s.SQL, s.Args...); strings.Contains(s.SQL, "survey_answer ") && len(rows) > 0 {
			t.Errorf("%d rows left the database in vain", len(rows))
		}
	}
	check("the site, when the first is over", a.ask(site, surveyAnswers("SERVICE")), false, true)
}

// Without a rule for answers in the policy in force none are taken in; nor from who
// accepted a version without one, before they accept the one that has it.
func TestNoSurveyUnderAPolicyWithoutAny(t *testing.T) {
	a := newAPI(t, peopleWithSurveys)
	a.exec(`INSERT INTO policy_version (version, published_at, effective_from, rules)
		SELECT 2, '2026-11-02', '2026-11-02', regexp_replace(rules, 'SURVEY[^\n]*\n', '') FROM policy_version WHERE version = 1;
		INSERT INTO policy_text (version, language, published_at, url, text) VALUES (2, 'RU', '2026-11-02', 'u', 'the second')`)
	answer := a.ask(person(privacy.App, full), answerTo("plans", "a"))
	if codes := parse(t, answer).codes(); !slices.Equal(codes, []string{"NOT_FOUND"}) || a.count("SELECT count(*) FROM survey_answer") != 0 {
		t.Error(answer)
	}
	accept := func(version string) {
		a.ask(person(privacy.App, full), strings.Replace(acceptIt, "version: 1", "version: "+version, 1))
	}
	accept("2")
	a.exec(`INSERT INTO policy_version (version, published_at, effective_from, rules) SELECT 3, '2026-11-03', '2026-11-03', rules FROM policy_version WHERE version = 1;
		INSERT INTO policy_text (version, language, published_at, url, text) VALUES (3, 'RU', '2026-11-03', 'u', 'the third')`)
	if answer := a.ask(person(privacy.App, full), answerTo("plans", "a")); !strings.Contains(answer, "POLICY_NOT_ACCEPTED") || a.count("SELECT count(*) FROM survey_answer") != 0 {
		t.Error(answer)
	}
	accept("3")
	if answer := a.ask(person(privacy.App, full), answerTo("plans", "a")); strings.Contains(answer, "errors") {
		t.Error(answer)
	}
}

// surveyReader is a person who reads their answers.
func surveyReader() (sealedReader, shownColumn) {
	c := shownColumn{
		postgres.SealedColumn{Place: vault.Place{Table: "survey_answer", Column: "value"}, Group: vault.Survey},
		[]any{"me", "surveyAnswers", 0.0, "answers", 0.0, "values"},
	}
	return sealedReader{caller: person(privacy.App, full), query: surveyAnswers("SUBJECT_ACCESS"), columns: []shownColumn{c}}, c
}

// TestForgedAnswerDoesNotOpen, nor one whose key was forged: it is null, with an
// error at its place.
func TestForgedAnswerDoesNotOpen(t *testing.T) {
	f := newForgerOf(t, peopleWhoAnswered)
	reader, c := surveyReader()
	size := f.rows(`SELECT octet_length(value) AS n FROM survey_answer WHERE user_id = $1`, full)[0]["n"].(int64)
	changes := maps.Clone(forgedKeys)
	delete(changes, "renamed to a group") // it is that group's
	for what, change := range changes {
		changes[what] = strings.ReplaceAll(change, "%k", "k.user_id = '"+full+"' AND k.key_group = 'SURVEY'")
	}
	for what, expression := range forgeries(c.SealedColumn, int(size)) {
		changes[what] = fmt.Sprintf("UPDATE survey_answer SET value = %s WHERE user_id = '%s'", expression, full)
	}
	for what, change := range changes {
		f.check(t, what, reader, reader.columns, change)
	}
}

// Surveys are kept for ever as they were published.
func TestSurveysAreAppendOnly(t *testing.T) {
	a := newAPI(t, peopleWithSurveys)
	for _, statement := range []string{`UPDATE survey SET retention_days = 31`, `DELETE FROM survey`, `TRUNCATE survey CASCADE`} {
		if _, err := a.db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// The database itself keeps one standing consent to a survey, and a survey to each
// such consent.
func TestDatabaseKeepsOneStandingConsentToASurvey(t *testing.T) {
	a := newAPI(t, peopleWhoAnswered)
	const another = `INSERT INTO consent (user_id, id, basis, survey, survey_version, categories, policy_version, given_at, expires_at)
		VALUES ('` + full + `', gen_random_uuid(), 'SURVEY_CONSENT', %s, '{SURVEY}', 1, '2026-11-03', '2026-12-03')`
	for values, constraint := range map[string]string{
		"'plans', 1":     "consent_to_survey_standing",
		"NULL, NULL":     "consent_names_its_survey",
		"'plans', NULL":  "consent_names_its_survey",
		"'transport', 2": "consent_survey_survey_version_fkey",
	} {
		if _, err := a.db.ExecContext(t.Context(), fmt.Sprintf(another, values)); err == nil || !strings.Contains(err.Error(), constraint) {
			t.Errorf("%s: %v", values, err)
		}
	}
}
