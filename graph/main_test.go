package graph_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/qustavo/sqlhooks/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/sms"
	"joo.kz/kelisim/internal/vault"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Run(m)) }

// moment is the time at which everything is asked.
var moment = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// sent is a statement as the database got it.
type sent struct {
	SQL  string
	Args []any
}

// listener hears each statement before the database does, and may do something
// first.
type listener struct {
	mu     sync.Mutex
	sent   []sent
	before func(n int, statement string) // n counts from 1
}

func (l *listener) Before(ctx context.Context, query string, args ...any) (context.Context, error) {
	l.mu.Lock()
	l.sent = append(l.sent, sent{query, slices.Clone(args)})
	n, before := len(l.sent), l.before
	l.mu.Unlock()
	if before != nil {
		before(n, query)
	}
	return ctx, nil
}

func (l *listener) After(ctx context.Context, _ string, _ ...any) (context.Context, error) {
	return ctx, nil
}

// heard returns the statements since the last call, and forgets them.
func (l *listener) heard() []sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.sent
	l.sent = nil
	return heard
}

// once has f done before the nth statement of the next operation.
func (l *listener) once(n int, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = nil
	l.before = func(i int, _ string) {
		if i == n {
			f()
		}
	}
}

func (l *listener) calm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.before = nil
}

// drivers counts the registered drivers: a name can be registered but once.
var drivers atomic.Int64

// register registers a driver of PostgreSQL that l hears, and returns its name.
func register(l *listener) string {
	name := fmt.Sprintf("heard-postgres-%d", drivers.Add(1))
	sql.Register(name, sqlhooks.Wrap(&pq.Driver{}, l))
	return name
}

// api is the real API on a real database.
type api struct {
	t        *testing.T
	handler  http.Handler
	listener *listener
	db       *sqlx.DB // a connection of the test's own, which nobody hears
	vault    *vault.Vault
	messages *syncBuffer   // printed
	remote   func() string // address of a request, if not always the same
}

// syncBuffer is what was written, by whomever at once.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newAPI starts the API on a database that fill has filled, with limits that no
// test meets by the way.
func newAPI(t *testing.T, fill func(*testing.T, *sqlx.DB, *vault.Vault)) *api {
	t.Helper()
	limits := graph.DefaultLimits()
	limits.Complexity *= 100
	return newLimitedAPI(t, fill, limits)
}

func newLimitedAPI(t *testing.T, fill func(*testing.T, *sqlx.DB, *vault.Vault), limits graph.Limits) *api {
	t.Helper()
	return newVaultAPI(t, fill, limits, postgrestest.Vault(t))
}

func newVaultAPI(t *testing.T, fill func(*testing.T, *sqlx.DB, *vault.Vault), limits graph.Limits, v *vault.Vault) *api {
	t.Helper()
	dsn := postgrestest.DSN(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	fill(t, db, v)
	l := &listener{}
	messages := &syncBuffer{}
	h := newHandler(t, dsn, register(l), v, graph.Options{Limits: limits}, messages)
	l.heard()
	return &api{t: t, handler: h, listener: l, db: db, vault: v, messages: messages}
}

// newHandler starts the API on a database, through a driver.
func newHandler(t testing.TB, dsn, driver string, v *vault.Vault, o graph.Options, messages io.Writer) *graph.Handler {
	t.Helper()
	store, err := postgres.Open(t.Context(), dsn, postgres.Options{
		MaxConnections: 4,
		Now:            func() time.Time { return moment },
		Driver:         driver,
		Vault:          v,
		SessionTerm:    24 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := signin.NewKeys(make([]byte, signin.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	o.Store, o.CursorKey, o.MaxBody = store, make([]byte, graph.CursorKeySize), 1<<20
	o.Receipts = consent.Signer{Key: key, KeyID: "receipts"}
	o.Operator = consent.Party{ID: "000000000000", Name: "the operator", Address: "an address"}
	o.SignIn = graph.SignIn{
		Keys: secrets, SMS: sms.NewPrinter(messages), AccessTerm: time.Minute,
		Tokens: auth.Signer{Key: key, KeyID: "tokens", Issuer: "https://joo.kz", Audience: "https://joo.kz/graphql"},
	}
	h, err := graph.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// people fills a database with one person for each state of a record.
func people(t *testing.T, db *sqlx.DB, v *vault.Vault) {
	t.Helper()
	content, err := os.ReadFile("../testdata/people.sql")
	if err == nil {
		err = postgrestest.Load(t.Context(), db, v, string(content))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// exec changes the database; a listener may call it.
func (a *api) exec(statement string, args ...any) {
	a.t.Helper()
	if _, err := a.db.ExecContext(a.t.Context(), statement, args...); err != nil {
		a.t.Errorf("%s: %v", statement, err)
	}
}

// load is exec for statements that have values of sealed columns in clear.
func (a *api) load(statements string) {
	a.t.Helper()
	if err := postgrestest.Load(a.t.Context(), a.db, a.vault, statements); err != nil {
		a.t.Errorf("%s: %v", statements, err)
	}
}

// ask returns the status and the body of the answer.
func (a *api) ask(c *auth.Caller, query string) string {
	a.t.Helper()
	return a.askIn(a.t.Context(), c, query)
}

func (a *api) askIn(ctx context.Context, c *auth.Caller, query string) string {
	a.t.Helper()
	return a.send(ctx, c, query, http.Header{})
}

// askWith asks in a language.
func (a *api) askWith(c *auth.Caller, query, language string) string {
	a.t.Helper()
	return a.send(a.t.Context(), c, query, http.Header{"Accept-Language": {language}})
}

func (a *api) send(ctx context.Context, c *auth.Caller, query string, header http.Header) string {
	a.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		a.t.Fatal(err)
	}
	if c != nil {
		ctx = auth.WithCaller(ctx, c)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(string(body)))
	if a.remote != nil {
		r.RemoteAddr = a.remote()
	}
	r.Header = header
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return fmt.Sprintf("%d %s", w.Code, w.Body)
}

// asked is what ask answers and what the database was sent for it.
func (a *api) asked(c *auth.Caller, query string) (string, []sent) {
	a.t.Helper()
	a.listener.heard()
	answer := a.ask(c, query)
	return answer, a.listener.heard()
}

// mentions tells whether a statement has a match of the pattern.
func mentions(statements []sent, pattern *regexp.Regexp) bool {
	return slices.ContainsFunc(statements, func(s sent) bool { return pattern.MatchString(s.SQL) })
}

// response is an answer as a client reads it.
type response struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions map[string]any
}

func parse(t *testing.T, answer string) (r response) {
	t.Helper()
	_, body, _ := strings.Cut(answer, " ")
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	return r
}

func (r response) codes() []string {
	var codes []string
	for _, e := range r.Errors {
		codes = append(codes, fmt.Sprint(e.Extensions["code"]))
	}
	return codes
}

// ---- callers ------------------------------------------------------------------------------------

const (
	everyPurpose = "IDENTIFICATION AUTOFILL INPUT_VALIDATION ACCESS SERVICE SUBJECT_ACCESS"
	fullLead     = "00000000-0000-4000-8000-00000000f131"
	full         = "00000000-0000-4000-8000-000000000001"
	stranger     = "00000000-0000-4000-8000-000000000007"
)

// caller is a client of an audience that is registered for purposes.
func caller(audience privacy.Audience, purposes string) *auth.Caller {
	c := &auth.Caller{Client: auth.Client{ID: strings.ToLower(audience.String()), Audience: audience}}
	for word := range strings.FieldsSeq(purposes) {
		p, err := privacy.ParsePurpose(word)
		if err != nil {
			panic(err)
		}
		c.Purposes = append(c.Purposes, p)
	}
	from := moment.AddDate(0, -6, 0)
	c.AgreementFrom = &from
	return c
}

func person(audience privacy.Audience, id string) *auth.Caller {
	c := caller(audience, everyPurpose)
	c.User = id
	return c
}

func university(code string) *auth.Caller {
	c := caller(privacy.University, "CONSULTATION")
	c.ID, c.University = "university-"+code, code
	return c
}

// ---- the schema ---------------------------------------------------------------------------------

// way is a way from the root of the schema to objects of one type.
type way struct {
	root string   // with its arguments
	keys []string // from below the root
	to   string   // the type
}

var ways = map[string]way{
	"me":               {"me", nil, "User"},
	"leads.nodes":      {"leads(first: 500)", []string{"nodes"}, "Lead"},
	"leads.edges.node": {"leads(first: 500)", []string{"edges", "node"}, "Lead"},
	"lead":             {`lead(id: "` + fullLead + `")`, nil, "Lead"},
}

func (w way) document(purpose, selection string) string {
	for _, key := range slices.Backward(w.keys) {
		selection = key + " { " + selection + " }"
	}
	return "query @purpose(is: " + purpose + ") { " + w.root + " { " + selection + " } }"
}

// whole selects every field of the type that the way leads to.
func (w way) whole(purpose string) string {
	return w.document(purpose, selectAll(graph.Schema(), w.to))
}

// selectAll (but for what names an audience) selects every field of a type, to the bottom.
func selectAll(schema *ast.Schema, typeName string) string {
	var fields []string
	for _, f := range schema.Types[typeName].Fields {
		if strings.HasPrefix(f.Name, "__") || f.Directives.ForName("audience") != nil {
			continue
		}
		if below := schema.Types[f.Type.Name()]; below.Kind == ast.Object {
			fields = append(fields, f.Name+" { "+selectAll(schema, below.Name)+" }")
		} else {
			fields = append(fields, f.Name)
		}
	}
	return strings.Join(fields, " ")
}

// personalField is a field that is @pii, by one way down from a type.
type personalField struct {
	coordinate string
	categories []string // its own, after those of the fields above it
}

// personalFields lists the personal fields of a type and of all below it.
func personalFields(schema *ast.Schema, typeName string, above personalField) []personalField {
	var all []personalField
	for _, f := range schema.Types[typeName].Fields {
		field := personalField{
			coordinate: typeName + "." + f.Name,
			categories: slices.Clone(above.categories),
		}
		if pii := f.Directives.ForName("pii"); pii != nil {
			field.categories = append(field.categories, pii.Arguments.ForName("category").Value.Raw)
			all = append(all, field)
		}
		if schema.Types[f.Type.Name()].Kind == ast.Object {
			all = append(all, personalFields(schema, f.Type.Name(), field)...)
		}
	}
	return all
}

// ---- the rules ----------------------------------------------------------------------------------

// column is a column of policy-rules.tsv: what one audience may read for one
// purpose, by category.
type column struct {
	audience privacy.Audience
	purpose  string
	rules    map[string]string
}

// policyRules are the columns of the audiences that can ask for somebody.
func policyRules(t *testing.T) []column {
	t.Helper()
	content, err := os.ReadFile("../internal/privacy/testdata/policy-rules.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var columns []column
	for i, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		cells := strings.Split(line, "\t")
		for j, cell := range cells[1:] {
			if i > 0 {
				columns[j].rules[cells[0]] = cell
				continue
			}
			word, purpose, _ := strings.Cut(cell, ":")
			audience, err := privacy.ParseAudience(word)
			if err != nil {
				t.Fatal(err)
			}
			columns = append(columns, column{audience, purpose, map[string]string{}})
		}
	}
	return slices.DeleteFunc(columns, func(c column) bool { return len(c.ways()) == 0 })
}

// ways are how the audience gets to a person.
func (c column) ways() []string {
	switch c.audience {
	case privacy.App, privacy.Site:
		return []string{"me"}
	case privacy.University:
		return []string{"leads.nodes", "leads.edges.node", "lead"}
	default:
		return nil
	}
}

// caller is a caller of whom the rules alone decide what they may read.
func (c column) caller() *auth.Caller {
	if c.audience == privacy.University {
		return university("013")
	}
	return person(c.audience, full)
}

// shows tells whether the rules open a field and all above it.
func (c column) shows(f personalField) bool {
	return !slices.ContainsFunc(f.categories, func(category string) bool { return c.rules[category] == "-" })
}

func (c column) String() string { return c.audience.String() + ":" + c.purpose }
