package postgrestest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/vault"
)

// Vault is a vault with a key store that belongs to the test alone.
func Vault(t testing.TB) *vault.Vault {
	t.Helper()
	store, err := vault.OpenDirectory(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(store, vault.Options{})
}

// moment is when a test's keys are made.
func moment() time.Time { return time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC) }

// Keys are the prepared keys of a test's database.
func Keys(t testing.TB, db *sqlx.DB, v *vault.Vault) *postgres.Keys {
	t.Helper()
	keys, err := postgres.NewKeys(db, v, moment)
	if err == nil {
		err = keys.Prepare(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Load runs statements in which values of sealed columns stand in clear, and
// seals these before anybody else sees them.
func Load(ctx context.Context, db *sqlx.DB, v *vault.Vault, statements string) error {
	keys, err := postgres.NewKeys(db, v, moment)
	if err == nil {
		err = keys.Prepare(ctx)
	}
	if err != nil {
		return err
	}
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, step := range []string{"ALTER DOMAIN sealed DROP CONSTRAINT sealed_format", statements} {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	l := loader{tx: tx, vault: v, keys: map[string]*vault.DataKey{}}
	if l.sealer, err = keys.Sealer(ctx, tx); err != nil {
		return err
	}
	for _, c := range postgres.SealedColumns() {
		if err := l.seal(ctx, c); err != nil {
			return fmt.Errorf("%s.%s: %w", c.Table, c.Column, err)
		}
	}
	if _, err := tx.ExecContext(ctx, "ALTER DOMAIN sealed ADD CONSTRAINT sealed_format CHECK (get_byte(VALUE, 0) = 1 AND octet_length(VALUE) >= 33)"); err != nil {
		return err
	}
	return tx.Commit()
}

// loader seals what one transaction has written in clear.
type loader struct {
	tx     *sqlx.Tx
	vault  *vault.Vault
	sealer *postgres.Sealer
	keys   map[string]*vault.DataKey
}

type cell struct {
	UserID uuid.UUID `db:"user_id"`
	Row    string    `db:"ctid"`
	Value  []byte    `db:"value"`
}

func (l *loader) seal(ctx context.Context, c postgres.SealedColumn) error {
	var cells []cell
	err := l.tx.SelectContext(ctx, &cells, fmt.Sprintf("SELECT user_id, ctid, %[2]s AS value FROM %[1]s WHERE %[2]s IS NOT NULL ORDER BY user_id", c.Table, c.Column))
	if err != nil {
		return err
	}
	for _, cell := range cells {
		if bytes.HasPrefix(cell.Value, []byte{1}) {
			continue
		}
		if err := l.write(ctx, c, cell); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) write(ctx context.Context, c postgres.SealedColumn, at cell) error {
	key, err := l.key(ctx, at.UserID, c.Group)
	if err != nil {
		return err
	}
	plain := sql.Null[string]{V: string(at.Value), Valid: true}
	sealed, err := l.sealer.Seal(ctx, key, c.Place, plain)
	if err != nil {
		return err
	}
	columns := map[string]any{c.Column: sealed}
	if c.Indexed {
		blind, err := l.sealer.Index(ctx, c.Place, plain)
		if err != nil {
			return err
		}
		columns[c.Column+"_index_a"], columns[c.Column+"_index_b"] = blind.A, blind.B
	}
	args, set := []any{at.Row}, []string{}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		args = append(args, columns[name])
		set = append(set, fmt.Sprintf("%s = CAST($%d AS bytea)", name, len(args)))
	}
	_, err = l.tx.ExecContext(ctx, "UPDATE "+c.Table+" SET "+strings.Join(set, ", ")+" WHERE ctid = $1", args...)
	return err
}

func (l *loader) key(ctx context.Context, user uuid.UUID, g vault.Group) (*vault.DataKey, error) {
	key := l.keys[user.String()+string(g)]
	if key != nil {
		return key, nil
	}
	key = &vault.DataKey{User: user, Group: g}
	row := l.tx.QueryRowxContext(ctx, "SELECT version, epoch, wrapped FROM data_key WHERE user_id = $1 AND key_group = $2", user, string(g))
	err := row.Scan(&key.Version, &key.Epoch, &key.Wrapped)
	if err == sql.ErrNoRows { //nolint:errorlint // as it is returned
		if key, err = l.sealer.NewKey(ctx, user, g); err == nil {
			_, err = l.tx.ExecContext(ctx, "INSERT INTO data_key (user_id, key_group, version, epoch, wrapped) VALUES ($1, $2, $3, $4, $5)",
				user, string(g), key.Version, int64(key.Epoch), key.Wrapped)
		}
	}
	l.keys[user.String()+string(g)] = key
	return key, err
}

// Unseal makes a schema named opened with copies of the tables that have sealed
// columns, in which these stand in clear, for a test to compare with. No program
// but a test does so.
func Unseal(t testing.TB, db *sqlx.DB, v *vault.Vault) {
	t.Helper()
	ctx := t.Context()
	run := func(statement string, args ...any) {
		if _, err := db.ExecContext(ctx, statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	run("DROP SCHEMA IF EXISTS opened CASCADE")
	run("CREATE SCHEMA opened")
	for _, table := range []string{"applicant", "ent_result", "consent", "survey_answer"} {
		run("CREATE TABLE opened." + table + " AS TABLE " + table)
	}
	for _, c := range postgres.SealedColumns() {
		run(fmt.Sprintf("ALTER TABLE opened.%[1]s ALTER %[2]s TYPE text USING encode(%[2]s, 'hex')", c.Table, c.Column))
		var sealed, values []string // no two values are sealed alike
		for _, r := range sealedCells(t, db, c) {
			plain, err := v.Open(ctx, &vault.DataKey{User: r.UserID, Group: c.Group, Version: r.Version, Epoch: r.Epoch, Wrapped: r.Wrapped}, c.Place, r.Value)
			if err != nil {
				t.Fatal(err)
			}
			sealed, values = append(sealed, hex.EncodeToString(r.Value)), append(values, string(plain))
		}
		run(fmt.Sprintf("UPDATE opened.%s t SET %s = n.v FROM unnest($1::text[], $2::text[]) AS n (sealed, v) WHERE t.%s = n.sealed", c.Table, c.Column, c.Column),
			pq.Array(sealed), pq.Array(values))
	}
}

type sealedCell struct {
	UserID  uuid.UUID   `db:"user_id"`
	Value   []byte      `db:"value"`
	Version int32       `db:"version"`
	Epoch   vault.Epoch `db:"epoch"`
	Wrapped []byte      `db:"wrapped"`
}

func sealedCells(t testing.TB, db *sqlx.DB, c postgres.SealedColumn) (cells []sealedCell) {
	t.Helper()
	err := db.SelectContext(t.Context(), &cells, fmt.Sprintf(`
		SELECT t.user_id, t.%[2]s AS value, k.version, k.epoch, k.wrapped FROM %[1]s t
		JOIN data_key k ON k.user_id = t.user_id AND k.key_group = $1 WHERE t.%[2]s IS NOT NULL`, c.Table, c.Column), string(c.Group))
	if err != nil {
		t.Fatal(err)
	}
	return cells
}
