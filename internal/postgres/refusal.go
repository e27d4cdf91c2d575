package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
)

// Continuation is why the operator goes on with what a person withdrew. Nothing in
// it is personal.
type Continuation struct {
	Scopes   consent.Scopes // what goes on; all that was withdrawn, if it names none
	Ground   applicant.WithdrawalRefusalGround
	Article  string // the law and its article
	Document string // reference to the operator's answer
}

// RefuseWithdrawal records that the operator goes on with what the person withdrew.
// It opens nothing: what was withdrawn stays so. It fails with
// [consent.ErrNoConsent], and with [consent.ErrNotWithdrawn] where the consent
// still covers what is named. Clause 5.1.3.
func (t *Transaction) RefuseWithdrawal(ctx context.Context, id string, c Continuation) error {
	rows, named, err := t.named(ctx, id)
	if err != nil {
		return err
	}
	goesOn, err := rows[named].goesOn(c.Scopes)
	if err != nil {
		return err
	}
	return t.exec(ctx, "insert_withdrawal_refusal", nil, map[string]any{
		"consent_id": rows[named].ID, "scopes": pq.StringArray(goesOn.Words()),
		"ground": string(c.Ground), "article": c.Article, "document": c.Document,
	})
}

// goesOn is what goes on where some scopes of a consent, or all by naming none, were
// withdrawn and are not stopped.
func (r consentRow) goesOn(named consent.Scopes) (consent.Scopes, error) {
	held, err := consent.ParseScopes(r.Scopes...)
	if err != nil {
		return 0, err
	}
	withdrawn := consent.Asks(r.basis(), r.Abroad != nil) &^ held
	if withdrawn == 0 || !withdrawn.Covers(named) {
		return 0, consent.ErrNotWithdrawn
	}
	if named == 0 {
		return withdrawn, nil
	}
	return named, nil
}

type withdrawalRefusalRow struct {
	ConsentID uuid.UUID                         `db:"consent_id"`
	At        applicant.DateTime                `db:"at"`
	Scopes    pq.StringArray                    `db:"scopes"`
	Ground    applicant.WithdrawalRefusalGround `db:"ground"`
	Article   string                            `db:"article"`
	Document  string                            `db:"document"`
}

func (n *Snapshot) withdrawalRefusals(ctx context.Context, f features, args map[string]any, consents map[uuid.UUID]*applicant.Consent) error {
	var rows []withdrawalRefusalRow
	if err := n.rows(ctx, &rows, "withdrawal_refusals", f, args); err != nil {
		return err
	}
	for _, r := range rows {
		c := consents[r.ConsentID]
		c.ContinuesUnder = append(c.ContinuesUnder, &applicant.WithdrawalRefusal{
			At: r.At, Scopes: scopeWords(r.Scopes), Ground: r.Ground, Article: r.Article, Document: r.Document,
		})
	}
	return nil
}
