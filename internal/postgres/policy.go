package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// Accepted is what the version of the policy that a person consented to last lets
// an audience read for a purpose, while that consent stands; nothing where none
// does.
func (n *Snapshot) Accepted(ctx context.Context, user string, a privacy.Audience, p privacy.Purpose) (privacy.Allowed, error) {
	var r struct {
		Full   int64 `db:"full_bits"`
		Masked int64 `db:"masked_bits"`
	}
	args := map[string]any{"user_id": user, "audience": a.String(), "purpose": p.String()}
	err := n.row(ctx, &r, "policy_consent", nil, args)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return privacy.Allowed{Full: set(r.Full), Masked: set(r.Masked)}, err
}

// PolicyInForce is the number of the policy version in force. Where a statement has
// brought it along, nothing is sent for it. It is the same whenever it is read: no
// version takes effect at a moment past.
func (n *Snapshot) PolicyInForce(ctx context.Context) (int32, error) {
	if version := n.inForce.Load(); version > 0 {
		return version, nil
	}
	n.mu.Lock()
	n.spent = false
	n.mu.Unlock()
	var version int32
	err := n.row(ctx, &version, "policy_in_force", nil, map[string]any{})
	return version, err
}

type policyRow struct {
	Version       int32              `db:"version"`
	PublishedAt   time.Time          `db:"published_at"`
	EffectiveFrom time.Time          `db:"effective_from"`
	Rules         string             `db:"rules"`
	Language      applicant.Language `db:"language"`
	URL           string             `db:"url"`
	SHA256        string             `db:"sha256"`
	Text          string             `db:"text"`
}

func (r policyRow) policy() (*consent.Policy, error) {
	rules, err := consent.ParseRules(r.Rules)
	return &consent.Policy{
		Version:       r.Version,
		PublishedAt:   applicant.DateTime{Time: r.PublishedAt},
		EffectiveFrom: applicant.DateTime{Time: r.EffectiveFrom},
		Language:      r.Language,
		URL:           r.URL,
		SHA256:        r.SHA256,
		Text:          r.Text,
		Rules:         rules,
	}, err
}

// Policy is a version of the policy, in effect already or not, or for nil the one
// in force: in a language, or in Russian where it has no text in that. It fails
// with [consent.ErrNoPolicy].
func (n *Snapshot) Policy(ctx context.Context, version *int32, l applicant.Language) (*consent.Policy, error) {
	var r policyRow
	f := features{"version": version != nil, "in_force": version == nil}
	err := n.row(ctx, &r, "policy_version", f, map[string]any{"version": version, "language": string(l)})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, consent.ErrNoPolicy
	}
	if err != nil {
		return nil, err
	}
	return r.policy()
}

// Policies lists the versions of the policy, the latest first, each with all its
// texts, the Russian one first; the texts themselves stay where they are.
func (n *Snapshot) Policies(ctx context.Context) ([]*consent.Policy, error) {
	var rows []policyRow
	if err := n.rows(ctx, &rows, "policy_versions", nil, map[string]any{}); err != nil {
		return nil, err
	}
	all := make([]*consent.Policy, len(rows))
	for i, r := range rows {
		var err error
		if all[i], err = r.policy(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// PolicyPair is a version of the policy and an earlier or later one, for
// comparison: in the language asked for if both have it, and else in Russian. It
// fails with [consent.ErrNoPolicy].
func (n *Snapshot) PolicyPair(ctx context.Context, is, was int32, l applicant.Language) (newer, older *consent.Policy, err error) {
	for {
		if newer, err = n.Policy(ctx, &is, l); err != nil {
			return nil, nil, err
		}
		older, err = n.Policy(ctx, &was, l)
		if err != nil || newer.Language == older.Language {
			return newer, older, err
		}
		l = applicant.LanguageRu
	}
}
