package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// Consultation is what one press of «Получить консультацию» asks for.
type Consultation struct {
	University        string
	Programme         *string
	PreferredLanguage *applicant.Language
	Covers            privacy.Set // closed under implication
	CrossBorder       bool        // the person agrees that the data go abroad
}

// home is the country in which data stay unless a person agrees otherwise (94-V,
// art. 12 p. 2, art. 16).
const home = "KZ"

// RequestConsultation gives a university the person's consent, and the lead that
// stands on it; where one stands already, it is renewed. It fails with
// [consent.ErrNotAccepted], [consent.ErrNoAgreement] or [consent.ErrAbroad].
// Clauses 4.4, 6.2.1.
func (t *Transaction) RequestConsultation(ctx context.Context, c Consultation, e Evidence) (*Granted, error) {
	if err := t.RequireScopes(ctx, consent.Needs(privacy.PolicyConsent, false)); err != nil {
		return nil, err
	}
	abroad, err := t.abroad(ctx, c.University)
	if err != nil {
		return nil, err
	}
	if abroad != "" && !c.CrossBorder {
		return nil, consent.ErrAbroad
	}
	notice, rules, err := t.notice(ctx)
	if err != nil {
		return nil, err
	}
	g := &Granted{
		Basis: privacy.ConsultationConsent, University: c.University, Abroad: abroad,
		Covers: c.Covers, Notice: notice, Rules: rules, Evidence: e,
	}
	if err := t.give(ctx, g); err != nil {
		return nil, err
	}
	return g, t.exec(ctx, "insert_lead", nil, map[string]any{
		"university": c.University, "lead_id": uuid.New(), "consent_id": g.ID,
		"programme": c.Programme, "language": c.PreferredLanguage,
	})
}

// abroad is the country, if not Kazakhstan, in which a university keeps what it
// reads.
func (t *Transaction) abroad(ctx context.Context, university string) (string, error) {
	var country string
	err := t.row(ctx, &country, "hosting", nil, map[string]any{"university": university})
	if errors.Is(err, sql.ErrNoRows) {
		return "", consent.ErrNoAgreement
	}
	if country == home {
		return "", err
	}
	return country, err
}
