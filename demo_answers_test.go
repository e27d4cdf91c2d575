package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// personSQL is all there is of a person ($1), in the shape of wholePerson.
const personSQL = `
SELECT jsonb_build_object(
	'familyName', a.family_name, 'givenName', a.given_name, 'patronymic', a.patronymic, 'iin', a.iin,
	'birthDate', a.birth_date, 'sex', a.sex, 'phone', a.phone, 'email', a.email,
	'profileSubjects', a.profile_subjects, 'address', a.address,
	'region', (SELECT jsonb_build_object('code', r.code, 'nameRu', r.name_ru, 'nameKk', r.name_kk) FROM region r WHERE r.code = a.region),
	'entResults', (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
			'year', e.year, 'session', e.session, 'total', e.total, 'language', e.language,
			'testDate', to_char(e.test_date, 'YYYY-MM-DD'), 'place', e.place, 'testeeCode', e.testee_code,
			'scores', (SELECT jsonb_agg(jsonb_build_object('subject', s.subject, 'score', s.score) ORDER BY s.n)
				FROM unnest(e.subjects, e.scores) WITH ORDINALITY AS s (subject, score, n)))
			ORDER BY e.year DESC, CASE e.session WHEN 'AUGUST' THEN 1 WHEN 'MAIN' THEN 2 WHEN 'MARCH' THEN 3 ELSE 4 END), '[]')
		FROM opened.ent_result e WHERE e.user_id = a.user_id),
	'grantApplications', (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
			'year', g.year, 'status', g.status, 'quotas', g.quotas,
			'choices', (SELECT coalesce(jsonb_agg(jsonb_build_object('priority', h.priority,
					'programme', jsonb_build_object('code', h.programme), 'university', jsonb_build_object('code', h.university))
					ORDER BY h.priority), '[]')
				FROM grant_choice h WHERE h.user_id = g.user_id AND h.application_id = g.id),
			'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('status', v.status,
					'at', to_char(v.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY v.n), '[]')
				FROM grant_status_event v WHERE v.user_id = g.user_id AND v.application_id = g.id),
			'award', CASE WHEN g.award_university IS NOT NULL THEN jsonb_build_object(
				'programme', jsonb_build_object('code', g.award_programme), 'university', jsonb_build_object('code', g.award_university),
				'priority', g.award_priority, 'quota', g.award_quota) END)
			ORDER BY g.year DESC), '[]')
		FROM grant_application g WHERE g.user_id = a.user_id),
	'surveyAnswers', (
		SELECT coalesce(jsonb_agg(jsonb_build_object('survey', c.survey, 'version', c.survey_version,
			'answeredAt', to_char(c.given_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'keptUntil', to_char(c.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'answers', (SELECT jsonb_agg(jsonb_build_object('field', s.field, 'values', CAST(s.value AS jsonb)) ORDER BY s.n)
				FROM opened.survey_answer s WHERE s.user_id = c.user_id AND s.consent_id = c.id))), '[]')
		FROM consent c WHERE c.user_id = a.user_id AND c.survey IS NOT NULL))
FROM opened.applicant a WHERE a.user_id = $1`

func (d *runningDemo) person(t *testing.T, id string) (all map[string]any) {
	t.Helper()
	parseAnswer(t, get[string](t, d, personSQL, id), &all)
	return all
}

// shown is what a reader is to be shown of a value at a path, where cell is what
// the rules say of a category for them.
func shown(value any, path string, cell func(category string) string) any {
	if i := slices.IndexFunc(personalFields, func(f personalField) bool { return f.path == path }); i >= 0 {
		switch category := personalFields[i].category; cell(category) {
		case "-":
			return nil
		case "M":
			text, _ := value.(string)
			return masked(category, text)
		}
	}
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, below := range v {
			object[key] = shown(below, strings.TrimPrefix(path+"."+key, "."), cell)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			if _, isObject := element.(map[string]any); isObject {
				list[i] = shown(element, path, cell)
			} else {
				list[i] = element
			}
		}
		return list
	}
	return value
}

func masked(category, value string) string {
	last := value[len(value)-2:]
	switch category {
	case "IIN":
		return "**********" + last
	case "TESTEE_CODE":
		return strings.Repeat("*", len(value)-2) + last
	case "PHONE":
		return "+7 *** *** ** " + last
	case "EMAIL":
		return value[:1] + "***@***" + filepath.Ext(value)
	}
	return "no mask for " + category
}

// demoAnswer is an answer as a client reads it.
type demoAnswer struct {
	Errors []struct {
		Path       []string
		Extensions struct{ Code, Category, Audience, Purpose, Clause, Path string }
	}
	Data       map[string]any
	Extensions struct {
		Privacy *struct {
			Purpose       string
			PolicyVersion int
			Withheld      []withheld
		}
	}
}

type withheld struct {
	Field, Path, Category, Reason string
	Count                         int
}

// refusals are the errors of an answer, sorted, without their words.
func (a demoAnswer) refusals() []string {
	var all []string
	for _, e := range a.Errors {
		x := e.Extensions
		all = append(all, strings.Join([]string{x.Code, x.Category, x.Audience, x.Purpose, x.Path, "at", strings.Join(e.Path, ".")}, " "))
	}
	slices.Sort(all)
	return all
}

// wantRefusals are the errors that a reader is to get: one for each field that the
// rules close, and none below it. An error's path ends at the first list.
func wantRefusals(code, column, prefix, list string, cell func(category string) string) []string {
	audience, purpose, _ := strings.Cut(column, ":")
	var all, closed []string
	for _, f := range personalFields {
		if below(f.path, closed) || cell(f.category) != "-" {
			continue
		}
		closed = append(closed, f.path)
		at := list
		if at == "" {
			at = prefix + toList(f.path)
		}
		all = append(all, strings.Join([]string{code, f.category, audience, purpose, prefix + f.path, "at", at}, " "))
	}
	slices.Sort(all)
	return all
}

func toList(path string) string {
	first, _, _ := strings.Cut(path, ".")
	if first == "entResults" || first == "grantApplications" || first == "surveyAnswers" {
		return first
	}
	return path
}

// Every cell of the rules holds: F is the value that the database has, M its
// mask, - null with one error. A purpose that the client is not registered for
// shows nothing.
func (d *runningDemo) testMe(t *testing.T, client, purpose string) {
	var answer demoAnswer
	parseAnswer(t, d.ask(t, d.own()[client], "query @purpose(is: "+purpose+") { me { "+wholePerson+" } }"), &answer)
	column := client + ":" + purpose
	rules, registered := d.rules.cells[column]
	code := "NOT_PERMITTED"
	if !registered {
		code = "PURPOSE_NOT_REGISTERED"
	}
	cell := func(category string) string {
		if registered {
			return rules[category]
		}
		return "-"
	}
	all := d.person(t, d.ready.User)
	checkFull(t, all, "")
	if diff := cmp.Diff(shown(all, "", cell), answer.Data["me"]); diff != "" {
		t.Errorf("me (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantRefusals(code, column, "me.", "", cell), answer.refusals()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	for _, e := range answer.Errors {
		if e.Extensions.Clause == "" {
			t.Errorf("%s: no clause", e.Extensions.Path)
		}
	}
	if p := answer.Extensions.Privacy; (p != nil) != registered || p != nil && (p.Purpose != purpose || p.PolicyVersion != 1 || len(p.Withheld) > 0) {
		t.Errorf("extensions.privacy is %+v", p)
	}
}

// checkFull tells whether a person has a value in every field: else a null would
// prove nothing.
func checkFull(t *testing.T, value any, path string) {
	t.Helper()
	switch v := value.(type) {
	case nil:
		t.Errorf("the demo's user has no %s", path)
	case map[string]any:
		for key, below := range v {
			checkFull(t, below, path+"."+key)
		}
	case []any:
		if len(v) == 0 {
			t.Errorf("the demo's user has no %s", path)
		}
		for _, element := range v {
			checkFull(t, element, path)
		}
	}
}
