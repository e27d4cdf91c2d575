package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// change runs what a mutation writes, for the person signed in, whose other
// writes wait. The snapshot of what was read before ends first: an operation
// that held a connection while it waits for another could wait for ever. What is
// read afterwards is what was written.
func (r *resolver) change(ctx context.Context, do func(*postgres.Transaction) error) error {
	op := operationOf(ctx)
	if err := op.renew(); err != nil {
		return err
	}
	if err := r.store.Change(ctx, op.caller.User, do); err != nil {
		return err
	}
	return op.readSurveyStanding(ctx)
}

// collect is change for what takes in more of a person's data: it needs their
// standing consent to that, under a version of the policy (clause 1.5; 94-V, art. 7
// p. 1).
func (r *resolver) collect(ctx context.Context, do func(*postgres.Transaction) error) error {
	return r.change(ctx, func(tx *postgres.Transaction) error {
		if err := tx.RequireScopes(ctx, consent.Collection); err != nil {
			return err
		}
		return do(tx)
	})
}

// person reads the person signed in as far as the mutation's selection shows them.
func (r *resolver) person(ctx context.Context) (*applicant.User, error) {
	op, record, plan := r.own(ctx)
	return op.snapshot.User(ctx, op.caller.User, record, plan.projection)
}

// faulted tells what is wrong with the argument input, one error a fault.
func faulted(ctx context.Context, faults applicant.Faults) error {
	all := make([]error, len(faults))
	for i, f := range faults {
		path := slices.Insert(strings.Split(f.Path, "."), 0, "input")
		all[i] = &fault{code: BadInput, reason: f.Reason, variant: "FIELD", argument: path}
	}
	for _, other := range all[1:] {
		graphql.AddError(ctx, other)
	}
	return all[0]
}
