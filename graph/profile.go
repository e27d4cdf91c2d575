package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
)

// UpdateProfile changes the profile of the person signed in. Whoever only clears
// values needs no consent: nothing more is taken in (clause 4.6).
func (r *resolver) UpdateProfile(ctx context.Context, input ProfileInput) (*applicant.User, error) {
	profile, faults := r.validate(ctx, input)
	if len(faults) > 0 {
		return nil, faulted(ctx, faults)
	}
	if err := r.takeIIN(ctx, profile.IIN.Value); err != nil {
		return nil, err
	}
	write := r.collect
	if !profile.Gives() {
		write = r.change
	}
	err := write(ctx, func(tx *postgres.Transaction) error {
		return tx.UpdateProfile(ctx, profile.Completed(), postgres.Typed)
	})
	if errors.As(err, &faults) {
		return nil, faulted(ctx, faults)
	}
	if err != nil {
		return nil, err
	}
	return r.person(ctx)
}

// takeIIN counts an IIN that a person gives as their own and that was not theirs before.
func (r *resolver) takeIIN(ctx context.Context, iin *applicant.IIN) error {
	if iin == nil {
		return nil
	}
	op := operationOf(ctx)
	own, err := op.snapshot.HasIIN(ctx, op.caller.User, *iin)
	if own || err != nil {
		return err
	}
	return r.take(ctx, r.signIn.Keys.IINBuckets(askerOf(ctx), op.caller.User))
}

// ValidateProfile tells what is wrong with a profile, and stores nothing.
func (r *resolver) ValidateProfile(ctx context.Context, input ProfileInput) ([]*FieldFault, error) {
	_, faults := r.validate(ctx, input)
	told := make([]*FieldFault, len(faults))
	for i, f := range faults {
		text := (&fault{code: BadInput, reason: f.Reason, variant: "FIELD"}).text(languageOf(ctx), f.Path)
		told[i] = &FieldFault{Path: f.Path, Reason: f.Reason, Message: text}
	}
	return told, nil
}

func (r *resolver) validate(ctx context.Context, input ProfileInput) (applicant.Profile, applicant.Faults) {
	return input.typed().Validate(r.store.Catalogue, operationOf(ctx).snapshot.At())
}

// typed is the input as a person typed it.
func (in ProfileInput) typed() applicant.ProfileInput {
	subjects := applicant.Change[[]applicant.Subject]{Set: in.ProfileSubjects.IsSet()}
	if list := in.ProfileSubjects.Value(); list != nil {
		subjects.Value = &list
	}
	return applicant.ProfileInput{
		FamilyName:      changed(in.FamilyName),
		GivenName:       changed(in.GivenName),
		Patronymic:      changed(in.Patronymic),
		IIN:             changed(in.Iin),
		BirthDate:       changed(in.BirthDate),
		Sex:             changed(in.Sex),
		Email:           changed(in.Email),
		ProfileSubjects: subjects,
		Region:          changed(in.Region),
		Address:         changed(in.Address),
	}
}

func changed[T any](o graphql.Omittable[*T]) applicant.Change[T] {
	return applicant.Change[T]{Set: o.IsSet(), Value: o.Value()}
}
