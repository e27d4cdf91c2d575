package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
)

// pageOf is the page of the policy on a database of its own.
func pageOf(t *testing.T) (*postgres.Store, func(path, match string) *httptest.ResponseRecorder) {
	t.Helper()
	store, err := postgres.Open(t.Context(), postgrestest.DSN(t), postgres.Options{
		MaxConnections: 4, Now: func() time.Time { return moment }, Driver: "postgres", Vault: postgrestest.Vault(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	handler := graph.PolicyPage(store)
	return store, func(path, match string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", match)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
}

// The page is sent again only if it has changed, which a new version does.
func TestPageIsSentWhenItChanged(t *testing.T) {
	store, get := pageOf(t)
	first := get("/privacy-policy?lang=ru", "")
	tag := first.Header().Get("ETag")
	if first.Code != http.StatusOK || len(tag) < 20 {
		t.Fatalf("%d, ETag %q", first.Code, tag)
	}
	if again := get("/privacy-policy?lang=ru", tag); again.Code != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.Code)
	}
	if other := get("/privacy-policy?lang=kk", tag); other.Code != http.StatusOK {
		t.Errorf("in another language: %d", other.Code)
	}
	_, err := store.Publish(t.Context(), postgres.Publication{Language: applicant.LanguageRu, Text: "1. НОВАЯ", Rules: consent.RulesInForce()})
	if err != nil {
		t.Fatal(err)
	}
	if changed := get("/privacy-policy?lang=ru", tag); changed.Code != http.StatusOK || changed.Header().Get("ETag") == tag {
		t.Errorf("changed: %d", changed.Code)
	}
}

// A browser that obeys the page's policy runs and loads nothing.
func TestPageRunsNothing(t *testing.T) {
	store, get := pageOf(t)
	const hostile = `1. <script>alert(1)</script> <img src=x onerror=alert(1)>`
	_, err := store.Publish(t.Context(), postgres.Publication{Language: applicant.LanguageRu, Text: hostile, Rules: consent.RulesInForce(), URL: "javascript:alert(1)"})
	if err != nil {
		t.Fatal(err)
	}
	answer := get("/privacy-policy?lang=ru&since=1", "")
	for _, bad := range []string{"<script", "<img", `href="javascript`, "<style"} {
		if strings.Contains(answer.Body.String(), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if csp := answer.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
		t.Errorf("Content-Security-Policy: %s", csp)
	}
}
