package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

func now() time.Time { return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC) }

// TestSealedColumnsAgree: the columns that the program seals are those of the
// domain, and each that look-ups go by has its two indexes.
func TestSealedColumnsAgree(t *testing.T) {
	db := postgrestest.New(t)
	var got []string
	err := db.SelectContext(t.Context(), &got, `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND domain_name = 'sealed' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var want, blind []string
	for _, c := range postgres.SealedColumns() {
		want = append(want, c.Table+"."+c.Column)
		if c.Indexed {
			blind = append(blind, c.Table+"."+c.Column+"_index_a", c.Table+"."+c.Column+"_index_b")
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sealed (-program +database):\n%s", diff)
	}
	slices.Sort(blind)
	err = db.SelectContext(t.Context(), &got, `SELECT t.relname || '.' || a.attname FROM pg_index i
		JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
		WHERE a.attname ~ '_index_[ab]$' ORDER BY 1`)
	if diff := cmp.Diff(blind, got); diff != "" || err != nil {
		t.Errorf("indexed (-program +database):\n%s%v", diff, err)
	}
}

// TestPlainTextIsRefused where ciphertext belongs.
func TestPlainTextIsRefused(t *testing.T) {
	db := postgrestest.New(t)
	for _, value := range []string{"+77710009998", "", "\\x01", "\\x01000000014e6f"} {
		_, err := db.ExecContext(t.Context(), "INSERT INTO applicant (user_id, phone, created_at) VALUES (gen_random_uuid(), CAST($1 AS bytea), now())", value)
		if err == nil {
			t.Errorf("%q is stored", value)
		}
	}
}

// TestPrepareOnce: several instances that start at once make one epoch and one
// key for each blind index.
func TestPrepareOnce(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			keys, err := postgres.NewKeys(db, v, now)
			if err == nil {
				err = keys.Prepare(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	var counts [3]int
	err := db.QueryRowxContext(t.Context(), `SELECT (SELECT count(*) FROM key_epoch), (SELECT count(*) FROM index_key),
		(SELECT count(*) FROM index_key WHERE in_use)`).Scan(&counts[0], &counts[1], &counts[2])
	if err != nil || counts != [3]int{1, 4, 4} {
		t.Errorf("epochs, index keys, in use: %v, %v", counts, err)
	}
}

// TestUnfitKeyStoreIsRefused in one line that says what is wrong.
func TestUnfitKeyStoreIsRefused(t *testing.T) {
	db := postgrestest.New(t)
	folder := filepath.Join(t.TempDir(), "keys")
	prepare := func(folder string) error {
		store, err := vault.OpenDirectory(folder)
		if err != nil {
			return err
		}
		keys, err := postgres.NewKeys(db, vault.New(store, vault.Options{}), now)
		if err != nil {
			return err
		}
		return keys.Prepare(t.Context())
	}
	if err := prepare(folder); err != nil {
		t.Fatal(err)
	}
	if err := prepare(folder); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other := filepath.Join(t.TempDir(), "keys")
	store, err := vault.OpenDirectory(other)
	if err != nil {
		t.Fatal(err)
	}
	missing := prepare(other)
	if err := store.Create(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for want, err := range map[string]error{"it has no key of epoch 1": missing, "its key of epoch 1 is another": prepare(other)} {
		if !errors.Is(err, postgres.ErrKeyStore) || !strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := os.Chmod(filepath.Join(folder, "epoch-000001.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := prepare(folder); err == nil || errors.Is(err, postgres.ErrKeyStore) {
		t.Errorf("a key that others may read: %v", err)
	}
}

// TestWriterKeepsItsEpoch: a rotation waits for those who write with the epoch
// that it ends, and finds what they wrote.
func TestWriterKeepsItsEpoch(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	keys := postgrestest.Keys(t, db, v)
	tx, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := keys.Sealer(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	rotated := make(chan error, 1)
	go func() {
		_, err := keys.Rotate(context.WithoutCancel(t.Context()), func(string, int, int) {})
		rotated <- err
	}()
	select {
	case err := <-rotated:
		t.Fatalf("the rotation did not wait: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	key, err := sealer.NewKey(t.Context(), uuid.New(), vault.Contact)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO applicant (user_id, created_at) VALUES ($1, now())",
		"INSERT INTO data_key (user_id, key_group, version, epoch, wrapped) VALUES ($1, 'CONTACT', 1, 1, $2)",
	} {
		args := []any{key.User, key.Wrapped}[:strings.Count(statement, "$")]
		if _, err := tx.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-rotated; err != nil {
		t.Fatal(err)
	}
	var epochs string
	err = db.GetContext(t.Context(), &epochs, "SELECT string_agg(DISTINCT epoch::text, ',') FROM (SELECT epoch FROM data_key UNION ALL SELECT epoch FROM index_key) e")
	if err != nil || epochs != "2" {
		t.Errorf("keys are left in epochs %s, %v", epochs, err)
	}
}

// TestOneRotationAtATime, and each makes a new epoch.
func TestOneRotationAtATime(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	keys := postgrestest.Keys(t, db, v)
	if err := demo.Fill(t.Context(), db, keys, demo.Generate(demo.Options{Users: 30, Seed: 1})); err != nil {
		t.Fatal(err)
	}
	var second error
	for want := vault.Epoch(2); want <= 3; want++ {
		epoch, err := keys.Rotate(t.Context(), func(string, int, int) {
			_, second = keys.Rotate(t.Context(), func(string, int, int) {})
		})
		if err != nil || epoch != want {
			t.Errorf("epoch %d, %v, want %d", epoch, err, want)
		}
		if !errors.Is(second, postgres.ErrRotating) {
			t.Errorf("a second rotation meanwhile: %v", second)
		}
	}
}

// TestBrokenKeyStopsARotation, which says whose it is, and goes on when it is
// mended.
func TestBrokenKeyStopsARotation(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	keys := postgrestest.Keys(t, db, v)
	p := demo.Generate(demo.Options{Users: 30, Seed: 1})
	if err := demo.Fill(t.Context(), db, keys, p); err != nil {
		t.Fatal(err)
	}
	flip := "UPDATE data_key SET wrapped = set_bit(wrapped, 200, 1 - get_bit(wrapped, 200)) WHERE key_group = 'IDENTITY' AND user_id = $1"
	for _, broken := range []bool{true, false} {
		if _, err := db.ExecContext(t.Context(), flip, p.User); err != nil {
			t.Fatal(err)
		}
		epoch, err := keys.Rotate(t.Context(), func(string, int, int) {})
		if broken != errors.Is(err, vault.ErrTampered) || broken && !strings.Contains(err.Error(), "IDENTITY key of person "+p.User.String()) || epoch != 2 {
			t.Errorf("broken %t: epoch %d, %v", broken, epoch, err)
		}
	}
	postgrestest.Unseal(t, db, v)
}

// TestInstancesForget: a data key that goes, or changes, is forgotten by every
// instance as soon as that is committed, and not before.
func TestInstancesForget(t *testing.T) {
	dsn := postgrestest.DSN(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	v := postgrestest.Vault(t)
	keys := postgrestest.Keys(t, db, v)
	ctx, stop := context.WithCancel(t.Context())
	listened := make(chan error, 1)
	go func() { listened <- keys.Listen(ctx, dsn) }()
	t.Cleanup(func() {
		stop()
		if err := <-listened; err != nil {
			t.Error(err)
		}
	})
	key := storedKey(t, db, v)
	sealed, err := v.Seal(t.Context(), key, phoneColumn, []byte("+77710009998"))
	if err != nil {
		t.Fatal(err)
	}
	// again opens the value, and tells whether the key had been forgotten.
	again := func() bool {
		before := v.Unwrapped()
		if _, err := v.Open(t.Context(), key, phoneColumn, sealed); err != nil {
			t.Fatal(err)
		}
		return v.Unwrapped() > before
	}
	forgets := func(what string) {
		t.Helper()
		for end := time.Now().Add(5 * time.Second); !again(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: not forgotten", what)
			}
		}
	}
	for !again() { // listening begins with forgetting all
		v.DropAll()
	}
	time.Sleep(300 * time.Millisecond)
	again()
	for _, statement := range []string{"UPDATE data_key SET version = version + 1", "SELECT pg_notify('data_key', '')", "DELETE FROM data_key"} {
		tx, err := db.BeginTxx(t.Context(), nil)
		if err == nil {
			_, err = tx.ExecContext(t.Context(), statement)
		}
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		if again() {
			t.Errorf("%s: forgotten before the commit", statement)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		forgets(statement)
	}
	if _, err := db.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"); err != nil {
		t.Fatal(err)
	}
	forgets("a lost connection")
}

var phoneColumn = vault.Place{Table: "applicant", Column: "phone"}

// storedKey is a data key of a new person, in the database.
func storedKey(t *testing.T, db *sqlx.DB, v *vault.Vault) *vault.DataKey {
	t.Helper()
	key, err := v.NewDataKey(t.Context(), 1, uuid.New(), vault.Contact)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "INSERT INTO applicant (user_id, created_at) VALUES ($1, now())", key.User)
	if err == nil {
		_, err = db.ExecContext(t.Context(), "INSERT INTO data_key (user_id, key_group, version, epoch, wrapped) VALUES ($1, 'CONTACT', 1, 1, $2)", key.User, key.Wrapped)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &key
}

// TestLookUps find who is there, at every stage of a new key of the index, and
// nobody else, in the same statements.
func TestLookUps(t *testing.T) {
	dsn := postgrestest.DSN(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	v, l := postgrestest.Vault(t), &listener{}
	store, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConnections: 4, Now: now, Driver: register(t, l), Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	p := demo.Generate(demo.Options{Users: 40, Seed: 1})
	if err := demo.Fill(t.Context(), db, store.Keys, p); err != nil {
		t.Fatal(err)
	}
	u, code := p.Applicants[0], *p.EntResults[0].TesteeCode
	lookUp := func(table, column, value string, found bool) []string {
		l.heard()
		snapshot := store.Snapshot()
		defer func() { _ = snapshot.Close() }()
		id, is, err := snapshot.Person(t.Context(), vault.Place{Table: table, Column: column}, value)
		if err != nil || is != found || is && id != p.User {
			t.Errorf("%s.%s: found %t, %v", table, column, is, err)
		}
		return l.heard()
	}
	all := func() {
		for _, c := range [][4]string{
			{"applicant", "iin", string(*u.IIN), "080716699104"},
			{"applicant", "phone", string(u.Phone), "+77710009999"},
			{"applicant", "email", strings.ToUpper(string(*u.Email)), "nobody@example.com"},
			{"ent_result", "testee_code", code, "000000000"},
		} {
			known, unknown := lookUp(c[0], c[1], c[2], true), lookUp(c[0], c[1], c[3], false)
			if diff := cmp.Diff(known, unknown); diff != "" || len(known) != 2 {
				t.Errorf("%s: statements differ (-known +unknown):\n%s", c[1], diff)
			}
		}
	}
	all()
	stages := 0
	for range 2 {
		if err := store.Keys.Reindex(t.Context(), func(string, int, int) { stages++; all() }); err != nil {
			t.Fatal(err)
		}
		all()
	}
	if stages < 8 {
		t.Errorf("looked up at %d stages", stages)
	}
}

// TestLookUpsUseTheirIndex in both columns of each.
func TestLookUpsUseTheirIndex(t *testing.T) {
	db := postgrestest.New(t)
	fillMany(t, db, 4)
	for _, c := range postgres.SealedColumns() {
		for _, slot := range []string{"a", "b"} {
			if !c.Indexed {
				continue
			}
			plan := explain(t, db, "person", []string{c.Table + "." + c.Column + "." + slot})
			if !strings.Contains(plan, "Index") || !strings.Contains(plan, fmt.Sprintf("%s_index_%s = ", c.Column, slot)) || strings.Contains(plan, "Seq Scan") {
				t.Errorf("%s, %s:\n%s", c.Column, slot, plan)
			}
		}
	}
}

func nullString(s string) sql.Null[string] { return sql.Null[string]{V: s, Valid: true} }

// TestEqualValuesHaveNothingInCommon but their place in a blind index, and there
// only within one column.
func TestEqualValuesHaveNothingInCommon(t *testing.T) {
	db, v := postgrestest.New(t), postgrestest.Vault(t)
	keys := postgrestest.Keys(t, db, v)
	tx, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	sealer, err := keys.Sealer(t.Context(), tx)
	if err != nil {
		t.Fatal(err)
	}
	index := func(column, value string) string {
		blind, err := sealer.Index(t.Context(), vault.Place{Table: "applicant", Column: column}, nullString(value))
		if err != nil || len(blind.A) != 32 || blind.B != nil {
			t.Fatal(len(blind.A), len(blind.B), err)
		}
		return string(blind.A)
	}
	if index("email", "A@example.com") != index("email", "a@EXAMPLE.com") || index("phone", "1") == index("phone", "2") || index("iin", "1") == index("phone", "1") {
		t.Error("the blind index does not compare values of one column as it should")
	}
}
