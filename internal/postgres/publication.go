package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
)

// Publication is a text of the policy that the operator publishes.
type Publication struct {
	Version       int32 // that gets another language; 0 for the next version, whose text is Russian
	Language      applicant.Language
	Text          string
	URL           string        // empty: where the text before it is
	EffectiveFrom time.Time     // of the next version; zero: at publication (clause 7.3)
	Rules         consent.Rules // of the next version
}

// Publish publishes a text of the policy, for ever: a new version, or another
// language of one that there is. It fails with [consent.ErrNoPolicy],
// [consent.ErrPublished], [consent.ErrRussianFirst], [consent.ErrBackdated] or
// [consent.ErrNothingToAccept].
func (s *Store) Publish(ctx context.Context, p Publication) (published *consent.Policy, err error) {
	err = s.Keys.transact(ctx, func(tx *sqlx.Tx) error {
		w := publishing{Publication: p, statements: s.statements, tx: tx}
		if err := w.exec(ctx, "lock_policy", map[string]any{}); err != nil {
			return err
		}
		w.at = s.now().Truncate(time.Microsecond) // once nobody else publishes, and as the database keeps it
		if err := w.write(ctx); err != nil {
			return err
		}
		published, err = w.read(ctx)
		return err
	})
	return published, err
}

// publishing is a publication in its transaction.
type publishing struct {
	Publication

	statements statements
	tx         *sqlx.Tx
	at         time.Time
}

func (w *publishing) write(ctx context.Context) error {
	if w.Version == 0 {
		if err := w.version(ctx); err != nil {
			return err
		}
	} else if _, err := w.read(ctx); err != nil {
		return err
	}
	err := w.exec(ctx, "insert_policy_text", map[string]any{"url": orNull(w.URL), "text": w.Text})
	if refused := new(Error); errors.As(err, &refused) && refused.Code == uniqueViolation {
		return consent.ErrPublished
	}
	return err
}

// version writes the next version with its rules.
func (w *publishing) version(ctx context.Context) error {
	if w.EffectiveFrom.IsZero() {
		w.EffectiveFrom = w.at
	}
	switch {
	case w.Language != applicant.LanguageRu:
		return consent.ErrRussianFirst
	case w.EffectiveFrom.Before(w.at):
		return consent.ErrBackdated
	case w.Rules.PolicyCovers() == 0:
		return consent.ErrNothingToAccept
	}
	if err := w.statements.row(ctx, w.tx, &w.Version, "next_policy_version", nil, map[string]any{}); err != nil {
		return err
	}
	err := w.exec(ctx, "insert_policy_version", map[string]any{"effective_from": w.EffectiveFrom, "rules": w.Rules.String()})
	if err != nil {
		return err
	}
	return w.exec(ctx, "insert_policy_rules", reachArgs(w.Rules.Reaches()))
}

// reachArgs are reaches as columns.
func reachArgs(reaches []consent.Reach) map[string]any {
	var audiences, purposes, bases pq.StringArray
	var full, masked pq.Int64Array
	for _, r := range reaches {
		audiences, purposes, bases = append(audiences, r.Audience.String()), append(purposes, r.Purpose.String()), append(bases, r.Basis.String())
		full, masked = append(full, int64(r.Allowed.Full)), append(masked, int64(r.Allowed.Masked))
	}
	return map[string]any{"audiences": audiences, "purposes": purposes, "bases": bases, "full": full, "masked": masked}
}

func (w *publishing) exec(ctx context.Context, statement string, args map[string]any) error {
	args["version"], args["language"], args["now"] = w.Version, string(w.Language), w.at
	return w.statements.exec(ctx, w.tx, statement, nil, args)
}

// read reads the version, in the language published if it is there yet.
func (w *publishing) read(ctx context.Context) (*consent.Policy, error) {
	var r policyRow
	args := map[string]any{"version": w.Version, "language": string(w.Language)}
	err := w.statements.row(ctx, w.tx, &r, "policy_version", features{"version": true}, args)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("version %d: %w", w.Version, consent.ErrNoPolicy)
	}
	if err != nil {
		return nil, err
	}
	return r.policy()
}
