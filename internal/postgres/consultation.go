package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/signin"
)

// Consultation is what one press of «Получить консультацию» asks for.
type Consultation struct {
	University        string
	Programme         *string
	PreferredLanguage *applicant.Language
	Covers            privacy.Set       // closed under implication
	CrossBorder       bool              // the person agrees that the data go abroad
	Guardian          *signin.Challenge // the code with which a guardian confirmed it, if one did
}

// home is the country in which data stay unless a person agrees otherwise (94-V,
// art. 12 p. 2, art. 16).
const home = "KZ"

// RequestConsultation gives a university the person's consent, and the lead that
// stands on it; where one stands already, it is renewed. It is given under the
// version of the policy that the person accepted, and what only a later one lets a
// university read is not accepted. It fails with
// [consent.ErrNotAccepted], [consent.ErrNoAgreement], [consent.ErrAbroad] or
// [consent.ErrGuardian].
// Clauses 4.4, 6.2.1.
func (t *Transaction) RequestConsultation(ctx context.Context, c Consultation, e Evidence) (*Granted, error) {
	notice, rules, err := t.accepted(ctx, consent.Needs(privacy.PolicyConsent, false))
	if err != nil {
		return nil, err
	}
	abroad, err := t.abroad(ctx, c.University)
	if err != nil {
		return nil, err
	}
	if abroad != "" && !c.CrossBorder {
		return nil, consent.ErrAbroad
	}
	if err := t.requireGuardian(ctx, c.Guardian); err != nil {
		return nil, err
	}
	if wider, err := t.wider(ctx, rules, privacy.University, privacy.Consultation, c.Covers); err != nil || wider {
		return nil, errors.Join(consent.ErrNotAccepted, err)
	}
	g := &Granted{
		Basis: privacy.ConsultationConsent, University: c.University, Abroad: abroad,
		Covers: c.Covers, Notice: notice, Rules: rules, Evidence: e,
	}
	if c.Guardian != nil {
		g.Guardian, g.Evidence.Reference = c.Guardian.Phone, e.Reference+", guardian's code "+c.Guardian.ID.String()
	}
	if err := t.give(ctx, g); err != nil {
		return nil, err
	}
	return g, t.exec(ctx, "insert_lead", nil, map[string]any{
		"university": c.University, "lead_id": uuid.New(), "consent_id": g.ID,
		"programme": c.Programme, "language": c.PreferredLanguage,
	})
}

// requireGuardian fails with [consent.ErrGuardian] where the person is too young to
// consent alone, and no guardian confirmed.
func (t *Transaction) requireGuardian(ctx context.Context, confirmed *signin.Challenge) error {
	if t.store.guardianUnder == 0 || confirmed != nil {
		return nil
	}
	var sealed []byte
	if err := t.row(ctx, &sealed, "birth_date", nil, map[string]any{}); err != nil {
		return err
	}
	if sealed == nil {
		return consent.ErrGuardian
	}
	plain, err := t.open(ctx, sealedColumn("applicant", "birth_date"), sealed)
	if err != nil {
		return err
	}
	born, err := applicant.ParseDate(plain)
	if err == nil && !born.Reached(t.store.guardianUnder, t.at) {
		err = consent.ErrGuardian
	}
	return err
}

// abroad is the country, if not Kazakhstan, in which a university keeps what it
// reads.
func (t *Transaction) abroad(ctx context.Context, university string) (string, error) {
	var country string
	err := t.row(ctx, &country, "hosting", nil, map[string]any{"university": university})
	if errors.Is(err, sql.ErrNoRows) {
		return "", consent.ErrNoAgreement
	}
	return beyond(country), err
}
