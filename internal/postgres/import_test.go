package postgres_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"golang.org/x/sync/errgroup"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/sheet"
	"joo.kz/kelisim/internal/vault"
)

// crowd is a store whose statements are heard, of people without results who all
// consent to collection.
type crowd struct {
	*listener

	db    *sqlx.DB
	store *postgres.Store
	users []uuid.UUID
	iins  []applicant.IIN
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	dsn := postgrestest.DSN(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &crowd{listener: &listener{}, db: db}
	c.store, err = postgres.Open(t.Context(), dsn, postgres.Options{MaxConnections: 8, Now: now, Driver: register(t, c.listener), Vault: postgrestest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.store.Close() })
	people := demo.Generate(demo.Options{Users: 60, Seed: 1})
	people.EntResults, people.GrantApplications, people.GrantChoices = nil, nil, nil
	if err := demo.Fill(t.Context(), db, c.store.Keys, people); err != nil {
		t.Fatal(err)
	}
	for _, a := range people.Applicants {
		if a.IIN != nil && a.RestrictedAt == nil {
			c.users, c.iins = append(c.users, a.UserID), append(c.iins, *a.IIN)
		}
	}
	c.exec(t, `INSERT INTO consent (user_id, id, basis, categories, policy_version, given_at, expires_at)
		SELECT user_id, gen_random_uuid(), 'POLICY_CONSENT', '{}', 1, '2026-11-10', '2027-11-10' FROM applicant`)
	return c
}

func (c *crowd) exec(t *testing.T, statement string) {
	t.Helper()
	if _, err := c.db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// code is a testee code of the nth person.
func code(n int) string { return fmt.Sprintf("9900007%03d", n) }

// row is a result of the nth person, with a score.
func (c *crowd) row(n int, score int32) sheet.Row[applicant.Sitting] {
	return sheet.Row[applicant.Sitting]{IIN: c.iins[n], Value: applicant.Sitting{
		Year: 2026, Session: applicant.EntSessionMain, Total: score, Language: applicant.EntLanguageKk, TesteeCode: new(code(n)),
		Scores: []applicant.SubjectScoreInput{{Subject: applicant.SubjectHistoryKz, Score: score}},
	}}
}

func (c *crowd) rows(score int32) (rows []sheet.Row[applicant.Sitting]) {
	for n := range c.iins {
		rows = append(rows, c.row(n, score))
	}
	return rows
}

// count is how many rows had an outcome.
func count(fates []sheet.Fate, o sheet.Outcome) (n int) {
	for _, f := range fates {
		if f.Outcome == o {
			n++
		}
	}
	return n
}

// TestImportSendsNothingInClear: neither an IIN nor a testee code is sent to the
// database, whose temporary tables are files as well.
func TestImportSendsNothingInClear(t *testing.T) {
	c := newCrowd(t)
	c.heard()
	c.args = nil
	fates, err := c.store.ImportEntResults(t.Context(), c.rows(20))
	if err != nil || count(fates, sheet.New) != len(c.iins) {
		t.Fatal(fates, err)
	}
	var sent bytes.Buffer
	for i, statement := range c.heard() {
		for _, arg := range c.args[i] {
			if b, is := arg.([]byte); is {
				arg = string(b)
			}
			fmt.Fprintln(&sent, statement, arg)
		}
	}
	if !strings.Contains(sent.String(), "HISTORY_KZ") {
		t.Fatal("the copied rows were not heard")
	}
	for n, iin := range c.iins {
		for _, value := range []string{string(iin), code(n)} {
			if strings.Contains(sent.String(), value) || strings.Contains(sent.String(), hex.EncodeToString([]byte(value))) {
				t.Fatalf("a value of person %d was sent in clear", n)
			}
		}
	}
}

// TestImportDuringReindex: who is imported while an index is made anew is found, and
// so is what is imported, by the key that comes into use.
func TestImportDuringReindex(t *testing.T) {
	c := newCrowd(t)
	imported := map[string]int{}
	err := c.store.Keys.Reindex(t.Context(), func(what string, _, _ int) {
		if _, done := imported[what]; done {
			return
		}
		n := len(imported)
		imported[what] = n
		fates, err := c.store.ImportEntResults(t.Context(), []sheet.Row[applicant.Sitting]{c.row(n, 20)})
		if err != nil || fates[0].Outcome != sheet.New {
			t.Errorf("%s: %+v, %v", what, fates, err)
		}
	})
	if err != nil || len(imported) < 3 {
		t.Fatal(imported, err)
	}
	snapshot := c.store.Snapshot()
	defer func() { _ = snapshot.Close() }()
	for what, n := range imported {
		user, found, err := snapshot.Person(t.Context(), vault.Place{Table: "ent_result", Column: "testee_code"}, code(n))
		if err != nil || !found || user != c.users[n] {
			t.Errorf("%s: found %v, %v", what, found, err)
		}
	}
}

// TestImportLooksAgain where the key by which it looks people up goes out of use
// before it has found them.
func TestImportLooksAgain(t *testing.T) {
	c := newCrowd(t)
	var once sync.Once
	c.before = func(statement string) {
		if strings.Contains(statement, "lock_people") {
			once.Do(func() {
				if err := c.store.Keys.Reindex(t.Context(), func(string, int, int) {}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	fates, err := c.store.ImportEntResults(t.Context(), c.rows(20))
	if err != nil || count(fates, sheet.New) != len(c.iins) {
		t.Errorf("%d of %d found, %v", count(fates, sheet.New), len(c.iins), err)
	}
}

// TestImportHoldsPeopleFirst and then the keys, as people's own writes do: an import that
// waits for somebody keeps no rotation waiting.
func TestImportHoldsPeopleFirst(t *testing.T) {
	c := newCrowd(t)
	held, release := make(chan struct{}), make(chan struct{})
	group, ctx := errgroup.WithContext(t.Context())
	group.Go(func() error {
		return c.store.Change(ctx, c.users[0].String(), func(tx *postgres.Transaction) error {
			close(held)
			<-release
			s := c.row(0, 10).Value
			s.Session, s.TesteeCode = applicant.EntSessionAugust, new("990000001")
			_, err := tx.AddEntResult(ctx, s, postgres.Typed)
			return err
		})
	})
	<-held
	group.Go(func() error {
		_, err := c.store.ImportEntResults(ctx, []sheet.Row[applicant.Sitting]{c.row(0, 20)})
		return err
	})
	c.awaitWaiting(t)
	rotated := make(chan struct{})
	group.Go(func() error {
		defer close(rotated)
		_, err := c.store.Keys.Rotate(ctx, func(string, int, int) {})
		return err
	})
	select {
	case <-rotated:
	case <-time.After(20 * time.Second):
		t.Error("the rotation waits for an import that waits for a person")
	}
	close(release)
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// awaitWaiting waits until somebody waits for a lock.
func (c *crowd) awaitWaiting(t *testing.T) {
	t.Helper()
	for waiting := false; !waiting; time.Sleep(10 * time.Millisecond) {
		if err := c.db.GetContext(t.Context(), &waiting, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestImportsAndPeople write at once, in any order of the people, while keys are
// rotated and indexes made anew: nobody waits for ever, and nothing is there twice.
func TestImportsAndPeople(t *testing.T) {
	c := newCrowd(t)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 3 {
		group.Go(func() error {
			for score := range int32(8) {
				rows := c.rows(score)
				if i == 1 {
					slices.Reverse(rows)
				}
				if _, err := c.store.ImportEntResults(ctx, rows); err != nil {
					return fmt.Errorf("import: %w", err)
				}
			}
			return nil
		})
	}
	group.Go(func() error { return c.writeAll(ctx) })
	group.Go(func() error {
		for range 3 {
			if err := c.store.Keys.Reindex(ctx, func(string, int, int) {}); err != nil {
				return fmt.Errorf("reindex: %w", err)
			}
			if _, err := c.store.Keys.Rotate(ctx, func(string, int, int) {}); err != nil {
				return fmt.Errorf("rotate: %w", err)
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	var results, keys int
	if err := c.db.GetContext(t.Context(), &results, "SELECT count(*) FROM ent_result WHERE session = 'MAIN'"); err != nil || results != len(c.iins) {
		t.Errorf("%d results of %d people, %v", results, len(c.iins), err)
	}
	if err := c.db.GetContext(t.Context(), &keys, "SELECT count(*) FROM data_key WHERE key_group = 'EXAM_CODE'"); err != nil || keys != len(c.iins) {
		t.Errorf("%d keys of %d people, %v", keys, len(c.iins), err)
	}
}

// writeAll has each person add a result of another session and remove it.
func (c *crowd) writeAll(ctx context.Context) error {
	s := c.row(0, 10).Value
	s.Session = applicant.EntSessionAugust
	for n, user := range c.users {
		s.TesteeCode = new(code(n) + "1")
		err := c.store.Change(ctx, user.String(), func(tx *postgres.Transaction) error {
			id, err := tx.AddEntResult(ctx, s, postgres.Typed)
			if err != nil {
				return err
			}
			return tx.RemoveEntResult(ctx, id)
		})
		if err != nil {
			return fmt.Errorf("person: %w", err)
		}
	}
	return nil
}
