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

// languageOf is the language of the messages of a request: English where it asks
// for none.
func languageOf(ctx context.Context) applicant.Language {
	if l := languageAsked(ctx); l != "" {
		return l
	}
	return applicant.LanguageEn
}

// languageAsked is the language that a request asks for, of those there are; empty
// where it asks for none.
func languageAsked(ctx context.Context) applicant.Language {
	l, _ := ctx.Value(languageKey{}).(applicant.Language)
	return l
}

// InLanguage chooses the language of the messages that next and [RefuseCaller]
// answer with: Kazakh, Russian or English, whichever suits the request's
// Accept-Language best (RFC 9110, 12.5.4), and English where none does or there
// is no such header. The answer says which, in Content-Language, and that it
// depends on the header, in Vary. Messages alone depend on it.
func InLanguage(next http.Handler) http.Handler {
	matcher := language.NewMatcher([]language.Tag{language.English, language.Kazakh, language.Russian})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), languageKey{}, match(matcher, r.Header.Values("Accept-Language")))
		w.Header().Add("Vary", "Accept-Language")
		w.Header().Set("Content-Language", strings.ToLower(string(languageOf(ctx))))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// match is the language that suits best; none where none does or the header cannot
// be read.
func match(matcher language.Matcher, accept []string) applicant.Language {
	header := strings.Join(accept, ",")
	if len(header) > longestAccept {
		return ""
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return ""
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return ""
	}
	return []applicant.Language{applicant.LanguageEn, applicant.LanguageKk, applicant.LanguageRu}[index]
}
