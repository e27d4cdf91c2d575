package graph

import (
	"context"
	"errors"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// RequestConsultation gives one university the consent of the person signed in.
func (r *resolver) RequestConsultation(ctx context.Context, input ConsultationInput) (*applicant.ConsentReceipt, error) {
	asked, err := r.consultation(input)
	if err != nil {
		return nil, err
	}
	if asked.Guardian, err = r.confirm(ctx, input); err != nil {
		return nil, err
	}
	var given *postgres.Granted
	err = r.change(ctx, func(tx *postgres.Transaction) (err error) {
		if given, err = tx.RequestConsultation(ctx, asked, evidence(ctx)); err != nil {
			return err
		}
		return tx.KeepReceipt(ctx, given, r.issuer.sign)
	})
	if err != nil {
		return nil, consultationFault(err)
	}
	return r.ConsentReceipt(ctx, given.ID.String())
}

// consultation checks what is asked against the catalogue and the rules.
func (r *resolver) consultation(in ConsultationInput) (asked postgres.Consultation, err error) {
	if !r.store.Catalogue.Universities.Has(in.University) {
		return asked, badInput("UNIVERSITY", "input", "university")
	}
	asked = postgres.Consultation{
		University: in.University, PreferredLanguage: in.PreferredLanguage,
		CrossBorder: in.CrossBorder != nil && *in.CrossBorder,
	}
	if in.Programme != nil {
		code := applicant.NormaliseProgramme(*in.Programme)
		if asked.Programme = &code; !r.store.Catalogue.Programmes.Has(code) {
			return asked, badInput("PROGRAMME", "input", "programme")
		}
	}
	asked.Covers, err = consent.Requested(in.Categories)
	var not *consent.NotOfferedError
	if errors.As(err, &not) {
		err = &fault{code: CategoryNotOffered, category: not.Category, argument: []string{"input", "categories"}}
	}
	return asked, err
}

// consultationFault places a refusal of a consultation at the input at fault.
func consultationFault(err error) error {
	switch {
	case errors.Is(err, consent.ErrNoAgreement):
		return badInput("AGREEMENT", "input", "university")
	case errors.Is(err, consent.ErrAbroad):
		return badInput("CROSS_BORDER", "input", "crossBorder")
	case errors.Is(err, consent.ErrGuardian):
		return badInput("GUARDIAN", "input", "guardian")
	case errors.Is(err, consent.ErrNameless):
		return badInput("NAME")
	default:
		return err
	}
}
