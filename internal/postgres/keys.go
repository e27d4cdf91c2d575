package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/vault"
)

// ErrKeyStore is returned for a key store that does not fit the database: with
// it what the database holds cannot be read.
var ErrKeyStore = errors.New("the key store does not fit the database")

// Keys are the keys of a database: the epochs, the people's data keys and the
// keys of the blind indexes, all but the first in the database and wrapped.
type Keys struct {
	db         *sqlx.DB
	vault      *vault.Vault
	now        func() time.Time
	statements statements
}

// NewKeys are the keys of a migrated database, which the vault's key store opens.
func NewKeys(db *sqlx.DB, v *vault.Vault, now func() time.Time) (*Keys, error) {
	s, err := readStatements()
	return &Keys{db: db, vault: v, now: now, statements: s}, err
}

type epochRow struct {
	Epoch      vault.Epoch `db:"epoch"`
	CreatedAt  time.Time   `db:"created_at"`
	CheckValue []byte      `db:"check_value"`
	DataKeys   int         `db:"data_keys"`
	IndexKeys  int         `db:"index_keys"`
}

// Prepare makes the first epoch and the keys of the blind indexes where the
// database has none. Where it has, it fails with [ErrKeyStore] if the key store
// lacks the key of an epoch in use, or has another under its number.
func (k *Keys) Prepare(ctx context.Context) error {
	epochs, err := k.epochs(ctx, k.db)
	if err != nil {
		return err
	}
	if len(epochs) == 0 {
		return k.establish(ctx)
	}
	return k.check(ctx, epochs)
}

func (k *Keys) epochs(ctx context.Context, q sqlx.QueryerContext) (epochs []epochRow, err error) {
	return epochs, k.statements.rows(ctx, q, &epochs, "epochs", nil, map[string]any{})
}

func (k *Keys) check(ctx context.Context, epochs []epochRow) error {
	last := epochs[len(epochs)-1].Epoch
	for _, e := range epochs {
		if e.DataKeys+e.IndexKeys == 0 && e.Epoch != last {
			continue
		}
		if err := k.vault.Check(ctx, e.Epoch, e.CheckValue); err != nil {
			return unfit(e.Epoch, err)
		}
	}
	return nil
}

func unfit(e vault.Epoch, err error) error {
	switch {
	case errors.Is(err, vault.ErrNoEpoch):
		return fmt.Errorf("%w: it has no key of epoch %d", ErrKeyStore, e)
	case errors.Is(err, vault.ErrTampered):
		return fmt.Errorf("%w: its key of epoch %d is another", ErrKeyStore, e)
	default:
		return fmt.Errorf("the key store does not answer for epoch %d: %w", e, err)
	}
}

// establish makes the first epoch, unless another instance was faster.
func (k *Keys) establish(ctx context.Context) error {
	return k.change(ctx, func(tx *sqlx.Tx) error {
		epochs, err := k.epochs(ctx, tx)
		if err != nil || len(epochs) > 0 {
			return errors.Join(err, k.checkAny(ctx, epochs))
		}
		epoch, err := k.newEpoch(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range indexedColumns() {
			key, err := k.vault.NewIndexKey(ctx, epoch, c.Place, 1)
			if err != nil {
				return err
			}
			if err := k.insertIndexKey(ctx, tx, key, true); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Keys) checkAny(ctx context.Context, epochs []epochRow) error {
	if len(epochs) == 0 {
		return nil
	}
	return k.check(ctx, epochs)
}

// change runs a transaction that changes which keys are in use. Nobody writes
// with keys meanwhile.
func (k *Keys) change(ctx context.Context, do func(*sqlx.Tx) error) error {
	return k.transact(ctx, func(tx *sqlx.Tx) error {
		if err := k.statements.exec(ctx, tx, "lock_keys", features{"change": true}, map[string]any{}); err != nil {
			return err
		}
		return do(tx)
	})
}

func (k *Keys) transact(ctx context.Context, do func(*sqlx.Tx) error) error {
	tx, err := k.db.BeginTxx(ctx, nil)
	if err != nil {
		return Describe(err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if err := do(tx); err != nil {
		return err
	}
	return Describe(tx.Commit())
}

// newEpoch makes a key in the key store under a number that neither it nor the
// database has had, and makes it the current epoch.
func (k *Keys) newEpoch(ctx context.Context, tx *sqlx.Tx) (vault.Epoch, error) {
	var last vault.Epoch
	if err := k.statements.row(ctx, tx, &last, "current_epoch", nil, map[string]any{}); err != nil {
		return 0, err
	}
	held, err := k.vault.KeyStore().Epochs(ctx)
	if err != nil {
		return 0, err
	}
	epoch := slices.Max(append(held, last)) + 1
	if err := k.vault.KeyStore().Create(ctx, epoch); err != nil {
		return 0, err
	}
	value, err := k.vault.NewCheckValue(ctx, epoch)
	if err != nil {
		return 0, err
	}
	err = k.statements.exec(ctx, tx, "insert_epoch", nil, map[string]any{"epoch": epoch, "created_at": k.now(), "check_value": value})
	return epoch, err
}
