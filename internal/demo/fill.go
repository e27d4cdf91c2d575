package demo

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// Fill loads a population into a migrated database that has neither applicants
// nor clients: all of it or nothing.
func Fill(ctx context.Context, db *sqlx.DB, keys *postgres.Keys, p *Population) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("demo: begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	sealer, err := keys.Sealer(ctx, tx)
	if err != nil {
		return fmt.Errorf("demo: keys: %w", err)
	}
	s, err := seal(ctx, sealer, p)
	if err != nil {
		return fmt.Errorf("demo: seal: %w", err)
	}
	for _, t := range s.tables() {
		if err := t.copyIn(ctx, tx); err != nil {
			return fmt.Errorf("demo: fill %s: %w", t.name, err)
		}
		// The planner shall not have to wait for the autovacuum to know the table.
		if _, err := tx.ExecContext(ctx, "ANALYZE "+t.name); err != nil {
			return fmt.Errorf("demo: analyze %s: %w", t.name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, histories); err != nil {
		return fmt.Errorf("demo: fill consent_event: %w", err)
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
func (p *sealedPopulation) tables() []table {
	return []table{
		{
			"client", `client_id, name, audience, purposes, university, agreement_from, agreement_to`,
			rows(p.Clients, Client.row),
		},
		{
			"applicant", `user_id, sex, profile_subjects, region, restricted_at, created_at,
			family_name, given_name, patronymic, iin, iin_index_a, iin_index_b, birth_date,
			phone, phone_index_a, phone_index_b, email, email_index_a, email_index_b, address`,
			rows(p.applicants, sealedApplicant.row),
		},
		{
			"data_key", `user_id, key_group, version, epoch, wrapped`,
			rows(p.keys, keyRow),
		},
		{
			"ent_result", `user_id, id, year, session, total, subjects, scores, language, test_date, place,
			testee_code, testee_code_index_a, testee_code_index_b, source, recorded_at`,
			rows(p.results, sealedResult.row),
		},
		{
			"grant_application", `user_id, id, year, status, quotas,
			award_programme, award_university, award_priority, award_quota, source, recorded_at`,
			rows(p.GrantApplications, GrantApplication.row),
		},
		{
			"grant_choice", `user_id, application_id, priority, programme, university`,
			rows(p.GrantChoices, GrantChoice.row),
		},
		{
			"survey", `id, version, published_at, retention_days, definition`,
			rows(p.Surveys, Survey.row),
		},
		{
			"consent", `user_id, id, basis, university, survey, survey_version, categories, policy_version, given_at, expires_at, withdrawn_at, state, scopes`,
			rows(p.Consents, Consent.row),
		},
		{
			"lead", `user_id, university, id, consent_id, requested_at, programme, preferred_language`,
			rows(p.Leads, Lead.row),
		},
		{
			"survey_answer", `user_id, consent_id, n, field, value, answered_at, kept_until`,
			rows(p.answers, sealedAnswer.row),
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

func (a sealedApplicant) row() []any {
	return []any{
		a.UserID, a.Sex, texts(a.ProfileSubjects), a.Region, a.RestrictedAt, a.CreatedAt,
		bytea(a.familyName), bytea(a.givenName), bytea(a.patronymic),
		bytea(a.iin), bytea(a.iinIndex.A), bytea(a.iinIndex.B), bytea(a.birthDate),
		bytea(a.phone), bytea(a.phoneIndex.A), bytea(a.phoneIndex.B),
		bytea(a.email), bytea(a.emailIndex.A), bytea(a.emailIndex.B), bytea(a.address),
	}
}

// bytea is a column of the type bytea: NULL where there is nothing.
func bytea(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

func keyRow(k vault.DataKey) []any {
	return []any{k.User, string(k.Group), k.Version, int64(k.Epoch), k.Wrapped}
}

// imported is whence all results and applications came, and importedAt when: after
// the awards of 2026 were published.
const imported = string(postgres.Imported)

func importedAt() time.Time { return day(2026, time.September, 1) }

func (r sealedResult) row() []any {
	return []any{
		r.UserID, r.ID, r.Year, r.Session, r.Total, texts(r.Subjects), pq.Int64Array(r.Scores), r.Language,
		r.TestDate, r.Place, bytea(r.testeeCode), bytea(r.testeeCodeIndex.A), bytea(r.testeeCodeIndex.B),
		imported, importedAt(),
	}
}

func (a GrantApplication) row() []any {
	row := []any{a.UserID, a.ID, a.Year, a.Status, texts(a.Quotas)}
	if a.Award == nil {
		return append(row, nil, nil, nil, nil, imported, importedAt())
	}
	return append(row, a.Award.Programme, a.Award.University, a.Award.Priority, a.Award.Quota, imported, importedAt())
}

func (c GrantChoice) row() []any {
	return []any{c.UserID, c.ApplicationID, c.Priority, c.Programme, c.University}
}

// policyVersion is the version of the policy that all have agreed to.
const policyVersion = 1

func (c Consent) row() []any {
	var surveyVersion *int
	if c.Survey != nil {
		surveyVersion = new(1)
	}
	return []any{
		c.UserID, c.ID, c.Basis.String(), c.University, c.Survey, surveyVersion, words(c.Categories.Categories()), policyVersion,
		c.GivenAt, c.ExpiresAt, c.WithdrawnAt, c.state().String(), pq.StringArray(c.scopes().Words()),
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
