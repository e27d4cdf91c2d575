package postgres

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// Snapshot is the database at one moment, as one operation reads it: data and
// consents are of the same moment, whatever is written meanwhile. Its
// transaction begins with the first statement; an operation that reads nothing
// has none. It may be used by several goroutines, which take turns.
type Snapshot struct {
	store *Store
	at    time.Time

	mu sync.Mutex
	tx *sqlx.Tx
}

// Snapshot makes a snapshot as of now. It must be closed.
func (s *Store) Snapshot() *Snapshot { return &Snapshot{store: s, at: s.now()} }

// At is the moment by which terms are reckoned.
func (n *Snapshot) At() time.Time { return n.at }

// Close ends the snapshot's transaction.
func (n *Snapshot) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.tx == nil {
		return nil
	}
	err := n.tx.Rollback()
	n.tx = nil
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return Describe(err)
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
	if err := n.begin(ctx); err != nil {
		return err
	}
	args["now"] = n.at
	return n.store.statements.rows(ctx, n.tx, into, name, f, args)
}

// row is statements.row within the snapshot. Every statement may name :now.
func (n *Snapshot) row(ctx context.Context, into any, name string, f features, args map[string]any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.begin(ctx); err != nil {
		return err
	}
	args["now"] = n.at
	return n.store.statements.row(ctx, n.tx, into, name, f, args)
}

// PolicyConsent is the state of a person's own consent to the policy version in
// force.
func (n *Snapshot) PolicyConsent(ctx context.Context, user string) (privacy.State, error) {
	var state string
	err := n.row(ctx, &state, "policy_consent", nil, map[string]any{"user_id": user})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return privacy.Missing, nil
	case err != nil:
		return privacy.Missing, err
	case state == "VALID":
		return privacy.Valid, nil
	case state == "EXPIRED":
		return privacy.Expired, nil
	default:
		return privacy.Withdrawn, nil
	}
}

// PolicyInForce is the number of the policy version in force.
func (n *Snapshot) PolicyInForce(ctx context.Context) (int32, error) {
	var version int32
	err := n.row(ctx, &version, "policy_in_force", nil, map[string]any{})
	return version, err
}

type policyRow struct {
	Version       int32              `db:"version"`
	EffectiveFrom time.Time          `db:"effective_from"`
	Language      applicant.Language `db:"language"`
	URL           string             `db:"url"`
	SHA256        string             `db:"sha256"`
	Text          string             `db:"text"`
}

// Policy is a version of the policy, or for nil the one in force; it fails with
// [consent.ErrNoPolicy].
func (n *Snapshot) Policy(ctx context.Context, version *int32) (*consent.Policy, error) {
	var r policyRow
	err := n.row(ctx, &r, "policy_version", features{"version": version != nil}, map[string]any{"version": version})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, consent.ErrNoPolicy
	}
	return &consent.Policy{
		Version:       r.Version,
		EffectiveFrom: applicant.DateTime{Time: r.EffectiveFrom},
		Language:      r.Language,
		URL:           r.URL,
		SHA256:        r.SHA256,
		Text:          r.Text,
	}, err
}
