package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
)

// SubmitGrantApplication submits an application of the person signed in.
func (r *resolver) SubmitGrantApplication(ctx context.Context, input applicant.GrantApplicationInput) (*applicant.GrantApplication, error) {
	var id uuid.UUID
	err := r.collect(ctx, func(tx *postgres.Transaction) (err error) {
		id, err = tx.SubmitGrantApplication(ctx, input, postgres.Typed)
		return err
	})
	var faults applicant.Faults
	if errors.As(err, &faults) {
		return nil, faulted(ctx, faults)
	}
	if err != nil {
		return nil, err
	}
	op, record, plan := r.own(ctx)
	return op.snapshot.GrantApplication(ctx, op.caller.User, id, record, plan.projection)
}

// GrantApplicationDraft reads what an application of the person signed in is
// filled with.
func (r *resolver) GrantApplicationDraft(ctx context.Context, year int32) (*applicant.GrantApplicationDraft, error) {
	op, record, plan := r.own(ctx)
	return op.snapshot.GrantApplicationDraft(ctx, op.caller.User, year, record, plan.projection)
}

// own is the record by which a root field shows the person signed in their own
// data, with what it withholds noted.
func (r *resolver) own(ctx context.Context) (*operation, *privacy.Record, *rootPlan) {
	op := operationOf(ctx)
	key, plan := op.root(ctx)
	record := op.plan.Decision.Record(op.standing())
	op.withhold(key, []*privacy.Record{record})
	return op, record, plan
}
