package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/sheet"
)

// ImportEntResults writes a batch of results of the ENT, all of it or nothing, and
// tells the fate of each: what is new is added, what an earlier import brought is
// changed, and what the person typed stays.
func (s *Store) ImportEntResults(ctx context.Context, rows []sheet.Row[applicant.Sitting]) ([]sheet.Fate, error) {
	return s.crowd(ctx, iins(rows), func(c *crowd) error { return c.sit(ctx, rows) })
}

func iins[T any](rows []sheet.Row[T]) []applicant.IIN {
	all := make([]applicant.IIN, len(rows))
	for i, r := range rows {
		all[i] = r.IIN
	}
	return all
}

func (c *crowd) sit(ctx context.Context, rows []sheet.Row[applicant.Sitting]) error {
	err := c.stage(ctx, "stage_ent_results", "copy_ent_results", func(i int) ([]any, error) {
		return c.sittingRow(ctx, i, rows[i].Value)
	})
	if err != nil {
		return err
	}
	if err := c.exec(ctx, "lock_ent_results", map[string]any{}); err != nil {
		return err
	}
	if err := c.judge(ctx, "judge_ent_results"); err != nil {
		return err
	}
	if err := c.sealCodes(ctx, rows); err != nil {
		return err
	}
	return c.write(ctx, "insert_staged_ent_results", "update_staged_ent_results")
}

// sittingRow is a row of staged_ent_result.
func (c *crowd) sittingRow(ctx context.Context, n int, s applicant.Sitting) ([]any, error) {
	subjects, scores := certificate(s)
	code, err := c.sealer.Index(ctx, sealedColumn("ent_result", "testee_code").Place, optional(s.TesteeCode))
	return []any{
		n, c.users[n], uuid.New(), s.Year, string(s.Session), s.Total, subjects, scores, string(s.Language), day(s.TestDate), s.Place,
		bytea(code.A), bytea(code.B),
	}, err
}

// sealCodes seals the testee codes that are written: no others, so that who has none
// gets no key.
func (c *crowd) sealCodes(ctx context.Context, rows []sheet.Row[applicant.Sitting]) error {
	var at []int
	for i, fate := range c.fates {
		if rows[i].Value.TesteeCode != nil && (fate.Outcome == sheet.New || fate.Outcome == sheet.Changed) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return nil
	}
	values, err := c.seal(ctx, sealedColumn("ent_result", "testee_code"), at, func(i int) string { return *rows[i].Value.TesteeCode })
	if err != nil {
		return err
	}
	return c.exec(ctx, "set_staged_testee_codes", map[string]any{"ns": pq.Array(at), "values": values})
}

// write runs statements that write what is staged, as imported.
func (c *crowd) write(ctx context.Context, statements ...string) error {
	for _, name := range statements {
		if err := c.exec(ctx, name, map[string]any{"source": string(Imported)}); err != nil {
			return err
		}
	}
	return nil
}

// ImportGrantApplications writes a batch of applications for grants as
// [Store.ImportEntResults] does. What the person typed are choices and quotas; how an
// application went on is changed whoever made it.
func (s *Store) ImportGrantApplications(ctx context.Context, rows []sheet.Row[applicant.GrantRecord]) ([]sheet.Fate, error) {
	return s.crowd(ctx, iins(rows), func(c *crowd) error { return c.compete(ctx, rows) })
}

func (c *crowd) compete(ctx context.Context, rows []sheet.Row[applicant.GrantRecord]) error {
	records, err := c.validate(ctx, rows)
	if err != nil {
		return err
	}
	err = c.stage(ctx, "stage_grant_applications", "copy_grant_applications", func(i int) ([]any, error) {
		return grantRow(i, c.users[i], records[i]), nil
	})
	if err != nil {
		return err
	}
	if err := c.judge(ctx, "judge_grant_applications"); err != nil {
		return err
	}
	return c.write(ctx, "insert_staged_grant_applications", "update_staged_grant_applications",
		"delete_staged_grant_choices", "insert_staged_grant_choices")
}

// validate normalises the records, each after what it stands on, and rejects those
// that are not good.
func (c *crowd) validate(ctx context.Context, rows []sheet.Row[applicant.GrantRecord]) ([]applicant.GrantRecord, error) {
	years := make(pq.Int32Array, len(rows))
	for i, r := range rows {
		years[i] = r.Value.Year
	}
	var standing []grantStandingRow
	args := map[string]any{"users": pq.Array(c.users), "years": years}
	if err := c.rows(ctx, &standing, "grant_standing", features{"imported": true}, args); err != nil {
		return nil, err
	}
	records := make([]applicant.GrantRecord, len(rows))
	for _, s := range standing {
		i := s.N - 1
		if len(c.fates[i].Faults) > 0 {
			continue
		}
		records[i], c.fates[i].Faults = rows[i].Value.Validate(c.store.Catalogue, s.profile(), s.Status, c.at)
	}
	return records, nil
}

// grantRow is a row of staged_grant_application.
func grantRow(n int, user uuid.UUID, r applicant.GrantRecord) []any {
	programmes, universities := pq.StringArray{}, pq.StringArray{}
	for _, choice := range r.Choices {
		programmes, universities = append(programmes, choice.Programme), append(universities, choice.University)
	}
	row := []any{n, user, uuid.New(), r.Year, string(r.Status), texts(&r.Quotas), programmes, universities}
	won, is := r.Won()
	if !is {
		return append(row, nil, nil, nil, nil)
	}
	return append(row, won.Programme, won.University, r.Award.Priority, optional(r.Award.Quota))
}
