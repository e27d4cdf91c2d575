package graph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

func TestLanguageOfAnswers(t *testing.T) {
	handler := graph.InLanguage(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		graph.RefuseCaller(w, r, auth.ErrTokenExpired)
	}))
	for _, c := range []struct {
		accept []string
		want   string
	}{
		{nil, "en"},
		{[]string{""}, "en"},
		{[]string{"*"}, "en"},
		{[]string{"en-GB,en;q=0.9"}, "en"},
		{[]string{"ru"}, "ru"},
		{[]string{"ru-KZ,ru;q=0.9,en;q=0.8"}, "ru"},
		{[]string{"kk-KZ,kk;q=0.9,ru;q=0.8"}, "kk"},
		{[]string{"KK"}, "kk"},
		{[]string{"en;q=0.1, kk;q=0.2"}, "kk"},
		{[]string{"de", "ru;q=0.5"}, "ru"},
		{[]string{"ru;q=0, kk;q=0.1"}, "kk"},
		{[]string{"ru;q=0"}, "en"},
		{[]string{"de,fr"}, "en"},
		{[]string{"ky"}, "ru"}, // who reads Kyrgyz reads Russian (CLDR)
		{[]string{"ru, !!"}, "en"},
		{[]string{"ru;q=much"}, "en"},
		{[]string{strings.Repeat("de,", 400) + "ru"}, "en"}, // longer than is read
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", nil)
		r.Header["Accept-Language"] = c.accept
		w := httptest.NewRecorder()
		w.Header().Set("Vary", "Origin")
		handler.ServeHTTP(w, r)
		want := `"message":"` + messages(t, c.want)["UNAUTHENTICATED/TOKEN_EXPIRED"] + `"`
		if got := w.Header().Get("Content-Language"); got != c.want || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q: %s %s, want %s", c.accept, got, w.Body, c.want)
		}
		if diff := cmp.Diff([]string{"Origin", "Accept-Language"}, w.Header().Values("Vary")); diff != "" {
			t.Errorf("%q: Vary\n%s", c.accept, diff)
		}
	}
}

// asking are operations that are refused, each at another place.
func asking() map[string]struct {
	caller *auth.Caller
	query  string
} {
	return map[string]struct {
		caller *auth.Caller
		query  string
	}{
		"fields":     {person(privacy.App, full), "query @purpose(is: SERVICE) { me { iin address givenName } leads { totalCount } }"},
		"filter":     {person(privacy.App, full), `query @purpose(is: SERVICE) { leads(filter: {region: "790000000"}) { totalCount } }`},
		"nobody":     {nil, "{ me { givenName } }"},
		"purpose":    {person(privacy.App, full), "query q($p: Purpose!) @purpose(is: $p) { me { givenName } }"},
		"argument":   {university("013"), consult + `leads(filter: {phone: "12"}) { totalCount } lead(id: "x") { id } }`},
		"page":       {university("013"), consult + `leads(first: 9999) { totalCount } }`},
		"resolver":   {nil, `{ privacyPolicy(version: 99) { version } universities(region: "x") { code } vocabulary(enum: "x") { value } }`},
		"explain":    {person(privacy.App, full), `{ explain(document: "{ canary }") { purpose } }`},
		"rules":      {person(privacy.App, full), "query q($a: Int) { canary regions me { ...b } }"},
		"syntax":     {person(privacy.App, full), "{ me "},
		"limits":     {person(privacy.App, full), "{ a" + strings.Repeat("{ a", 40) + strings.Repeat("}", 41)},
		"meta":       {person(privacy.App, full), "{ __schema { description } }"},
		"not JSON":   {nil, ""},
		"everything": {person(privacy.App, full), "query @purpose(is: SERVICE) { me { givenName } }"},
	}
}

// An answer is the same in every language but for its messages, in whatever order
// the languages ask: nothing that is kept holds a message.
func TestLanguageChangesMessagesAlone(t *testing.T) {
	a := newAPI(t, people)
	a.handler = graph.InLanguage(a.handler)
	for name, asked := range asking() {
		t.Run(name, func(t *testing.T) {
			plain := a.ask(asked.caller, asked.query)
			for _, language := range []string{"ru", "kk", "en", "ru"} {
				answer := a.askWith(asked.caller, asked.query, language)
				if language == "en" && answer != plain {
					t.Errorf("en: %s, by default %s", answer, plain)
				}
				if diff := cmp.Diff(withoutMessages(t, plain), withoutMessages(t, answer)); diff != "" {
					t.Errorf("%s:\n%s", language, diff)
				}
				checkLanguage(t, language, answer)
			}
		})
	}
}

// withoutMessages is an answer with its messages taken out, byte for byte.
func withoutMessages(t *testing.T, answer string) string {
	t.Helper()
	for _, e := range parse(t, answer).Errors {
		var quoted strings.Builder
		if err := json.NewEncoder(&quoted).Encode(e.Message); err != nil {
			t.Fatal(err)
		}
		answer = strings.Replace(answer, `"message":`+strings.TrimSpace(quoted.String()), `"message":`, 1)
	}
	return answer
}

// checkLanguage tells whether every message of an answer is in a language.
func checkLanguage(t *testing.T, language, answer string) {
	t.Helper()
	for _, e := range parse(t, answer).Errors {
		cyrillic := strings.ContainsAny(e.Message, "аеоеиұүқө")
		own := strings.ContainsAny(e.Message, "әғқңөұүһі")
		if cyrillic == (language == "en") || own && language != "kk" || strings.ContainsAny(e.Message, "{}") {
			t.Errorf("%s: %q", language, e.Message)
		}
	}
}
