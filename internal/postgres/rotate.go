package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"golang.org/x/sync/errgroup"

	"joo.kz/kelisim/internal/vault"
)

// ErrRotating is returned where keys are being rotated already.
var ErrRotating = errors.New("keys are being rotated already")

// batch is how many rows one transaction of a rotation changes.
const batch = 500

// Progress is told how much of a work is done, and of how much.
type Progress func(what string, done, total int)

// Rotate makes a new epoch and wraps all keys by it. A rotation that was
// interrupted goes on where it ended, and makes no other epoch. Readers and
// writers go on meanwhile: what they wrap is of the new epoch from its start. It
// fails with [ErrRotating], and where a key does not open.
func (k *Keys) Rotate(ctx context.Context, progress Progress) (vault.Epoch, error) {
	unlock, err := k.rotating(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	epoch, err := k.beginEpoch(ctx)
	if err != nil {
		return 0, err
	}
	if err := k.rewrapIndexKeys(ctx, epoch); err != nil {
		return epoch, err
	}
	if err := k.rewrapDataKeys(ctx, epoch, progress); err != nil {
		return epoch, err
	}
	err = k.statements.exec(ctx, k.db, "forget_keys", nil, map[string]any{})
	return epoch, err
}

// rotating sees to it that nobody else rotates keys until unlock is called, or
// the session ends with this process.
func (k *Keys) rotating(ctx context.Context) (unlock func(), err error) {
	conn, err := k.db.Connx(ctx)
	if err != nil {
		return nil, Describe(err)
	}
	var free bool
	if err = k.statements.row(ctx, conn, &free, "try_rotation", nil, map[string]any{}); err == nil && !free {
		err = ErrRotating
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() {
		_ = k.statements.exec(context.WithoutCancel(ctx), conn, "end_rotation", nil, map[string]any{})
		_ = conn.Close()
	}, nil
}

// beginEpoch is the epoch to rotate to: the current one if earlier ones wrap
// keys still, else a new one.
func (k *Keys) beginEpoch(ctx context.Context) (epoch vault.Epoch, err error) {
	err = k.change(ctx, func(tx *sqlx.Tx) error {
		epochs, err := k.epochs(ctx, tx)
		if err != nil {
			return err
		}
		if err := k.checkAny(ctx, epochs); err != nil {
			return err
		}
		for _, e := range epochs[:max(len(epochs)-1, 0)] {
			if e.DataKeys+e.IndexKeys > 0 {
				epoch = epochs[len(epochs)-1].Epoch
				return nil
			}
		}
		epoch, err = k.newEpoch(ctx, tx)
		return err
	})
	return epoch, err
}

func (k *Keys) rewrapIndexKeys(ctx context.Context, to vault.Epoch) error {
	return k.change(ctx, func(tx *sqlx.Tx) error {
		var rows []indexKeyRow
		if err := k.statements.rows(ctx, tx, &rows, "stale_index_keys", nil, map[string]any{"epoch": to}); err != nil {
			return err
		}
		for _, r := range rows {
			key, err := k.vault.RewrapIndexKey(ctx, r.key(), to)
			if err != nil {
				return fmt.Errorf("the key of the blind index of %s.%s: %w", r.Table, r.Column, err)
			}
			if err := k.statements.exec(ctx, tx, "rewrap_index_key", nil, indexKeyArgs(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

type dataKeyRow struct {
	UserID uuid.UUID   `db:"user_id"`
	Group  vault.Group `db:"key_group"`
	keyRow
}

func (k *Keys) rewrapDataKeys(ctx context.Context, to vault.Epoch, progress Progress) error {
	var total int
	if err := k.statements.row(ctx, k.db, &total, "stale_data_keys", features{"count": true}, map[string]any{"epoch": to}); err != nil {
		return err
	}
	for done := 0; ; {
		n, err := k.rewrapBatch(ctx, to)
		if err != nil || n == 0 {
			return err
		}
		done += n
		progress("data keys wrapped anew", done, max(done, total))
	}
}

func (k *Keys) rewrapBatch(ctx context.Context, to vault.Epoch) (n int, err error) {
	err = k.transact(ctx, func(tx *sqlx.Tx) error {
		var rows []dataKeyRow
		args := map[string]any{"epoch": to, "limit": batch}
		if err := k.statements.rows(ctx, tx, &rows, "stale_data_keys", features{"rows": true}, args); err != nil {
			return err
		}
		if n = len(rows); n == 0 {
			return nil
		}
		if err := k.rewrap(ctx, rows, to); err != nil {
			return err
		}
		err := k.statements.exec(ctx, tx, "rewrap_data_keys", nil, dataKeyArgs(rows, to))
		return err
	})
	return n, err
}

// rewrap wraps the keys of rows anew, several at a time: a key store may be far.
func (k *Keys) rewrap(ctx context.Context, rows []dataKeyRow, to vault.Epoch) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i := range rows {
		group.Go(func() error {
			r := &rows[i]
			key, err := k.vault.Rewrap(ctx, *r.of(r.UserID, r.Group), to)
			if err != nil {
				return fmt.Errorf("the %s key of person %s: %w", r.Group, r.UserID, err)
			}
			r.Wrapped = key.Wrapped
			return nil
		})
	}
	return group.Wait()
}

func dataKeyArgs(rows []dataKeyRow, to vault.Epoch) map[string]any {
	users, groups, wrapped := make([]string, len(rows)), make([]string, len(rows)), make([][]byte, len(rows))
	for i, r := range rows {
		users[i], groups[i], wrapped[i] = r.UserID.String(), string(r.Group), r.Wrapped
	}
	return map[string]any{"epoch": to, "users": pq.Array(users), "groups": pq.Array(groups), "wrapped": pq.Array(wrapped)}
}
