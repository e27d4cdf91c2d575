package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/qustavo/sqlhooks/v2"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/sms"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Run(m)) }

// world is the real API on a real database of the population, with an ear on what
// it sends to the database and writes to the log.
type world struct {
	db      *sqlx.DB
	handler http.Handler
	heard   *ear
	store   *postgres.Store
}

// ear keeps the statements and the log lines since it was last asked.
type ear struct {
	mu         sync.Mutex
	statements []string
	args       []string
	log        bytes.Buffer
}

func (e *ear) Before(ctx context.Context, query string, args ...any) (context.Context, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statements = append(e.statements, query)
	for _, a := range args {
		if b, ok := a.([]byte); ok {
			e.args = append(e.args, string(b))
			continue
		}
		e.args = append(e.args, fmt.Sprint(a))
	}
	return ctx, nil
}

func (e *ear) After(ctx context.Context, _ string, _ ...any) (context.Context, error) {
	return ctx, nil
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(p)
}

// take returns what was heard, and forgets it.
func (e *ear) take() (statements []string, rest string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	statements, rest = e.statements, strings.Join(e.args, "\n")+"\n"+e.log.String()
	e.statements, e.args = nil, nil
	e.log.Reset()
	return statements, rest
}

var drivers atomic.Int64

func newWorld(t *testing.T, statements string) *world {
	t.Helper()
	w := &world{heard: &ear{}}
	dsn := postgrestest.DSN(t)
	var err error
	if w.db, err = sqlx.ConnectContext(t.Context(), "postgres", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.db.Close() })
	v := postgrestest.Vault(t)
	if err := postgrestest.Load(t.Context(), w.db, v, statements); err != nil {
		t.Fatal(err)
	}
	driver := fmt.Sprintf("proof-postgres-%d", drivers.Add(1))
	sql.Register(driver, sqlhooks.Wrap(&pq.Driver{}, w.heard))
	store, err := postgres.Open(t.Context(), dsn, postgres.Options{
		MaxConnections: 4, Now: func() time.Time { return moment }, Driver: driver, Vault: v, SessionTerm: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	w.store, w.handler = store, newHandler(t, store, false)
	slog.SetDefault(slog.New(slog.NewJSONHandler(w.heard, nil)))
	w.heard.take()
	return w
}

func newHandler(t *testing.T, store *postgres.Store, reference bool) http.Handler {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := signin.NewKeys(make([]byte, signin.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	h, err := graph.New(graph.Options{
		Store: store, CursorKey: make([]byte, graph.CursorKeySize), Limits: graph.DefaultLimits(), MaxBody: 1 << 20, Introspection: true, Reference: reference,
		Receipts: consent.Signer{Key: key, KeyID: "receipts"},
		Operator: consent.Party{ID: "010140000014", Name: "the operator", Address: "an address"},
		SignIn: graph.SignIn{
			Keys: secrets, SMS: sms.NewPrinter(io.Discard), AccessTerm: time.Minute,
			Tokens: auth.Signer{Key: key, KeyID: "tokens", Issuer: "https://joo.kz", Audience: "https://joo.kz/graphql"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// answer is what came of an operation, wherever it could be seen.
type answer struct {
	status     int
	header     http.Header
	body       []byte
	statements []string
	aside      string // arguments of statements, and the log
}

func (w *world) ask(t fatal, r reader, o operation) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": o.text, "variables": o.variables, "operationName": o.name})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if c := r.caller(); c != nil {
		ctx = auth.WithCaller(ctx, c)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json")
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, request)
	a := answer{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
	a.statements, a.aside = w.heard.take()
	return a
}

// caller is the reader as the API knows them; nil for nobody.
func (r reader) caller() *auth.Caller {
	if r.audience == "" {
		return nil
	}
	audience, err := privacy.ParseAudience(r.audience)
	if err != nil {
		panic(err)
	}
	c := &auth.Caller{Client: auth.Client{ID: r.client(), Audience: audience, University: r.university}}
	for _, word := range r.purposes {
		p, err := privacy.ParsePurpose(word)
		if err != nil {
			panic(err)
		}
		c.Purposes = append(c.Purposes, p)
	}
	from := moment.AddDate(-1, 0, 0)
	c.AgreementFrom = &from
	if r.lapsed {
		to := moment.AddDate(0, -1, 0)
		c.AgreementTo = &to
	}
	if r.person > 0 {
		c.User = person{n: r.person}.id()
	}
	return c
}

func (r reader) client() string {
	if r.university != "" {
		return "university-" + r.university
	}
	return strings.ToLower(strings.ReplaceAll(r.audience, "_", "-"))
}

// standings reads the consents that stand, with statements of its own.
func (w *world) standings(t fatal) map[int]standing {
	t.Helper()
	all := map[int]standing{}
	rows, err := w.db.Query(`SELECT right(a.user_id::text, 12)::int, a.restricted_at IS NOT NULL, coalesce(c.basis, ''), coalesce(c.university, ''),
		coalesce(c.categories, '{}'), coalesce(c.scopes, '{}'), coalesce(c.state, ''), coalesce(c.expires_at > $1, false), c.withdrawn_at IS NULL
		FROM applicant a LEFT JOIN consent c ON c.user_id = a.user_id`, moment)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int
		var basis, university, state string
		var categories, scopes pq.StringArray
		var restricted, inTime, kept bool
		if err := rows.Scan(&n, &restricted, &basis, &university, &categories, &scopes, &state, &inTime, &kept); err != nil {
			t.Fatal(err)
		}
		s := all[n]
		s.restricted = restricted
		if s.covers == nil {
			s.covers = map[string][]string{}
		}
		stands := (state == "GIVEN" || state == "RENEWED") && inTime && kept
		switch {
		case stands && basis == "POLICY_CONSENT" && slices.Contains(scopes, "PROCESSING"):
			s.policy = true
		case stands && university != "" && len(scopes) >= 3:
			s.covers[university] = categories
		}
		all[n] = s
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
