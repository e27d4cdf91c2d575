package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/vault"
)

// ErrNobody is returned for a person whom the database does not have.
var ErrNobody = errors.New("postgres: no such person")

// Transaction is what is written of one person at one moment: all of it or
// nothing.
type Transaction struct {
	store  *Store
	tx     *sqlx.Tx
	user   uuid.UUID
	at     time.Time
	sealer *Sealer
	keys   map[vault.Group]*vault.DataKey
}

// Change runs a transaction on the data of one person, whose other transactions
// wait for it. It fails with [ErrNobody], and with what do fails with: then
// nothing is written.
func (s *Store) Change(ctx context.Context, user string, do func(*Transaction) error) error {
	id, err := uuid.Parse(user)
	if err != nil {
		return ErrNobody
	}
	return s.Keys.transact(ctx, func(tx *sqlx.Tx) error {
		t := s.transaction(tx, id)
		var found uuid.UUID
		err := t.row(ctx, &found, "lock_person", nil, map[string]any{})
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNobody
		}
		if err != nil {
			return err
		}
		t.at = s.now().Truncate(time.Microsecond) // once nobody else writes, and as the database keeps it
		return do(t)
	})
}

func (s *Store) transaction(tx *sqlx.Tx, user uuid.UUID) *Transaction {
	return &Transaction{
		store: s, tx: tx, user: user, at: s.now().Truncate(time.Microsecond), keys: map[vault.Group]*vault.DataKey{},
	}
}

// row, rows and exec run a statement, which may name :user_id and :now.
func (t *Transaction) row(ctx context.Context, into any, name string, f features, args map[string]any) error {
	return t.store.statements.row(ctx, t.tx, into, name, f, t.with(args))
}

func (t *Transaction) rows(ctx context.Context, into any, name string, f features, args map[string]any) error {
	return t.store.statements.rows(ctx, t.tx, into, name, f, t.with(args))
}

func (t *Transaction) exec(ctx context.Context, name string, f features, args map[string]any) error {
	return t.store.statements.exec(ctx, t.tx, name, f, t.with(args))
}

func (t *Transaction) with(args map[string]any) map[string]any {
	args["user_id"], args["now"] = t.user, t.at
	return args
}

// seal puts into args what a sealed column, and its blind index if it has one,
// are to hold: under the names of the columns.
func (t *Transaction) seal(ctx context.Context, c SealedColumn, plain sql.Null[string], args map[string]any) error {
	key, err := t.key(ctx, c.Group)
	if err != nil {
		return err
	}
	sealed, err := t.sealer.Seal(ctx, key, c.Place, plain)
	if err != nil {
		return err
	}
	args[c.Column] = bytea(sealed)
	if !c.Indexed {
		return nil
	}
	blind, err := t.sealer.Index(ctx, c.Place, plain)
	args[c.Column+"_index_a"], args[c.Column+"_index_b"] = bytea(blind.A), bytea(blind.B)
	return err
}

// key is the person's data key of a group, which is made if there is none.
func (t *Transaction) key(ctx context.Context, g vault.Group) (*vault.DataKey, error) {
	if err := t.readKeys(ctx); err != nil || t.keys[g] != nil {
		return t.keys[g], err
	}
	key, err := t.sealer.NewKey(ctx, t.user, g)
	if err != nil {
		return nil, err
	}
	t.keys[g] = key
	return key, t.exec(ctx, "insert_data_key", nil, map[string]any{
		"key_group": string(g), "version": key.Version, "epoch": key.Epoch, "wrapped": key.Wrapped,
	})
}

func (t *Transaction) readKeys(ctx context.Context) (err error) {
	if t.sealer != nil {
		return nil
	}
	if t.sealer, err = t.store.Keys.Sealer(ctx, t.tx); err != nil {
		return err
	}
	var rows []dataKeyRow
	if err := t.rows(ctx, &rows, "data_keys", nil, map[string]any{"users": pq.Array([]uuid.UUID{t.user})}); err != nil {
		return err
	}
	for _, r := range rows {
		t.keys[r.Group] = r.of(t.user, r.Group)
	}
	return nil
}

// bytea is a column of the type bytea: NULL where there is nothing.
func bytea(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}
