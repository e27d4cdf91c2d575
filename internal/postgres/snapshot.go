package postgres

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// Snapshot is the database at one moment, as one operation reads it: data and
// consents are of the same moment, whatever is written meanwhile. Its
// transaction begins with the first statement; an operation that reads nothing, or
// by one statement (see [Snapshot.Alone]), has none. It may be used by several goroutines, which take turns.
type Snapshot struct {
	store *Store
	at    time.Time

	inForce atomic.Int32 // the policy version, as soon as a statement has brought it

	mu    sync.Mutex
	tx    *sqlx.Tx
	alone bool // the next statement has no transaction …
	spent bool // … and has been sent
}

// errNotAlone is returned for a statement after one that was to be alone.
var errNotAlone = errors.New("postgres: a second statement of a snapshot that was to have one")

// Snapshot makes a snapshot as of now. It must be closed.
func (s *Store) Snapshot() *Snapshot { return &Snapshot{store: s, at: s.now()} }

// At is the moment by which terms are reckoned.
func (n *Snapshot) At() time.Time { return n.at }

// Close ends the snapshot's transaction.
func (n *Snapshot) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.alone, n.spent = false, false
	if n.tx == nil {
		return nil
	}
	err := n.tx.Rollback()
	n.tx = nil
	n.inForce.Store(0)
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return Describe(err)
}

// Alone tells that one statement more is all that is read: unless there is a
// transaction already it has none, since it is of one moment by itself. Another fails.
func (n *Snapshot) Alone() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.alone = n.tx == nil
}

// source is where the next statement goes: to the snapshot's transaction, which begins
// with the first, or to any connection if it is alone.
func (n *Snapshot) source(ctx context.Context) (sqlx.QueryerContext, error) {
	switch {
	case !n.alone:
		err := n.begin(ctx)
		return n.tx, err
	case n.spent:
		return nil, errNotAlone
	default:
		n.spent = true
		return n.store.db, nil
	}
}

func (n *Snapshot) begin(ctx context.Context) error {
	if n.tx != nil {
		return nil
	}
	tx, err := n.store.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	n.tx = tx
	return Describe(err)
}

// rows is statements.rows within the snapshot. Every statement may name :now.
func (n *Snapshot) rows(ctx context.Context, into any, name string, f features, args map[string]any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	q, err := n.source(ctx)
	if err != nil {
		return err
	}
	args["now"] = n.at
	return n.store.statements.rows(ctx, q, into, name, f, args)
}

// row is statements.row within the snapshot. Every statement may name :now.
func (n *Snapshot) row(ctx context.Context, into any, name string, f features, args map[string]any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	q, err := n.source(ctx)
	if err != nil {
		return err
	}
	args["now"] = n.at
	return n.store.statements.row(ctx, q, into, name, f, args)
}

// each is statements.each within the snapshot. Every statement may name :now.
func (n *Snapshot) each(ctx context.Context, row any, do func() error, name string, f features, args map[string]any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	q, err := n.source(ctx)
	if err != nil {
		return err
	}
	args["now"] = n.at
	return n.store.statements.each(ctx, q, row, do, name, f, args)
}
