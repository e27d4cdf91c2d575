package postgres

import (
	"context"

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
	own := reach{
		features: features{"own": true, "best": true},
		args:     map[string]any{"user_id": user, "year": year, "readable": int64(record.Readable())},
	}
	if p["GrantApplicationDraft.result"] {
		if d.Result, err = n.bestResult(ctx, own, p, record); err != nil {
			return nil, err
		}
	}
	if p["GrantApplicationDraft.options"] {
		d.Options, err = n.grantOptions(ctx, own, record)
	}
	return d, err
}

// bestResult is the best result of the main session of a year; nil where there is
// none.
func (n *Snapshot) bestResult(ctx context.Context, r reach, p privacy.Projection, record *privacy.Record) (*applicant.EntResult, error) {
	var rows []entResultRow
	if err := n.rows(ctx, &rows, "ent_results", r.with(p), r.args); err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].result(record, n.store.Keys.vault), nil
}

func (n *Snapshot) grantOptions(ctx context.Context, r reach, record *privacy.Record) ([]*applicant.GrantOption, error) {
	var codes []*privacy.Sealed[string]
	if err := n.rows(ctx, &codes, "grant_options", nil, r.args); err != nil {
		return nil, err
	}
	options := make([]*applicant.GrantOption, len(codes))
	for i, code := range codes {
		options[i] = &applicant.GrantOption{Record: record, Programme: n.store.Catalogue.Programmes.Of(code)}
	}
	return options, nil
}
