package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

// writer writes a person with a phone, in a transaction that lasts until commit.
type writer struct {
	tx     *sqlx.Tx
	sealer *postgres.Sealer
}

func newWriter(t *testing.T, db *sqlx.DB, keys *postgres.Keys) writer {
	t.Helper()
	tx, err := db.BeginTxx(context.WithoutCancel(t.Context()), nil)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := keys.Sealer(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	return writer{tx, sealer}
}

func (w writer) commit(t *testing.T, user uuid.UUID, phone string) {
	t.Helper()
	key, err := w.sealer.NewKey(t.Context(), user, vault.Contact)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := w.sealer.Seal(t.Context(), key, phoneColumn, nullString(phone))
	if err != nil {
		t.Fatal(err)
	}
	blind, err := w.sealer.Index(t.Context(), phoneColumn, nullString(phone))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.tx.ExecContext(t.Context(), "INSERT INTO applicant (user_id, phone, phone_index_a, phone_index_b, created_at) VALUES ($1, CAST($2 AS bytea), CAST($3 AS bytea), CAST($4 AS bytea), now())",
		user, sealed, blind.A, blind.B)
	if err == nil {
		_, err = w.tx.ExecContext(t.Context(), "INSERT INTO data_key (user_id, key_group, version, epoch, wrapped) VALUES ($1, 'CONTACT', 1, $2, $3)", user, int64(key.Epoch), key.Wrapped)
	}
	if err == nil {
		err = w.tx.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// reindexed is a store on a database with some people.
func reindexed(t *testing.T) (*sqlx.DB, *postgres.Store) {
	t.Helper()
	dsn := postgrestest.DSN(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	store, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConnections: 8, Now: now, Driver: "postgres", Vault: postgrestest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := demo.Fill(t.Context(), db, store.Keys, demo.Generate(demo.Options{Users: 40, Seed: 1})); err != nil {
		t.Fatal(err)
	}
	return db, store
}

func found(t *testing.T, s *postgres.Snapshot, phone string) uuid.UUID {
	t.Helper()
	id, is, err := s.Person(t.Context(), phoneColumn, phone)
	if err != nil || is == (id == uuid.Nil) {
		t.Fatal(id, is, err)
	}
	return id
}

// TestReindexWaitsForWriters who know the old key alone, and finds what they
// wrote; and those who begin while the new key is filled in fill in both.
func TestReindexWaitsForWriters(t *testing.T) {
	db, store := reindexed(t)
	early := newWriter(t, db, store.Keys)
	users := map[string]uuid.UUID{"+77710009908": uuid.New()}
	done := make(chan error, 1)
	go func() {
		done <- store.Keys.Reindex(context.WithoutCancel(t.Context()), func(what string, _, _ int) {
			phone := map[bool]string{true: "+77710009907", false: "+77710009906"}[strings.Contains(what, "applicant.phone")]
			if users[phone] == uuid.Nil {
				users[phone] = uuid.New()
				newWriter(t, db, store.Keys).commit(t, users[phone], phone)
			}
		})
	}()
	ended := awaitLock(t, db, done)
	early.commit(t, users["+77710009908"], "+77710009908")
	if !ended {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if len(users) != 3 {
		t.Fatalf("%d people", len(users))
	}
	for phone, user := range users {
		snapshot := store.Snapshot()
		if got := found(t, snapshot, phone); got != user {
			t.Errorf("who wrote %s is not found: %s", phone, got)
		}
		_ = snapshot.Close()
	}
	var left int
	if err := db.GetContext(t.Context(), &left, "SELECT count(phone_index_a) FROM applicant"); err != nil || left > 0 {
		t.Errorf("%d values of the old key, %v", left, err)
	}
}

// awaitLock waits until somebody waits for the keys, or the work is done.
func awaitLock(t *testing.T, db *sqlx.DB, done chan error) (ended bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-done:
			t.Errorf("it did not wait: %v", err)
			return true
		default:
		}
		var waiting bool
		if err := db.GetContext(t.Context(), &waiting, "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7391066 AND NOT granted)"); err != nil {
			t.Fatal(err)
		}
		if waiting {
			return false
		}
	}
	t.Fatal("nobody waits")
	return false
}

// TestOldSnapshotFinds by the key that was in use when it began, which is gone
// when it searches.
func TestOldSnapshotFinds(t *testing.T) {
	db, store := reindexed(t)
	user := uuid.New()
	newWriter(t, db, store.Keys).commit(t, user, "+77710009908")
	snapshot := store.Snapshot()
	defer func() { _ = snapshot.Close() }()
	if _, err := snapshot.PolicyInForce(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := store.Keys.Reindex(t.Context(), func(string, int, int) {}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Keys.Rotate(t.Context(), func(string, int, int) {}); err != nil {
		t.Fatal(err)
	}
	if got := found(t, snapshot, "+77710009908"); got != user {
		t.Errorf("found %s, want %s", got, user)
	}
}
