package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// SubmitGrantApplication submits the person's application of a year, or submits it
// anew with other choices, and returns its id. It fails with [applicant.Faults]
// where the application is not good for the profile subjects that are stored, and
// where the one that there is can no longer be changed.
func (t *Transaction) SubmitGrantApplication(ctx context.Context, in applicant.GrantApplicationInput, from Source) (uuid.UUID, error) {
	in, err := t.good(ctx, in)
	if err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return uuid.Nil, err
	}
	err = t.row(ctx, &id, "submit_grant_application", nil, map[string]any{
		"id": id, "year": in.Year, "status": applicant.GrantStatusSubmitted, "quotas": texts(&in.Quotas), "source": string(from),
	})
	if err != nil {
		return uuid.Nil, err
	}
	return id, t.choose(ctx, id, in.Choices)
}

// good is an application normalised, or its faults.
func (t *Transaction) good(ctx context.Context, in applicant.GrantApplicationInput) (applicant.GrantApplicationInput, error) {
	var standing grantStandingRow
	args := map[string]any{"users": pq.Array([]uuid.UUID{t.user}), "years": pq.Int32Array{in.Year}}
	if err := t.row(ctx, &standing, "grant_standing", features{"typed": true}, args); err != nil {
		return in, err
	}
	normal, faults := in.Validate(t.store.Catalogue, standing.profile(), t.at)
	if faults = append(faults, in.Submit(standing.Status)...); len(faults) > 0 {
		return in, faults
	}
	return normal, nil
}

// grantStandingRow is what an application of a person stands on.
type grantStandingRow struct {
	N        int                   `db:"n"`
	Subjects pq.StringArray        `db:"profile_subjects"`
	Status   applicant.GrantStatus `db:"status"`
}

func (r grantStandingRow) profile() []applicant.Subject {
	profile := make([]applicant.Subject, len(r.Subjects))
	for i, s := range r.Subjects {
		profile[i] = applicant.Subject(s)
	}
	return profile
}

// choose writes the choices of an application in the place of those before.
func (t *Transaction) choose(ctx context.Context, id uuid.UUID, choices []applicant.GrantChoiceInput) error {
	programmes, universities := pq.StringArray{}, pq.StringArray{}
	for _, c := range choices {
		programmes, universities = append(programmes, c.Programme), append(universities, c.University)
	}
	if err := t.exec(ctx, "delete_grant_choices", nil, map[string]any{"id": id}); err != nil {
		return err
	}
	return t.exec(ctx, "insert_grant_choices", nil, map[string]any{"id": id, "programmes": programmes, "universities": universities})
}

// GrantApplication reads one application of a person for themselves, as far as the
// record opens it; it is empty where the record does not.
func (n *Snapshot) GrantApplication(ctx context.Context, user string, id uuid.UUID, record *privacy.Record, p privacy.Projection) (*applicant.GrantApplication, error) {
	f := listed(p, "User.grantApplications", "application.one")
	person, err := n.person(ctx, record, p, f, map[string]any{"user_id": user, "id": id})
	if err != nil {
		return nil, err
	}
	if person == nil || len(person.GrantApplications) == 0 {
		return &applicant.GrantApplication{Record: record}, nil
	}
	return person.GrantApplications[0], nil
}
