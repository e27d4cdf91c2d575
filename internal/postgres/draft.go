package postgres

import (
	"context"
	"maps"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// GrantApplicationDraft reads what an application of a year is filled with, as far
// as the record opens it. It is nil where there is no such person.
func (n *Snapshot) GrantApplicationDraft(ctx context.Context, user string, year int32, record *privacy.Record, p privacy.Projection) (*applicant.GrantApplicationDraft, error) {
	person, err := n.User(ctx, user, record, p)
	if person == nil || err != nil {
		return nil, err
	}
	d := &applicant.GrantApplicationDraft{Record: record}
	if p["GrantApplicationDraft.applicant"] {
		d.Applicant = person
	}
	if p["GrantApplicationDraft.result"] {
		if d.Result, err = n.bestResult(ctx, user, year, record, p); err != nil {
			return nil, err
		}
	}
	if p["GrantApplicationDraft.options"] {
		d.Options, err = n.grantOptions(ctx, user, record)
	}
	return d, err
}

// bestResult is the best result of the main session of a year; nil where there is
// none.
func (n *Snapshot) bestResult(ctx context.Context, user string, year int32, record *privacy.Record, p privacy.Projection) (*applicant.EntResult, error) {
	p = maps.Clone(p)
	delete(p, "User.grantApplications")
	person, err := n.person(ctx, record, p, listed(p, "User.entResults", "result.best"), map[string]any{"user_id": user, "year": year})
	if err != nil || person == nil || len(person.EntResults) == 0 {
		return nil, err
	}
	return person.EntResults[0], nil
}

func (n *Snapshot) grantOptions(ctx context.Context, user string, record *privacy.Record) ([]*applicant.GrantOption, error) {
	var codes []*privacy.Sealed[string]
	args := map[string]any{"user_id": user, "readable": int64(record.Readable())}
	if err := n.rows(ctx, &codes, "grant_options", nil, args); err != nil {
		return nil, err
	}
	options := make([]*applicant.GrantOption, len(codes))
	for i, code := range codes {
		options[i] = &applicant.GrantOption{Record: record, Programme: n.store.Catalogue.Programmes.Of(code)}
	}
	return options, nil
}
