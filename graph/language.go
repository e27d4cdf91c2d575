package graph

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"joo.kz/kelisim/internal/applicant"
)

// longestAccept is how long an Accept-Language may be to be read, in bytes.
// Browsers send a tenth of it.
const longestAccept = 1_000

type languageKey struct{}

// languageOf is the language of the messages of a request: English where
// [InLanguage] did not see it.
func languageOf(ctx context.Context) applicant.Language {
	if l, ok := ctx.Value(languageKey{}).(applicant.Language); ok {
		return l
	}
	return applicant.LanguageEn
}

// InLanguage chooses the language of the messages that next and [RefuseCaller]
// answer with: Kazakh, Russian or English, whichever suits the request's
// Accept-Language best (RFC 9110, 12.5.4), and English where none does or there
// is no such header. The answer says which, in Content-Language, and that it
// depends on the header, in Vary. Messages alone depend on it.
func InLanguage(next http.Handler) http.Handler {
	matcher := language.NewMatcher([]language.Tag{language.English, language.Kazakh, language.Russian})
	languages := []applicant.Language{applicant.LanguageEn, applicant.LanguageKk, applicant.LanguageRu}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chosen := languages[match(matcher, r.Header.Values("Accept-Language"))]
		w.Header().Add("Vary", "Accept-Language")
		w.Header().Set("Content-Language", strings.ToLower(string(chosen)))
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), languageKey{}, chosen)))
	})
}

// match is the index of the language that suits best, and of the first where none
// does or the header cannot be read.
func match(matcher language.Matcher, accept []string) int {
	header := strings.Join(accept, ",")
	if len(header) > longestAccept {
		return 0
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return 0
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return 0
	}
	return index
}
