package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"joo.kz/kelisim/graph"
)

// Of ten requests, two are under way, three wait, and five are sent away at once; who
// has waited too long is too. When the load is over, the next is answered.
func TestLoadIsShed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce, waiting, all, slow = 2, 3, 10, 4 * time.Second
		h := graph.Load{AtOnce: atOnce, Waiting: waiting, Patience: time.Second}.Bound(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			time.Sleep(slow)
		}))
		began := time.Now()
		refused := map[time.Duration]int{}
		answers := make(chan *httptest.ResponseRecorder, all)
		for range all {
			go func() { answers <- ask(h) }()
		}
		for range all {
			a := <-answers
			if a.Code != http.StatusOK {
				refused[time.Since(began)]++
				checkShed(t, a)
			}
		}
		if refused[0] != all-atOnce-waiting || refused[time.Second] != waiting {
			t.Errorf("refused after %v", refused)
		}
		if a := ask(h); a.Code != http.StatusOK {
			t.Errorf("after the load: %d", a.Code)
		}
	})
}

func ask(h http.Handler) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/graphql", nil))
	return w
}

func checkShed(t *testing.T, a *httptest.ResponseRecorder) {
	t.Helper()
	if a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") != "1" {
		t.Errorf("%d %v", a.Code, a.Header())
	}
	if body := a.Body.String(); !strings.Contains(body, `"code":"RATE_LIMITED"`) || !strings.Contains(body, `"reason":"LOAD"`) {
		t.Error(body)
	}
}
