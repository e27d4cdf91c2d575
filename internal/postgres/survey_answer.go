package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// AnswerSurvey writes the person's answers to a survey in the place of those that
// they gave before, and gives the consent that the answers stand on, or renews it.
// It fails with [consent.ErrNoSurvey], [consent.ErrSurveyVersion],
// [consent.ErrNotAccepted], and [applicant.Faults] where the answers are not good.
// Clause 4.8.
func (t *Transaction) AnswerSurvey(ctx context.Context, in applicant.SurveyAnswersInput, e Evidence) (*Granted, error) {
	survey, err := t.openSurvey(ctx, in.Survey)
	if err != nil {
		return nil, err
	}
	if in.Version != survey.Version {
		return nil, consent.ErrSurveyVersion
	}
	values, faults := in.Validate(survey)
	if len(faults) > 0 {
		return nil, faults
	}
	g := &Granted{Basis: privacy.SurveyConsent, Survey: survey, Covers: privacy.SetOf(privacy.Survey), Evidence: e}
	_, latest, err := t.inForce(ctx, applicant.LanguageRu)
	if err != nil {
		return nil, err
	}
	if len(consent.Uses(g.Basis, g.Covers, latest)) == 0 {
		return nil, consent.ErrNoSurvey
	}
	if g.Notice, g.Rules, err = t.accepted(ctx, consent.Collection); err != nil {
		return nil, err
	}
	if len(consent.Uses(g.Basis, g.Covers, g.Rules)) == 0 {
		return nil, consent.ErrNotAccepted
	}
	if err := t.give(ctx, g); err != nil {
		return nil, err
	}
	return g, t.replaceAnswers(ctx, g, values)
}

// replaceAnswers writes the values of each question of a survey, in its order.
func (t *Transaction) replaceAnswers(ctx context.Context, g *Granted, values []applicant.Texts) error {
	if err := t.forgetAnswers(ctx, g.ID); err != nil {
		return err
	}
	fields, sealed := make(pq.StringArray, len(values)), make(pq.ByteaArray, len(values))
	for i, v := range values {
		fields[i] = g.Survey.Fields[i].ID
		plain, err := json.Marshal(append(applicant.Texts{}, v...))
		if err != nil {
			return err
		}
		one := map[string]any{}
		if err := t.seal(ctx, sealedColumn("survey_answer", "value"), sql.Null[string]{V: string(plain), Valid: true}, one); err != nil {
			return err
		}
		sealed[i], _ = one["value"].([]byte)
	}
	return t.exec(ctx, "insert_survey_answers", nil, map[string]any{
		"consent_id": g.ID, "fields": fields, "values": sealed, "until": g.ExpiresAt,
	})
}

// forgetAnswers deletes the answers that stand on a consent, if it is one to a
// survey.
func (t *Transaction) forgetAnswers(ctx context.Context, consentID uuid.UUID) error {
	return t.exec(ctx, "delete_survey_answers", nil, map[string]any{"consent_id": consentID})
}

// SurveyStanding tells how the person's consents to surveys stand towards a reader:
// the best of them.
func (n *Snapshot) SurveyStanding(ctx context.Context, user string, a privacy.Audience, p privacy.Purpose) (privacy.Standing, error) {
	var r struct {
		Covers    int64 `db:"covers"`
		Full      int64 `db:"full_bits"`
		Masked    int64 `db:"masked_bits"`
		Withdrawn bool  `db:"withdrawn"`
		Expired   bool  `db:"expired"`
	}
	args := map[string]any{"user_id": user, "audience": a.String(), "purpose": p.String()}
	err := n.row(ctx, &r, "survey_consent", nil, args)
	if errors.Is(err, sql.ErrNoRows) {
		return privacy.Standing{}, nil
	}
	s := privacy.Standing{
		Basis: privacy.SurveyConsent, State: privacy.Valid, Covers: set(r.Covers),
		Allows: privacy.Allowed{Full: set(r.Full), Masked: set(r.Masked)},
	}
	switch {
	case err != nil:
		return privacy.Standing{}, err
	case r.Withdrawn:
		s.State = privacy.Withdrawn
	case r.Expired:
		s.State = privacy.Expired
	}
	return s, nil
}

type surveyAnswerRow struct {
	UserID     uuid.UUID                           `db:"user_id"`
	ConsentID  uuid.UUID                           `db:"consent_id"`
	Consent    *string                             `db:"consent"`
	Survey     *privacy.Sealed[string]             `db:"survey"`
	Version    *privacy.Sealed[int32]              `db:"version"`
	AnsweredAt *privacy.Sealed[applicant.DateTime] `db:"answered_at"`
	KeptUntil  *privacy.Sealed[applicant.DateTime] `db:"kept_until"`
	Field      *privacy.Sealed[string]             `db:"field"`
	Value      []byte                              `db:"value"`
	Key        keyRow                              `db:"key"`
}

// surveyAnswers reads what a person answered to surveys, for themselves, as far as
// the record opens it.
func (n *Snapshot) surveyAnswers(ctx context.Context, user string, record *privacy.Record, p privacy.Projection) ([]*applicant.SurveyAnswer, error) {
	audience, purpose := record.Reader()
	onLaw := privacy.Decide(audience, purpose).Rule(privacy.Survey).Basis == privacy.Law
	f := features(maps.Clone(p))
	f["law"], f["consented"] = onLaw, !onLaw
	args := map[string]any{"user_id": user, "readable": int64(record.Readable()), "audience": audience.String(), "purpose": purpose.String()}
	var rows []surveyAnswerRow
	if err := n.rows(ctx, &rows, "survey_answers", f, args); err != nil {
		return nil, err
	}
	all, last := []*applicant.SurveyAnswer{}, uuid.Nil
	for _, r := range rows {
		if r.ConsentID != last {
			all, last = append(all, r.answer(record)), r.ConsentID
		}
		a := all[len(all)-1]
		a.Answers = append(a.Answers, r.fieldAnswer(record, n.store.Keys.vault))
	}
	return all, nil
}

func (r surveyAnswerRow) answer(record *privacy.Record) *applicant.SurveyAnswer {
	return &applicant.SurveyAnswer{
		Record: record, Consent: r.Consent, Survey: r.Survey, Version: r.Version, AnsweredAt: r.AnsweredAt, KeptUntil: r.KeptUntil,
	}
}

func (r surveyAnswerRow) fieldAnswer(record *privacy.Record, v *vault.Vault) *applicant.SurveyFieldAnswer {
	key := safe{v, r.Key.of(r.UserID, vault.Survey), "survey_answer"}
	return &applicant.SurveyFieldAnswer{Record: record, Field: r.Field, Values: lock(key, "value", r.Value, applicant.ParseTexts)}
}
