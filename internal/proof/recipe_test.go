package proof_test

import (
	"slices"

	"pgregory.net/rapid"
)

// recipes make inputs that are good, which chance would seldom do.
var recipes = map[string]func(w *writer) object{
	"ProfileInput":          (*writer).profile,
	"EntResultInput":        (*writer).sitting,
	"GrantApplicationInput": (*writer).application,
	"ConsultationInput":     (*writer).consultation,
	"SurveyAnswersInput":    (*writer).surveyAnswers,
}

// handles stand for what an answer before this one gave, or for what the person
// who changes has; see memory.
var handles = map[string]string{
	"signIn.challenge": "{challenge}", "signIn.code": "{code}", "changePhone.challenge": "{challenge}", "changePhone.code": "{code}",
	"refreshSession.refreshToken": "{token}", "endSession.id": "{session}", "updateEntResult.id": "{result}", "removeEntResult.id": "{result}",
	"withdrawConsent.id": "{consent}", "consentReceipt.id": "{consent}", "requestConsultation.challenge": "{challenge}", "requestConsultation.code": "{code}",
}

func (o *object) set(name string, value any) {
	o.names, o.values = append(o.names, name), append(o.values, value)
}

// sometimes sets a member, two times of three.
func (w *writer) sometimes(o *object, name string, value func() any) {
	if rapid.IntRange(0, 2).Draw(w.T, name) > 0 {
		o.set(name, value())
	}
}

func (w *writer) profile() (o object) {
	for name, category := range sorted(map[string]string{
		"familyName": "FAMILY_NAME", "givenName": "GIVEN_NAME", "patronymic": "PATRONYMIC", "iin": "IIN", "email": "EMAIL", "address": "ADDRESS",
	}) {
		w.sometimes(&o, name, func() any { return w.written(category) })
	}
	w.sometimes(&o, "region", func() any { return w.good("region", "String") })
	return o
}

func (w *writer) sitting() (o object) {
	profile := rapid.SampledFrom([][]string{{"BIOLOGY", "CHEMISTRY"}, {"MATH", "INFORMATICS"}}).Draw(w.T, "profile")
	scores := []any{}
	for i, subject := range append([]string{"HISTORY_KZ", "MATH_LIT", "READ_LIT"}, profile...) {
		scores = append(scores, object{
			names:  []string{"subject", "score"},
			values: []any{enumWord(subject), rapid.IntRange(0, []int{20, 10, 10, 50, 50}[i]).Draw(w.T, "score")},
		})
	}
	o.set("year", rapid.IntRange(2024, 2026).Draw(w.T, "year"))
	o.set("session", enumWord("MAIN"))
	o.set("scores", scores)
	o.set("language", enumWord(rapid.SampledFrom([]string{"KK", "RU", "EN"}).Draw(w.T, "language")))
	w.sometimes(&o, "place", func() any { return w.written("ENT_PLACE") })
	w.sometimes(&o, "testeeCode", func() any { return w.written("TESTEE_CODE") })
	return o
}

func (w *writer) application() (o object) {
	o.set("year", 2026)
	o.set("choices", []any{object{names: []string{"programme", "university"}, values: []any{"BM086", w.good("university", "String")}}})
	w.sometimes(&o, "quotas", func() any { return []any{enumWord("RURAL")} })
	return o
}

func (w *writer) consultation() (o object) {
	o.set("university", w.good("university", "String"))
	w.sometimes(&o, "categories", func() any {
		n := rapid.IntRange(0, len(everyOffered)).Draw(w.T, "categories")
		categories := []any{}
		for _, c := range slices.Backward(everyOffered[:n]) {
			categories = append(categories, enumWord(c))
		}
		return categories
	})
	w.sometimes(&o, "programme", func() any { return "B057" })
	if rapid.IntRange(0, 5).Draw(w.T, "guardian") == 0 {
		o.set("guardian", object{names: []string{"challenge", "code"}, values: []any{"{challenge}", "{code}"}})
	}
	return o
}

func (w *writer) surveyAnswers() (o object) {
	answer := func(field, value string) any {
		return object{names: []string{"field", "values"}, values: []any{field, []any{value}}}
	}
	o.set("survey", rapid.SampledFrom([]string{plans, road}).Draw(w.T, "survey"))
	o.set("version", 1)
	o.set("answers", []any{answer("wish", w.written("SURVEY")), answer("form", "home")})
	return o
}
