package graph

import (
	"context"
	"errors"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// Surveys lists the surveys that can be answered.
func (r *resolver) Surveys(ctx context.Context) ([]*applicant.Survey, error) {
	return operationOf(ctx).snapshot.Surveys(ctx)
}

// Survey reads a version of a survey.
func (r *resolver) Survey(ctx context.Context, id string, version *int32) (*applicant.Survey, error) {
	if !applicant.IsSurveyID(id) {
		return nil, nil //nolint:nilnil // as any unknown id
	}
	return operationOf(ctx).snapshot.Survey(ctx, id, version)
}

// AnswerSurvey takes in what the person signed in answers to a survey, with their
// consent to that.
func (r *resolver) AnswerSurvey(ctx context.Context, input applicant.SurveyAnswersInput) (*applicant.ConsentReceipt, error) {
	if !applicant.IsSurveyID(input.Survey) {
		return nil, surveyFault(ctx, consent.ErrNoSurvey)
	}
	var given *postgres.Granted
	err := r.collect(ctx, func(tx *postgres.Transaction) (err error) {
		if given, err = tx.AnswerSurvey(ctx, input, evidence(ctx)); err != nil {
			return err
		}
		return tx.KeepReceipt(ctx, given, r.issuer.sign)
	})
	if err != nil {
		return nil, surveyFault(ctx, err)
	}
	return r.ConsentReceipt(ctx, given.ID.String())
}

// surveyFault places what kept answers from being taken in at the input at fault.
func surveyFault(ctx context.Context, err error) error {
	var faults applicant.Faults
	switch {
	case errors.As(err, &faults):
		return faulted(ctx, faults)
	case errors.Is(err, consent.ErrNoSurvey):
		return &fault{code: NotFound, reason: "SURVEY", argument: []string{"input", "survey"}}
	case errors.Is(err, consent.ErrSurveyVersion):
		return badInput("SURVEY_VERSION", "input", "version")
	case errors.Is(err, consent.ErrNameless):
		return badInput("NAME")
	default:
		return err
	}
}
