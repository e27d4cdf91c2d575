package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/vault"
)

// Reindex gives every blind index a new key, one after the other: the index is
// filled anew in its second column, then look-ups go by that, then the first is
// emptied. One that was interrupted goes on where it ended. Readers and writers
// go on meanwhile. It fails with [ErrRotating], and where a value does not open.
func (k *Keys) Reindex(ctx context.Context, progress Progress) error {
	unlock, err := k.rotating(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	for _, c := range indexedColumns() {
		if err := k.reindex(ctx, c, progress); err != nil {
			return fmt.Errorf("the blind index of %s.%s: %w", c.Table, c.Column, err)
		}
	}
	return nil
}

func (k *Keys) reindex(ctx context.Context, c SealedColumn, progress Progress) error {
	i, err := k.nextIndex(ctx, c)
	if err != nil {
		return err
	}
	for used := false; !used; {
		if err := i.fill(ctx, progress); err != nil {
			return err
		}
		if used, err = i.use(ctx); err != nil {
			return err
		}
	}
	return i.empty(ctx, slot(i.key.Version-1))
}

// index is a blind index that a new key takes over.
type index struct {
	keys   *Keys
	column SealedColumn
	key    vault.IndexKey
}

// nextIndex makes the key that takes over, unless an interrupted work made it.
func (k *Keys) nextIndex(ctx context.Context, c SealedColumn) (index, error) {
	i := index{keys: k, column: c}
	var rows []indexKeyRow
	if err := k.statements.rows(ctx, k.db, &rows, "index_keys", nil, map[string]any{}); err != nil {
		return i, err
	}
	var last int32
	for _, r := range rows {
		if r.key().Column != c.Place {
			continue
		}
		if i.key = r.key(); !r.InUse {
			return i, nil
		}
		last = r.Version
	}
	if err := i.empty(ctx, slot(last+1)); err != nil {
		return i, err
	}
	err := k.change(ctx, func(tx *sqlx.Tx) error {
		var epoch vault.Epoch
		err := k.statements.row(ctx, tx, &epoch, "current_epoch", nil, map[string]any{})
		if err != nil {
			return err
		}
		if i.key, err = k.vault.NewIndexKey(ctx, epoch, c.Place, last+1); err != nil {
			return err
		}
		return k.insertIndexKey(ctx, tx, i.key, false)
	})
	return i, err
}

// features are those of the lines about the index, in one of its two columns.
func (i index) features(slot string, more ...string) features {
	name := i.column.Table + "." + i.column.Column
	f := features{"from." + i.column.Table: true, name + "." + slot: true}
	for _, m := range more {
		f[m] = true
	}
	if f["rows"] {
		f[name] = true
	}
	return f
}

// fill fills the column of the new key, in batches.
func (i index) fill(ctx context.Context, progress Progress) error {
	total, err := i.missing(ctx, i.keys.db)
	if err != nil {
		return err
	}
	for done := 0; ; {
		n, err := i.fillBatch(ctx)
		if err != nil || n == 0 {
			return err
		}
		done += n
		progress("values of "+i.column.Table+"."+i.column.Column+" indexed anew", done, max(done, total))
	}
}

func (i index) missing(ctx context.Context, q sqlx.QueryerContext) (n int, err error) {
	return n, i.keys.statements.row(ctx, q, &n, "unindexed", i.features(slot(i.key.Version), "count"), map[string]any{})
}

type unindexedRow struct {
	UserID uuid.UUID `db:"user_id"`
	ID     uuid.UUID `db:"id"`
	Value  []byte    `db:"value"`
	Key    keyRow    `db:"key"`
}

func (i index) fillBatch(ctx context.Context) (n int, err error) {
	err = i.keys.transact(ctx, func(tx *sqlx.Tx) error {
		var rows []unindexedRow
		args := map[string]any{"key_group": i.column.Group, "limit": batch}
		err := i.keys.statements.rows(ctx, tx, &rows, "unindexed", i.features(slot(i.key.Version), "rows"), args)
		if n = len(rows); err != nil || n == 0 {
			return err
		}
		for at := range rows {
			if err := i.compute(ctx, &rows[at]); err != nil {
				return err
			}
		}
		return i.write(ctx, tx, slot(i.key.Version), rows)
	})
	return n, err
}

// compute puts what the index has for a row's value in the place of the value.
func (i index) compute(ctx context.Context, r *unindexedRow) error {
	plain, err := i.keys.vault.Open(ctx, r.Key.of(r.UserID, i.column.Group), i.column.Place, r.Value)
	if err != nil {
		return fmt.Errorf("person %s: %w", r.UserID, err)
	}
	r.Value, err = i.keys.vault.Index(ctx, &i.key, normalise(i.column.Place, string(plain)))
	return err
}

func (i index) write(ctx context.Context, tx *sqlx.Tx, slot string, rows []unindexedRow) error {
	users, ids, values := make([]string, len(rows)), make([]string, len(rows)), make([][]byte, len(rows))
	for at, r := range rows {
		users[at], ids[at], values[at] = r.UserID.String(), r.ID.String(), r.Value
	}
	args := map[string]any{"users": pq.Array(users), "ids": pq.Array(ids), "values": pq.Array(values)}
	err := i.keys.statements.exec(ctx, tx, "fill_index", i.features(slot), args)
	return err
}

// use makes look-ups go by the new key, unless a value is missing still.
func (i index) use(ctx context.Context) (used bool, err error) {
	err = i.keys.change(ctx, func(tx *sqlx.Tx) error {
		missing, err := i.missing(ctx, tx)
		if err != nil || missing > 0 {
			return err
		}
		args := indexKeyArgs(i.key)
		if err := i.keys.statements.exec(ctx, tx, "retire_index_key", nil, args); err != nil {
			return err
		}
		err = i.keys.statements.exec(ctx, tx, "use_index_key", nil, args)
		used = err == nil
		return err
	})
	return used, err
}

// empty empties one of the two columns, in batches.
func (i index) empty(ctx context.Context, slot string) error {
	for n := batch; n == batch; {
		err := i.keys.transact(ctx, func(tx *sqlx.Tx) error {
			var rows []unindexedRow
			err := i.keys.statements.rows(ctx, tx, &rows, "indexed", i.features(slot), map[string]any{"limit": batch})
			if n = len(rows); err != nil || n == 0 {
				return err
			}
			return i.write(ctx, tx, slot, rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
