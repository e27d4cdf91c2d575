package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
)

// AddEntResult adds a result of the ENT of the person signed in.
func (r *resolver) AddEntResult(ctx context.Context, input applicant.EntResultInput) (*applicant.EntResult, error) {
	return r.sit(ctx, input, func(tx *postgres.Transaction, s applicant.Sitting) (uuid.UUID, error) {
		return tx.AddEntResult(ctx, s, postgres.Typed)
	})
}

// UpdateEntResult writes a result of the person signed in anew.
func (r *resolver) UpdateEntResult(ctx context.Context, id string, input applicant.EntResultInput) (*applicant.EntResult, error) {
	known, err := resultID(id)
	if err != nil {
		return nil, err
	}
	return r.sit(ctx, input, func(tx *postgres.Transaction, s applicant.Sitting) (uuid.UUID, error) {
		return known, tx.UpdateEntResult(ctx, known, s, postgres.Typed)
	})
}

// RemoveEntResult removes a result of the person signed in.
func (r *resolver) RemoveEntResult(ctx context.Context, id string) (string, error) {
	known, err := resultID(id)
	if err != nil {
		return "", err
	}
	err = r.change(ctx, func(tx *postgres.Transaction) error { return tx.RemoveEntResult(ctx, known) })
	return known.String(), resultFault(ctx, err)
}

// sit validates a result and writes it, and reads what was written.
func (r *resolver) sit(ctx context.Context, in applicant.EntResultInput, write func(*postgres.Transaction, applicant.Sitting) (uuid.UUID, error)) (*applicant.EntResult, error) {
	sitting, faults := in.Validate(r.store.Catalogue, operationOf(ctx).snapshot.At())
	if len(faults) > 0 {
		return nil, faulted(ctx, faults)
	}
	var id uuid.UUID
	err := r.collect(ctx, func(tx *postgres.Transaction) (err error) {
		id, err = write(tx, sitting)
		return err
	})
	if err != nil {
		return nil, resultFault(ctx, err)
	}
	op, record, plan := r.own(ctx)
	return op.snapshot.EntResult(ctx, op.caller.User, id.String(), record, plan.projection)
}

// resultID reads the id of a result; what is no id names none.
func resultID(id string) (uuid.UUID, error) {
	if !isUUID(id) {
		return uuid.Nil, noResult()
	}
	return uuid.Parse(id)
}

// resultFault places what kept a result from being written at the input at fault.
func resultFault(ctx context.Context, err error) error {
	var faults applicant.Faults
	switch {
	case errors.As(err, &faults):
		return faulted(ctx, faults)
	case errors.Is(err, postgres.ErrNoResult):
		return noResult()
	case errors.Is(err, postgres.ErrManyResults):
		return &fault{code: BadInput, reason: "COUNT", variant: "RESULTS", argument: []string{"input"}}
	default:
		return err
	}
}

func noResult() error { return &fault{code: NotFound, reason: "ENT_RESULT", argument: []string{"id"}} }
