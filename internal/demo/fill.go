package demo

import (
	"context"
	"fmt"
	"iter"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/privacy"
)

// Fill loads a population into a migrated database that has neither applicants
// nor clients: all of it or nothing.
func Fill(ctx context.Context, db *sqlx.DB, p *Population) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("demo: begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	for _, t := range p.tables() {
		if err := t.copyIn(ctx, tx); err != nil {
			return fmt.Errorf("demo: fill %s: %w", t.name, err)
		}
		// The planner shall not have to wait for the autovacuum to know the table.
		if _, err := tx.ExecContext(ctx, "ANALYZE "+t.name); err != nil {
			return fmt.Errorf("demo: analyze %s: %w", t.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("demo: commit: %w", err)
	}
	return nil
}

// table is the content of a table.
type table struct {
	name    string
	columns string
	rows    iter.Seq[[]any]
}

// copyIn loads the rows with COPY.
func (t table) copyIn(ctx context.Context, tx *sqlx.Tx) error {
	stmt, err := tx.PrepareContext(ctx, "COPY "+t.name+" ("+t.columns+") FROM STDIN")
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for row := range t.rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	_, err = stmt.ExecContext(ctx) // flushes
	return err
}

// tables are the tables in an order in which each finds what it refers to.
func (p *Population) tables() []table {
	return []table{
		{
			"client", `client_id, name, audience, purposes, university, agreement_from, agreement_to`,
			rows(p.Clients, Client.row),
		},
		{
			"applicant", `user_id, family_name, given_name, patronymic, iin, birth_date, sex, phone, email,
			profile_subjects, region, address, restricted_at, created_at`,
			rows(p.Applicants, Applicant.row),
		},
		{
			"ent_result", `user_id, id, year, session, total, subjects, scores, language, test_date, place, testee_code`,
			rows(p.EntResults, EntResult.row),
		},
		{
			"grant_application", `user_id, id, year, status, quotas,
			award_programme, award_university, award_priority, award_quota`,
			rows(p.GrantApplications, GrantApplication.row),
		},
		{
			"grant_choice", `user_id, application_id, priority, programme, university`,
			rows(p.GrantChoices, GrantChoice.row),
		},
		{
			"consent", `user_id, id, basis, university, categories, policy_version, given_at, expires_at, withdrawn_at`,
			rows(p.Consents, Consent.row),
		},
		{
			"lead", `user_id, university, id, consent_id, requested_at, programme, preferred_language`,
			rows(p.Leads, Lead.row),
		},
	}
}

// rows are the rows that hold the values.
func rows[T any](values []T, row func(T) []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for _, v := range values {
			if !yield(row(v)) {
				return
			}
		}
	}
}

func (c Client) row() []any {
	return []any{
		c.ID, c.Name, c.Audience.String(), words(c.Purposes), c.University, c.AgreementFrom, c.AgreementTo,
	}
}

func (a Applicant) row() []any {
	return []any{
		a.UserID, a.FamilyName, a.GivenName, a.Patronymic, a.IIN, a.BirthDate, a.Sex, a.Phone, a.Email,
		texts(a.ProfileSubjects), a.Region, a.Address, a.RestrictedAt, a.CreatedAt,
	}
}

func (r EntResult) row() []any {
	return []any{
		r.UserID, r.ID, r.Year, r.Session, r.Total, texts(r.Subjects), pq.Int64Array(r.Scores), r.Language,
		r.TestDate, r.Place, r.TesteeCode,
	}
}

func (a GrantApplication) row() []any {
	row := []any{a.UserID, a.ID, a.Year, a.Status, texts(a.Quotas)}
	if a.Award == nil {
		return append(row, nil, nil, nil, nil)
	}
	return append(row, a.Award.Programme, a.Award.University, a.Award.Priority, a.Award.Quota)
}

func (c GrantChoice) row() []any {
	return []any{c.UserID, c.ApplicationID, c.Priority, c.Programme, c.University}
}

// policyVersion is the version of the policy that all have agreed to.
const policyVersion = 1

func (c Consent) row() []any {
	return []any{
		c.UserID, c.ID, c.Basis.String(), c.University, words(c.Categories.Categories()), policyVersion,
		c.GivenAt, c.ExpiresAt, c.WithdrawnAt,
	}
}

func (l Lead) row() []any {
	return []any{l.UserID, l.University, l.ID, l.ConsentID, l.RequestedAt, l.Programme, l.PreferredLanguage}
}

// texts is a list as a column of the type text[]: NULL where it is nil.
func texts[T ~string](list []T) pq.StringArray {
	if list == nil {
		return nil
	}
	array := pq.StringArray{}
	for _, v := range list {
		array = append(array, string(v))
	}
	return array
}

// words is a list of the schema's words as a column of the type text[].
func words[T interface {
	privacy.Purpose | privacy.Category
	String() string
}](list []T) pq.StringArray {
	array := pq.StringArray{}
	for _, v := range list {
		array = append(array, v.String())
	}
	return array
}
