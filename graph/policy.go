package graph

import (
	"context"
	"errors"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
)

// PrivacyPolicy is a version of the policy, or the one in force.
func (r *resolver) PrivacyPolicy(ctx context.Context, version *int32, lang *applicant.Language) (*consent.Policy, error) {
	l := applicant.LanguageRu
	if lang != nil {
		l = *lang
	}
	return operationOf(ctx).snapshot.Policy(ctx, version, l)
}

// policyResolver answers what compares a version of the policy with another.
type policyResolver struct{}

// ChangesSince lists the clauses that another version has otherwise.
func (policyResolver) ChangesSince(ctx context.Context, is *consent.Policy, version int32) ([]*consent.Change, error) {
	newer, older, err := operationOf(ctx).snapshot.PolicyPair(ctx, is.Version, version, is.Language)
	if err != nil {
		return nil, err
	}
	changes := []*consent.Change{}
	for _, c := range consent.Diff(older.Text, newer.Text) {
		changes = append(changes, &c)
	}
	return changes, nil
}

// Widens tells whether the version allows what one who accepted the other has not
// agreed to.
func (policyResolver) Widens(ctx context.Context, is *consent.Policy, since int32) (bool, error) {
	older, err := operationOf(ctx).snapshot.Policy(ctx, &since, is.Language)
	if errors.Is(err, consent.ErrNoPolicy) {
		return false, &fault{code: NotFound, reason: "POLICY_VERSION", argument: []string{"since"}}
	}
	if err != nil {
		return false, err
	}
	return is.Rules.NeedsAcceptance(older.Rules), nil
}
