package postgres

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/vault"
)

// indexedColumns are the columns that look-ups go by.
func indexedColumns() []SealedColumn {
	return slices.DeleteFunc(SealedColumns(), func(c SealedColumn) bool { return !c.Indexed })
}

// indexKeyRow is the key of a blind index as the database has it.
type indexKeyRow struct {
	Table   string      `db:"table_name"`
	Column  string      `db:"column_name"`
	Version int32       `db:"version"`
	InUse   bool        `db:"in_use"`
	Epoch   vault.Epoch `db:"epoch"`
	Wrapped []byte      `db:"wrapped"`
}

func (r indexKeyRow) key() vault.IndexKey {
	return vault.IndexKey{
		Column:  vault.Place{Table: r.Table, Column: r.Column},
		Version: r.Version,
		Epoch:   r.Epoch,
		Wrapped: r.Wrapped,
	}
}

func (k *Keys) insertIndexKey(ctx context.Context, tx *sqlx.Tx, key vault.IndexKey, inUse bool) error {
	args := indexKeyArgs(key)
	args["in_use"] = inUse
	err := k.statements.exec(ctx, tx, "insert_index_key", nil, args)
	return err
}

func indexKeyArgs(key vault.IndexKey) map[string]any {
	return map[string]any{
		"table_name": key.Column.Table, "column_name": key.Column.Column, "version": key.Version,
		"epoch": key.Epoch, "wrapped": key.Wrapped,
	}
}

// lookup is a value to look up: the feature of the statement that compares it,
// such as applicant.phone.a, and what the blind index has for it.
type lookup struct {
	feature string
	index   []byte
}

// lookup reads, in the snapshot that is searched, by which key to search.
func (n *Snapshot) lookup(ctx context.Context, p vault.Place, value string) (lookup, error) {
	var r indexKeyRow
	err := n.row(ctx, &r, "index_keys", features{"in_use": true}, map[string]any{"table_name": p.Table, "column_name": p.Column})
	if err != nil {
		return lookup{}, err
	}
	key := r.key()
	index, err := n.store.Keys.vault.Index(ctx, &key, normalise(p, value))
	return lookup{feature: p.Table + "." + p.Column + "." + slot(key.Version), index: index}, err
}

// Person finds the person who has a value in a column that has a blind index;
// found is false where nobody has it. It runs the same statements either way.
func (n *Snapshot) Person(ctx context.Context, p vault.Place, value string) (id uuid.UUID, found bool, err error) {
	l, err := n.lookup(ctx, p, value)
	if err != nil {
		return uuid.Nil, false, err
	}
	err = n.row(ctx, &id, "person", features{l.feature: true}, map[string]any{"index": l.index})
	if errors.Is(err, sql.ErrNoRows) {
		return uuid.Nil, false, nil
	}
	return id, err == nil, err
}
