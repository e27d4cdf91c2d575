package graph

import (
	"context"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
)

// resolver answers the root fields. Whether a field may be answered has been
// decided before: see enforcement.
type resolver struct {
	store   *postgres.Store
	cursors *cursors
	explain *explainer
	issuer  issuer
	signIn  SignIn
}

// resolvers are all that gqlgen resolves by a method.
type resolvers struct{ *resolver }

// Query answers the root fields of queries.
func (r resolvers) Query() QueryResolver { return r.resolver }

// Mutation answers the root fields of mutations. An operation has one: the plan
// refuses more.
func (r resolvers) Mutation() MutationResolver { return r.resolver }

// PrivacyPolicy answers the fields of a version of the policy that take another.
func (r resolvers) PrivacyPolicy() PrivacyPolicyResolver { return policyResolver{} }

// Me reads the person who signed in.
func (r *resolver) Me(ctx context.Context) (*applicant.User, error) {
	op := operationOf(ctx)
	key, plan := op.root(ctx)
	record := op.plan.Decision.Record(op.standing())
	op.withhold(key, []*privacy.Record{record})
	if !plan.reads(record) && op.plan.refusesBelow(key) {
		return &applicant.User{Record: record}, nil // nothing of it may be read
	}
	if p := plan.projection; !p["User.consents"] && !p["User.sources"] && !p["User.surveyAnswers"] { // each of which is another statement
		op.alone()
	}
	return op.snapshot.User(ctx, op.caller.User, record, plan.projection)
}

// Lead reads one lead of the caller's university.
func (r *resolver) Lead(ctx context.Context, id string) (*applicant.Lead, error) {
	op := operationOf(ctx)
	key, _ := op.root(ctx)
	if !isUUID(id) {
		return nil, nil //nolint:nilnil // as any unknown id
	}
	op.alone()
	lead, err := op.snapshot.Lead(ctx, op.leadQuery(ctx), id)
	if lead != nil {
		op.withhold(key, []*privacy.Record{lead.PrivacyRecord()})
	}
	return lead, err
}

func isUUID(s string) bool {
	return len(s) == len(uuid.Nil.String()) && uuid.Validate(s) == nil
}

// Explain plans a document without reading anyone's data.
func (r *resolver) Explain(ctx context.Context, document string, operationName *string, audience *privacy.Audience, purpose *privacy.Purpose) (*PrivacyPlan, error) {
	return r.explain.explain(ctx, document, operationName, audience, purpose)
}

// Regions lists the regions.
func (r *resolver) Regions(context.Context) ([]*applicant.Reference, error) {
	return r.store.Catalogue.Regions.List(every), nil
}

// Universities lists the universities, of one region or of all.
func (r *resolver) Universities(_ context.Context, region *string) ([]*applicant.Reference, error) {
	catalogue := r.store.Catalogue
	if region == nil {
		return catalogue.Universities.List(every), nil
	}
	if !catalogue.Regions.Has(*region) {
		return nil, badInput("REGION", "region")
	}
	return catalogue.Universities.List(func(e applicant.Entry) bool { return e.Region == *region }), nil
}

// Programmes lists the groups of educational programmes.
func (r *resolver) Programmes(context.Context) ([]*applicant.Reference, error) {
	return r.store.Catalogue.Programmes.List(every), nil
}

func every(applicant.Entry) bool { return true }

// ProfileCombinations lists the combinations of profile subjects.
func (r *resolver) ProfileCombinations(context.Context) ([]*applicant.ProfileCombination, error) {
	return r.store.Catalogue.Combinations, nil
}

// Vocabulary lists the words that a person is shown, of one enum or of all.
func (r *resolver) Vocabulary(_ context.Context, enum *string) ([]*Term, error) {
	terms := []*Term{}
	for _, t := range vocabulary {
		if enum == nil || t.Enum == *enum {
			terms = append(terms, t)
		}
	}
	if len(terms) == 0 {
		return nil, &fault{code: BadInput, reason: "ENUM", variant: "NAME", argument: []string{"enum"}}
	}
	return terms, nil
}
