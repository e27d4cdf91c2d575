package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
)

// AcceptPolicy records that the person signed in accepts the policy in force. A
// receipt is made if they have given a name by now.
func (r *resolver) AcceptPolicy(ctx context.Context, version int32, lang *applicant.Language) (*applicant.Consent, error) {
	var given *postgres.Granted
	err := r.change(ctx, func(tx *postgres.Transaction) (err error) {
		given, err = r.accept(ctx, tx, version, lang)
		return err
	})
	if err != nil {
		return nil, policyFault(err, "version")
	}
	return r.consent(ctx, given.ID.String())
}

func (r *resolver) accept(ctx context.Context, tx *postgres.Transaction, version int32, lang *applicant.Language) (*postgres.Granted, error) {
	given, err := tx.AcceptPolicy(ctx, version, shown(ctx, lang))
	if err != nil {
		return nil, err
	}
	if err = tx.KeepReceipt(ctx, given, r.issuer.sign); errors.Is(err, consent.ErrNameless) {
		err = nil
	}
	return given, err
}

// policyFault places what is wrong with the version that is to be accepted.
func policyFault(err error, argument string) error {
	if errors.Is(err, consent.ErrNoPolicy) {
		return badInput("POLICY_VERSION", argument)
	}
	return err
}

// WithdrawConsent withdraws a consent of the person signed in.
func (r *resolver) WithdrawConsent(ctx context.Context, id string, scopes []applicant.ConsentScope) (*applicant.Consent, error) {
	asked, err := scopesOf(scopes)
	if err != nil {
		return nil, err
	}
	err = r.change(ctx, func(tx *postgres.Transaction) error { return tx.Withdraw(ctx, id, asked, evidence(ctx)) })
	if errors.Is(err, consent.ErrNoConsent) {
		return nil, &fault{code: NotFound, reason: "CONSENT", argument: []string{"id"}}
	}
	if err != nil {
		return nil, err
	}
	return r.consent(ctx, id)
}

// scopesOf is a list of scopes as a set; nothing for no list, which means all.
// An empty list would mean nothing, and is refused.
func scopesOf(words []applicant.ConsentScope) (consent.Scopes, error) {
	if words != nil && len(words) == 0 {
		return 0, badInput("RANGE", "scopes")
	}
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = string(word)
	}
	return consent.ParseScopes(all...)
}

// consent reads a consent of the person signed in.
func (r *resolver) consent(ctx context.Context, id string) (*applicant.Consent, error) {
	op := operationOf(ctx)
	_, plan := op.root(ctx)
	return op.snapshot.Consent(ctx, op.caller.User, id, plan.projection)
}

// ConsentReceipt reads the receipt of a consent of the person signed in.
func (r *resolver) ConsentReceipt(ctx context.Context, id string) (*applicant.ConsentReceipt, error) {
	if !isUUID(id) {
		return nil, nil //nolint:nilnil // as any unknown id
	}
	op := operationOf(ctx)
	key, plan := op.root(ctx)
	record := op.plan.Decision.Record(op.standing())
	op.withhold(key, []*privacy.Record{record})
	return op.snapshot.ConsentReceipt(ctx, op.caller.User, id, record, plan.projection)
}

// evidence is what shows that the person signed in did what they do: through
// what, and a request of which there is only this one.
func evidence(ctx context.Context) postgres.Evidence {
	caller := operationOf(ctx).caller
	return postgres.Evidence{
		Channel:   applicant.ConsentChannel(caller.Audience.String()),
		Client:    caller.ID,
		Reference: "request " + uuid.NewString(),
	}
}

// shown is the evidence of what a person agrees to, having been shown it in a language.
func shown(ctx context.Context, lang *applicant.Language) postgres.Evidence {
	e := evidence(ctx)
	if lang != nil {
		e.Language = *lang
	}
	return e
}
