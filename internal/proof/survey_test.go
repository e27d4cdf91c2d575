package proof_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// The surveys of the population.
const (
	plans = "plans"
	road  = "road"
)

// surveyFile is a survey as it is published; %s is its id.
const surveyFile = `{"id": "%s", "title": {"kk": "т", "ru": "т", "en": "t"}, "purpose": {"kk": "м", "ru": "ц", "en": "p"}, "retentionDays": 300,
	"fields": [
		{"id": "hours", "type": "NUMBER", "label": {"kk": "с", "ru": "с", "en": "q"}},
		{"id": "form", "type": "CHOICE", "label": {"kk": "с", "ru": "с", "en": "q"}, "choices": [
			{"id": "home", "label": {"kk": "ү", "ru": "д", "en": "h"}}, {"id": "away", "label": {"kk": "б", "ru": "д", "en": "a"}}]},
		{"id": "wish", "type": "TEXT", "label": {"kk": "с", "ru": "с", "en": "q"}}]}`

func (all *rows) loadSurveys() {
	at := time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
	for _, id := range []string{plans, road} {
		survey, err := applicant.ParseSurvey(fmt.Appendf(nil, surveyFile, id), at)
		if err != nil {
			panic(err)
		}
		definition, err := json.Marshal(survey)
		if err != nil {
			panic(err)
		}
		all.add("survey", map[string]string{
			"id": id, "version": "1", "published_at": at.Format(time.RFC3339), "retention_days": "300", "definition": string(definition),
		})
	}
}

// answer is what a person answered to a question, as it is shown.
type surveyAnswer struct {
	survey, field string
	values        []string
}

// answers are what a person answered, whether or not the consents still stand.
// What is hidden differs between twins: in the values, and in which are answered.
func (p person) answers(twin int, hidden hides) (all []surveyAnswer) {
	for _, survey := range slices.Sorted(maps.Keys(p.surveys)) {
		v, shift := 4*p.n+2*len(survey), 0
		if hidden(p, "SURVEY "+survey) {
			v, shift = v+twin, twin
		}
		wish := []string{"осы " + word("С", v)}
		if shift == 1 && p.n%2 == 1 {
			wish = []string{}
		}
		all = append(all,
			surveyAnswer{survey, "hours", []string{fmt.Sprint(770_000_000 + 12_347*v)}},
			surveyAnswer{survey, "form", []string{[2]string{"home", "away"}[(p.n+shift)%2]}},
			surveyAnswer{survey, "wish", wish})
	}
	return all
}

func (p person) surveyConsent(survey string) string {
	return fmt.Sprintf("00000000-0000-4000-9000-%012d", 1_000_000*p.n+900_000+len(survey))
}

// loadAnswers adds the consents to surveys with the answers. Those of a consent that
// is withdrawn are still there, as if the deletion had failed; in a twin they may
// not be.
func (all *rows) loadAnswers(p person, twin int, hidden hides) {
	swept := map[string]bool{}
	for survey, ended := range p.surveys {
		swept[survey] = twin == 1 && hidden(p, "SURVEY "+survey) && (hidden(p, "OWN") || ended != "") && p.n != 1
	}
	for _, survey := range slices.Sorted(maps.Keys(p.surveys)) {
		if twin == 1 && hidden(p, "OWN") && swept[survey] {
			continue
		}
		c := map[string]string{
			"user_id": p.id(), "id": p.surveyConsent(survey), "basis": "SURVEY_CONSENT", "survey": survey, "survey_version": "1", "state": "GIVEN",
			"scopes": "{COLLECTION,PROCESSING}", "categories": "{SURVEY}", "policy_version": "1", "given_at": "2026-02-01", "expires_at": "2100-01-01",
		}
		switch p.surveys[survey] {
		case "WITHDRAWN":
			c["state"], c["withdrawn_at"] = "WITHDRAWN", "2026-09-05"
		case "EXPIRED":
			c["expires_at"] = "2026-09-05"
		}
		all.add("consent", c)
	}
	for i, a := range p.answers(twin, hidden) {
		if swept[a.survey] {
			continue
		}
		all.add("survey_answer", map[string]string{
			"user_id": p.id(), "consent_id": p.surveyConsent(a.survey), "n": fmt.Sprint(1 + i), "field": a.field,
			"value": `["` + strings.Join(a.values, `", "`) + `"]`, "answered_at": "2026-02-01", "kept_until": "2026-12-01",
		})
		if len(a.values) == 0 {
			(*all)[len(*all)-1].values["value"] = "[]"
		}
	}
}
