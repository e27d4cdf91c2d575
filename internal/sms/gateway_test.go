package sms_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"joo.kz/kelisim/internal/sms"
)

// secret is in the URL of every test's gateway, and in nothing that anybody reads.
const secret = "api-secret-5417"

func message() sms.Message {
	return sms.Message{To: "+77710009998", Text: "JOO.kz: код <482913> & ещё", Key: "sign-in:6f1a6c1e-01"}
}

// gateway is a real one: it answers with its statuses in turn, the last of them for
// ever, and keeps what it was asked.
type gateway struct {
	*httptest.Server
	statuses []int
	header   http.Header // of its answers

	mu     sync.Mutex
	bodies []map[string]string
	asked  []*http.Request
	times  []time.Time
}

func newGateway(t *testing.T, statuses ...int) *gateway {
	t.Helper()
	g := &gateway{statuses: statuses, header: http.Header{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	raw, _ := io.ReadAll(r.Body)
	body := map[string]string{}
	_ = json.Unmarshal(raw, &body)
	g.bodies, g.asked, g.times = append(g.bodies, body), append(g.asked, r), append(g.times, time.Now())
	for name, values := range g.header {
		w.Header()[name] = values
	}
	w.WriteHeader(g.statuses[min(len(g.asked), len(g.statuses))-1])
	_, _ = w.Write(raw) // gateways echo
}

// sender sends to the gateway; the address holds a key, as those of some providers do.
func (g *gateway) sender(t *testing.T, o sms.GatewayOptions) *sms.Gateway {
	t.Helper()
	o.URL = g.URL + "/send?key=" + secret
	s, err := sms.NewGateway(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// quick are options of a sender that tries again after 50, 100 and 200 ms.
func quick() sms.GatewayOptions { return sms.GatewayOptions{Timeout: time.Second} }

func TestGatewaySendsOneRequest(t *testing.T) {
	for _, status := range []int{200, 201, 202, 204} {
		g := newGateway(t, status)
		if err := g.sender(t, sms.GatewayOptions{From: "JOO.kz"}).Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
		if len(g.asked) != 1 || len(g.bodies[0]) != 3 {
			t.Fatalf("%d: %d requests, body %v", status, len(g.asked), g.bodies)
		}
		for member, want := range map[string]string{"to": "+77710009998", "from": "JOO.kz", "text": message().Text} {
			if got := g.bodies[0][member]; got != want {
				t.Errorf("%s is %q, want %q", member, got, want)
			}
		}
		r := g.asked[0]
		if r.Method != http.MethodPost || r.URL.RequestURI() != "/send?key="+secret {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/json", "Accept": "application/json",
			"Idempotency-Key": `"sign-in:6f1a6c1e-01"`, "Authorization": "",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
}

// TestTokenIsThatInForce: its file is read at each message.
func TestTokenIsThatInForce(t *testing.T) {
	g := newGateway(t, 200)
	file := filepath.Join(t.TempDir(), "token")
	sender := g.sender(t, sms.GatewayOptions{TokenFile: file})
	for i, token := range []string{"first", "second"} {
		if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := sender.Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
		if got := g.asked[i].Header.Get("Authorization"); got != "Bearer "+token {
			t.Errorf("Authorization: %s", got)
		}
	}
}

// TestRetriesAreTheSameMessage: of one key and one body, each after a longer wait.
func TestRetriesAreTheSameMessage(t *testing.T) {
	for _, statuses := range [][]int{{500, 500, 200}, {503, 429, 202}, {502, 504, 200}} {
		g := newGateway(t, statuses...)
		if err := g.sender(t, quick()).Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
		if len(g.asked) != 3 {
			t.Fatalf("%v: %d attempts", statuses, len(g.asked))
		}
		for i, r := range g.asked {
			if r.Header.Get("Idempotency-Key") != `"sign-in:6f1a6c1e-01"` || g.bodies[i]["text"] != message().Text {
				t.Errorf("attempt %d: key %s, body %v", i, r.Header.Get("Idempotency-Key"), g.bodies[i])
			}
		}
		if first, second := g.times[1].Sub(g.times[0]), g.times[2].Sub(g.times[1]); first < 50*time.Millisecond || second < 100*time.Millisecond {
			t.Errorf("tried again after %s and %s", first, second)
		}
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, status := range []int{429, 503} {
		g := newGateway(t, status, 200)
		g.header.Set("Retry-After", "1")
		o := quick()
		o.Timeout = 3 * time.Second // and so a first wait of 150 ms
		if err := g.sender(t, o).Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
		if wait := g.times[1].Sub(g.times[0]); wait < time.Second {
			t.Errorf("%d: tried again after %s", status, wait)
		}
	}
}
