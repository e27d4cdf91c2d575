package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/sms"
)

// stage is the real API on a real database of two applicants, who have agreed to
// nothing yet, and three universities, for consents to have histories on.
type stage struct {
	db      *sqlx.DB
	store   *postgres.Store
	handler http.Handler
}

// actor is a person of the stage: the client through which they come, and what
// they have given of themselves, by column.
type actor struct {
	n      int
	client string
	values map[string]string
}

var actors = []actor{
	{1, "app", map[string]string{
		"family_name": "Ахметова", "given_name": "Әсем", "patronymic": "Қайратқызы", "iin": "080716699104", "birth_date": "2008-07-16",
		"phone": "+77710000001", "email": "first@example.com", "address": "ул. Абая, 1", "region": "710000000", "profile_subjects": "{MATH,INFORMATICS}",
	}},
	{2, "site", map[string]string{
		"family_name": "Сейітов", "given_name": "Дәурен", "patronymic": "Ерланұлы", "iin": "080115599001", "birth_date": "2008-01-15",
		"phone": "+77710000002", "email": "other@example.org", "address": "ул. Сатпаева, 2", "region": "750000000", "profile_subjects": "{BIOLOGY,CHEMISTRY}",
	}},
}

// universities are those of the stage. The last keeps its data abroad.
var universities = []string{"013", "027", "190"}

func (a actor) id() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", a.n) }

// total is that of the person's one ENT result, and score that of its subjects.
func (a actor) total() int { return 100 + a.n }
func (a actor) score() int { return 10 + a.n }

func (a actor) load() string {
	columns := slices.Sorted(maps.Keys(a.values))
	literals := make([]string, len(columns))
	for i, c := range columns {
		literals[i] = "'" + a.values[c] + "'"
	}
	return fmt.Sprintf(`INSERT INTO applicant (user_id, created_at, %[2]s) VALUES ('%[1]s', '2026-01-01', %[3]s);
		INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language)
		VALUES ('%[1]s', '%[1]s', 2026, 'MAIN', %[4]d, '{HISTORY_KZ}', '{%[5]d}', 'RU');
		INSERT INTO grant_application (user_id, id, year, status, quotas) VALUES ('%[1]s', '%[1]s', 2026, 'SUBMITTED', '{}');`,
		a.id(), strings.Join(columns, ", "), strings.Join(literals, ", "), a.total(), a.score())
}

const setting = `
	INSERT INTO client (client_id, name, audience, purposes, university, agreement_from, hosting_country) VALUES
		('app', 'app', 'APP', '{SERVICE,SUBJECT_ACCESS}', NULL, NULL, 'KZ'),
		('site', 'site', 'SITE', '{SERVICE,SUBJECT_ACCESS}', NULL, NULL, 'KZ'),
		('013', 'university', 'UNIVERSITY', '{CONSULTATION}', '013', '2026-01-01', 'KZ'),
		('027', 'university', 'UNIVERSITY', '{CONSULTATION}', '027', '2026-01-01', 'KZ'),
		('190', 'university', 'UNIVERSITY', '{CONSULTATION}', '190', '2026-01-01', 'DE');
	INSERT INTO survey (id, version, published_at, retention_days, definition)
	SELECT 'plans', 1, '2026-01-01', 5, '{"id": "plans", "title": ' || words || ', "purpose": ' || words || ', "retentionDays": 5,
		"fields": [{"id": "wish", "type": "TEXT", "label": ' || words || '}]}'
	FROM (VALUES ('{"kk": "a", "ru": "b", "en": "c"}')) AS v (words);`

// begin undoes a history, which the database itself would keep.
const begin = `BEGIN;
	SET LOCAL session_replication_role = replica;
	DELETE FROM survey_answer; DELETE FROM withdrawal_refusal; DELETE FROM lead; DELETE FROM consent_event; DELETE FROM consent;
	DELETE FROM policy_rule WHERE version > 1; DELETE FROM policy_text WHERE version > 1; DELETE FROM policy_version WHERE version > 1;
	UPDATE applicant SET restricted_at = NULL; UPDATE client SET agreement_to = NULL;
	COMMIT`

func newStage(t *testing.T, o postgres.Options) *stage {
	t.Helper()
	s, dsn := &stage{}, postgrestest.DSN(t)
	var err error
	if s.db, err = sqlx.ConnectContext(t.Context(), "postgres", dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.db.Close() })
	o.Driver, o.Vault, o.SessionTerm, o.MaxConnections = "postgres", postgrestest.Vault(t), time.Hour, 6
	if err := postgrestest.Load(t.Context(), s.db, o.Vault, actors[0].load()+actors[1].load()+setting); err != nil {
		t.Fatal(err)
	}
	if s.store, err = postgres.Open(t.Context(), dsn, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	s.handle(t)
	return s
}

func (s *stage) handle(t *testing.T) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := signin.NewKeys(make([]byte, signin.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	s.handler, err = graph.New(graph.Options{
		Store: s.store, CursorKey: make([]byte, graph.CursorKeySize), Limits: graph.DefaultLimits(), MaxBody: 1 << 20,
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
}

// ask has the API answer a client as it is registered at that moment, and for the
// app and the site the person signed in. Anybody may ask at once.
func (s *stage) ask(client, user string, body []byte) ([]byte, error) {
	ctx := context.Background()
	registered, err := s.store.Client(ctx, auth.Claims{ClientID: client})
	if err != nil {
		return nil, err
	}
	ctx = auth.WithCaller(ctx, &auth.Caller{Client: registered, User: user})
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return recorder.Body.Bytes(), nil
}
