package postgres_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

// opener opens a value of a person with a vault, again and again.
type opener struct {
	t      *testing.T
	vault  *vault.Vault
	key    *vault.DataKey
	sealed []byte
}

// forgotten opens the value, and tells whether its key had to be unwrapped.
func (o opener) forgotten() bool {
	o.t.Helper()
	before := o.vault.Unwrapped()
	if _, err := o.vault.Open(o.t.Context(), o.key, phoneColumn, o.sealed); err != nil {
		o.t.Fatal(err)
	}
	return o.vault.Unwrapped() > before
}

// within tells whether the key is forgotten in that time.
func (o opener) within(d time.Duration) bool {
	o.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if o.forgotten() {
			return true
		}
	}
	return false
}

// TestOtherInstanceForgets the person whose key went, where another instance
// wrote so, and nobody where that was rolled back.
func TestOtherInstanceForgets(t *testing.T) {
	dsn := postgrestest.DSN(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	folder := filepath.Join(t.TempDir(), "keys")
	var vaults []*vault.Vault
	for range 2 {
		store, err := vault.OpenDirectory(folder)
		if err != nil {
			t.Fatal(err)
		}
		vaults = append(vaults, vault.New(store, vault.Options{}))
		keys := postgrestest.Keys(t, db, vaults[len(vaults)-1])
		ctx, stop := context.WithCancel(t.Context())
		listened := make(chan error, 1)
		go func() { listened <- keys.Listen(ctx, dsn) }()
		t.Cleanup(func() {
			stop()
			if err := <-listened; err != nil {
				t.Error(err)
			}
		})
	}
	var gone, stays opener
	for _, o := range []*opener{&gone, &stays} {
		*o = opener{t: t, vault: vaults[1], key: storedKey(t, db, vaults[0])}
		if o.sealed, err = vaults[0].Seal(t.Context(), o.key, phoneColumn, []byte("+77710009998")); err != nil {
			t.Fatal(err)
		}
	}
	awaitListeners(t, db, len(vaults))
	gone.forgotten()
	stays.forgotten()
	for _, commit := range []bool{false, true} {
		tx, err := db.BeginTxx(t.Context(), nil)
		if err == nil {
			_, err = tx.ExecContext(t.Context(), "DELETE FROM data_key WHERE user_id = $1", gone.key.User)
		}
		if err != nil {
			t.Fatal(err)
		}
		if gone.within(200 * time.Millisecond) {
			t.Error("forgotten before the end of the transaction")
		}
		end := tx.Rollback
		if commit {
			end = tx.Commit
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if gone.within(time.Second) != commit {
			t.Errorf("forgotten within a second: %t, committed: %t", !commit, commit)
		}
		if stays.forgotten() {
			t.Error("another person's key is forgotten")
		}
	}
}

func awaitListeners(t *testing.T, db *sqlx.DB, want int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var n int
		err := db.GetContext(t.Context(), &n, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
		if err != nil {
			t.Fatal(err)
		}
		if n == want {
			time.Sleep(200 * time.Millisecond)
			return
		}
	}
	t.Fatal("nobody listens")
}
