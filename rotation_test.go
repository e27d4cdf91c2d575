package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

// rotation is a filled database whose keys are rotated and whose rotations are
// killed.
type rotation struct {
	*testing.T

	dsn, data  string
	db         *sqlx.DB
	store      *postgres.Store
	population *demo.Population
	written    atomic.Int32 // people that were added meanwhile
}

func newRotation(t *testing.T, users int) *rotation {
	t.Helper()
	r := &rotation{T: t, dsn: postgrestest.DSN(t), data: t.TempDir(), population: demo.Generate(demo.Options{Users: users, Seed: 3})}
	var err error
	if r.db, err = sqlx.ConnectContext(t.Context(), "postgres", r.dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.db.Close() })
	keys, err := vault.OpenDirectory(filepath.Join(r.data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	r.store, err = postgres.Open(t.Context(), r.dsn, postgres.Options{
		MaxConnections: 4, Now: time.Now, Driver: "postgres", Vault: vault.New(keys, vault.Options{CacheTTL: time.Millisecond}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	if err := demo.Fill(t.Context(), r.db, r.store.Keys, r.population); err != nil {
		t.Fatal(err)
	}
	return r
}

// run runs `kelisim keys …`, and kills it after a while unless it has ended.
func (r *rotation) run(after time.Duration, command string) (killed bool) {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), "kelisim", "keys", command)
	cmd.Env = append(os.Environ(), "DATABASE_URL="+r.dsn, "KELISIM_DATA="+r.data)
	var output strings.Builder
	cmd.Stderr = &output
	if err := cmd.Start(); err != nil {
		r.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGKILL {
			return true
		}
	}
	// The lock of a killed rotation goes with its connection, which the server notices soon.
	if err != nil && !strings.Contains(output.String(), postgres.ErrRotating.Error()) {
		r.Fatalf("keys %s: %v\n%s", command, err, output.String())
	}
	return false
}

// kill kills a command at random moments until so many kills have hit it, and
// looks at everything in between.
func (r *rotation) kill(command string, times int) {
	r.Helper()
	begun := time.Now()
	r.run(time.Minute, command)
	whole := time.Since(begun)
	hits, done := 0, 0
	for hits < times {
		if r.run(rand.N(whole), command) {
			hits++
		} else {
			done++
		}
		r.checkFound()
		if hits%10 == 0 {
			r.checkOpens()
		}
	}
	r.Logf("keys %s takes %v; %d were killed, %d came through; %d people were added meanwhile", command, whole.Round(time.Millisecond), hits, done, r.written.Load())
}

// checkFound tells whether somebody is found by phone.
func (r *rotation) checkFound() {
	r.Helper()
	who := r.population.Applicants[rand.N(len(r.population.Applicants))]
	snapshot := r.store.Snapshot()
	defer func() { _ = snapshot.Close() }()
	id, found, err := snapshot.Person(r.Context(), vault.Place{Table: "applicant", Column: "phone"}, string(who.Phone))
	if err != nil || !found || id != who.UserID {
		r.Fatalf("look-up by phone: found %t, the one %t, %v", found, id == who.UserID, err)
	}
}

// checkOpens opens every sealed value that there is, without a cache.
func (r *rotation) checkOpens() {
	r.Helper()
	keys, err := vault.OpenDirectory(filepath.Join(r.data, "keys"))
	if err != nil {
		r.Fatal(err)
	}
	postgrestest.Unseal(r.T, r.db, vault.New(keys, vault.Options{}))
	rows := []struct {
		User  uuid.UUID `db:"user_id"`
		Phone string    `db:"phone"`
	}{}
	if err := r.db.SelectContext(r.Context(), &rows, "SELECT user_id, phone FROM opened.applicant"); err != nil {
		r.Fatal(err)
	}
	phones := map[uuid.UUID]string{}
	for _, row := range rows {
		phones[row.User] = row.Phone
	}
	for _, a := range r.population.Applicants {
		if phones[a.UserID] != string(a.Phone) {
			r.Fatal("a phone is not what it was")
		}
	}
}

// write adds people, one a transaction, until ctx ends or the numbers do that the
// population leaves.
func (r *rotation) write(ctx context.Context) error {
	for n := 2000; n < 9000 && ctx.Err() == nil; n++ {
		if err := r.add(context.WithoutCancel(ctx), fmt.Sprintf("+7771000%04d", n)); err != nil {
			return err
		}
		r.written.Add(1)
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

func (r *rotation) add(ctx context.Context, phone string) error {
	tx, err := r.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	sealer, err := r.store.Keys.Sealer(ctx, tx)
	if err != nil {
		return err
	}
	user, place := uuid.New(), vault.Place{Table: "applicant", Column: "phone"}
	key, err := sealer.NewKey(ctx, user, vault.Contact)
	if err != nil {
		return err
	}
	time.Sleep(rand.N(20 * time.Millisecond)) // a rotation may want to begin now
	sealed, err := sealer.Seal(ctx, key, place, nullString(phone))
	if err != nil {
		return err
	}
	blind, err := sealer.Index(ctx, place, nullString(phone))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO applicant (user_id, phone, phone_index_a, phone_index_b, created_at)
		VALUES ($1, CAST($2 AS bytea), nullif(CAST($3 AS bytea), ''), nullif(CAST($4 AS bytea), ''), now())`, user, sealed, blind.A, blind.B)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO data_key (user_id, key_group, version, epoch, wrapped) VALUES ($1, 'CONTACT', $2, $3, $4)`,
		user, key.Version, int64(key.Epoch), key.Wrapped)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// TestKilledRotation: keys are rotated and indexes made anew while people are
// added and looked up, and the work is killed at random moments. It resumes,
// every value opens, and nothing is left behind.
func TestKilledRotation(t *testing.T) {
	r := newRotation(t, 1000)
	ctx, stop := context.WithCancel(t.Context())
	written := make(chan error, 1)
	go func() { written <- r.write(ctx) }()
	r.kill("rotate", 50)
	r.kill("reindex", 20)
	stop()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"rotate", "reindex"} {
		r.runWhole(command)
	}
	r.checkOpens()
	for _, none := range []string{
		"data_key WHERE epoch < (SELECT max(epoch) FROM key_epoch)",
		"index_key WHERE NOT in_use OR epoch < (SELECT max(epoch) FROM key_epoch)",
		"applicant a LEFT JOIN index_key k ON k.column_name = 'phone' WHERE CASE k.version % 2 WHEN 1 THEN a.phone_index_a IS NULL OR a.phone_index_b IS NOT NULL ELSE a.phone_index_b IS NULL OR a.phone_index_a IS NOT NULL END",
		"applicant a LEFT JOIN data_key k ON k.user_id = a.user_id AND k.key_group = 'CONTACT' WHERE k.user_id IS NULL",
	} {
		var n int
		if err := r.db.GetContext(t.Context(), &n, "SELECT count(*) FROM "+none); err != nil || n != 0 {
			t.Errorf("%d rows of %s, %v", n, none, err)
		}
	}
	for range 50 {
		r.checkFound()
	}
}

// runWhole runs a command to its end, when the lock of the killed one is free.
func (r *rotation) runWhole(command string) {
	r.Helper()
	before := r.generation()
	for r.generation() == before {
		r.run(time.Minute, command)
	}
}

// generation grows with each new epoch and each index that has a new key.
func (r *rotation) generation() (n int) {
	r.Helper()
	err := r.db.GetContext(r.Context(), &n, "SELECT (SELECT max(epoch) FROM key_epoch) + (SELECT sum(version) FROM index_key)")
	if err != nil {
		r.Fatal(err)
	}
	return n
}

func nullString(s string) sql.Null[string] { return sql.Null[string]{V: s, Valid: true} }
