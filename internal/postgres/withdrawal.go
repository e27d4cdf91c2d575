package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// Withdraw withdraws a consent of the person for some scopes, or all of it by
// naming none; what is withdrawn already stays so. Of the policy it withdraws
// from every version accepted, and ends the consultations that these scopes
// mean, and the consents to surveys, each with its own event. The answers to a
// survey are deleted with its consent (clause 4.8; 94-V, art. 18). It fails with [consent.ErrNoConsent]. Clause
// 5.1.3.
func (t *Transaction) Withdraw(ctx context.Context, id string, asked consent.Scopes, e Evidence) error {
	rows, named, err := t.named(ctx, id)
	if err != nil {
		return err
	}
	if err := t.withdraw(ctx, rows[named], asked, e); err != nil || rows[named].basis() != privacy.PolicyConsent {
		return err
	}
	for _, r := range slices.Delete(rows, named, named+1) {
		if err := t.withdrawWithPolicy(ctx, r, asked, e); err != nil {
			return err
		}
	}
	return nil
}

// named reads the person's consents, and finds one of them. It fails with
// [consent.ErrNoConsent].
func (t *Transaction) named(ctx context.Context, id string) (rows []consentRow, at int, err error) {
	if rows, err = t.consents(ctx); err != nil {
		return nil, 0, err
	}
	at = slices.IndexFunc(rows, func(r consentRow) bool { return r.ID.String() == strings.ToLower(id) })
	if at < 0 {
		return nil, 0, consent.ErrNoConsent
	}
	return rows, at, nil
}

// withdrawWithPolicy withdraws what goes with a withdrawal of the policy.
func (t *Transaction) withdrawWithPolicy(ctx context.Context, r consentRow, asked consent.Scopes, e Evidence) error {
	switch {
	case r.Closed || !r.ExpiresAt.After(t.at):
		return nil
	case r.basis() == privacy.PolicyConsent:
		return t.withdraw(ctx, r, asked, e)
	case r.basis() == privacy.ConsultationConsent && consent.EndsConsultation(asked, r.Abroad != nil):
		return t.withdraw(ctx, r, 0, e)
	case r.basis() == privacy.SurveyConsent && consent.EndsSurvey(asked):
		return t.withdraw(ctx, r, 0, e)
	default:
		return nil
	}
}

// withdraw withdraws from one consent what is not withdrawn yet.
func (t *Transaction) withdraw(ctx context.Context, r consentRow, asked consent.Scopes, e Evidence) error {
	held, err := consent.ParseScopes(r.Scopes...)
	if err != nil || r.WithdrawnAt != nil {
		return err
	}
	gone := held & consent.Withdraws(r.basis(), r.Abroad != nil, asked)
	if gone == 0 {
		return nil
	}
	left, kind := held&^gone, "narrowed"
	if left == 0 {
		kind = "withdrawn"
		if err := t.forgetAnswers(ctx, r.ID); err != nil {
			return err
		}
	}
	args := map[string]any{"consent_id": r.ID, "scopes": pq.StringArray(left.Words())}
	if err := t.exec(ctx, "end_consent", features{kind: true}, args); err != nil {
		return err
	}
	return t.record(ctx, r.ID, consent.Event{State: consent.Withdrawn, Scopes: gone}, e)
}
