package proof_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
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
	"joo.kz/kelisim/internal/signin"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Run(m)) }

// world is the real API on a real database of the population, with an ear on what
// it sends to the database, to telephones and to the log.
type world struct {
	db      *sqlx.DB
	handler http.Handler
	heard   *ear
	restore string // statements that undo what was done to the person who changes
	store   *postgres.Store
}

var drivers atomic.Int64

func newWorld(t *testing.T, population rows) *world {
	t.Helper()
	w := &world{heard: &ear{}}
	dsn := postgrestest.DSN(t)
	var err error
	if w.db, err = sqlx.ConnectContext(t.Context(), "postgres", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.db.Close() })
	v := postgrestest.Vault(t)
	if err := postgrestest.Load(t.Context(), w.db, v, population.statements()); err != nil {
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
	w.store, w.handler = store, graph.InLanguage(newHandler(t, store, w.heard, false))
	slog.SetDefault(slog.New(slog.NewJSONHandler(w.heard, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})))
	w.heard.take()
	return w
}

func newHandler(t *testing.T, store *postgres.Store, heard *ear, reference bool) http.Handler {
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
			Keys: secrets, SMS: heard, AccessTerm: time.Minute,
			Tokens: auth.Signer{Key: key, KeyID: "tokens", Issuer: "https://joo.kz", Audience: "https://joo.kz/graphql"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// standings reads the consents that stand, with statements of its own.
func (w *world) standings(t fatal) map[int]standing {
	t.Helper()
	all := map[int]standing{}
	rows, err := w.db.Query(`SELECT right(a.user_id::text, 12)::int, a.restricted_at IS NOT NULL, coalesce(c.basis, ''), coalesce(c.university, ''), coalesce(c.survey, ''),
		coalesce(c.categories, '{}'), coalesce(c.scopes, '{}'), coalesce(c.state, ''), coalesce(c.expires_at > $1, false), c.withdrawn_at IS NULL
		FROM applicant a LEFT JOIN consent c ON c.user_id = a.user_id WHERE a.user_id::text LIKE '00000000-0000-4000-8000-%'`, moment)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int
		var c consentRow
		if err := rows.Scan(&n, &c.restricted, &c.basis, &c.university, &c.survey, &c.categories, &c.scopes, &c.state, &c.inTime, &c.kept); err != nil {
			t.Fatal(err)
		}
		all[n] = c.into(all[n])
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// consentRow is what the oracle reads of a consent.
type consentRow struct {
	restricted, inTime, kept         bool
	basis, university, survey, state string
	categories, scopes               pq.StringArray
}

// into adds a consent to how a person stands, if it stands.
func (c consentRow) into(s standing) standing {
	s.restricted = c.restricted
	if s.covers == nil {
		s.covers, s.surveys = map[string][]string{}, map[string]bool{}
	}
	stands := (c.state == "GIVEN" || c.state == "RENEWED") && c.inTime && c.kept
	switch {
	case stands && c.basis == "POLICY_CONSENT" && slices.Contains(c.scopes, "PROCESSING"):
		s.policy = true
	case stands && c.university != "" && len(c.scopes) >= 3:
		s.covers[c.university] = c.categories
	case stands && c.survey != "":
		s.surveys[c.survey] = true
	}
	return s
}

// remember makes the statements that undo what operations do to the person who
// changes. Their data keys stay: the API may hold them.
func (w *world) remember(t *testing.T) {
	t.Helper()
	var tables []struct {
		Table   string `db:"table_name"`
		Columns string `db:"columns"`
	}
	err := w.db.Select(&tables, `SELECT c.table_name, string_agg(c.column_name, ', ') AS columns FROM information_schema.columns c
		WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER' AND c.table_name <> 'data_key' AND EXISTS (
			SELECT FROM information_schema.columns u JOIN information_schema.tables t USING (table_schema, table_name)
			WHERE u.table_schema = 'public' AND u.table_name = c.table_name AND u.column_name = 'user_id' AND t.table_type = 'BASE TABLE')
		GROUP BY c.table_name ORDER BY c.table_name`)
	if err != nil {
		t.Fatal(err)
	}
	person := person{n: changing}.id()
	remember := "CREATE SCHEMA before;"
	w.restore = "SET session_replication_role = replica;"
	for _, r := range tables {
		remember += fmt.Sprintf("CREATE TABLE before.%[1]s AS SELECT * FROM %[1]s WHERE user_id = '%[2]s';", r.Table, person)
		w.restore += fmt.Sprintf("DELETE FROM %[1]s WHERE user_id = '%[2]s' OR user_id::text NOT LIKE '00000000-0000-4000-8000-%%';", r.Table, person)
		w.restore += fmt.Sprintf("INSERT INTO %[1]s (%[2]s) OVERRIDING SYSTEM VALUE SELECT %[2]s FROM before.%[1]s;", r.Table, r.Columns)
	}
	w.restore += "DELETE FROM data_key WHERE user_id::text NOT LIKE '00000000-0000-4000-8000-%'; SET session_replication_role = DEFAULT"
	if _, err := w.db.ExecContext(t.Context(), remember); err != nil {
		t.Fatal(err)
	}
}

// undo undoes what operations did to the person who changes, and to strangers.
func (w *world) undo(t fatal) {
	t.Helper()
	if _, err := w.db.ExecContext(context.Background(), w.restore); err != nil {
		t.Fatal(err)
	}
}
