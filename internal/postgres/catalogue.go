package postgres

import (
	"context"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
)

type entryRow struct {
	Code   string  `db:"code"`
	NameRu string  `db:"name_ru"`
	NameKk *string `db:"name_kk"`
	Region string  `db:"region"`
}

type combinationRow struct {
	Code     string         `db:"code"`
	Subjects pq.StringArray `db:"subjects"`
	NameRu   string         `db:"name_ru"`
	NameKk   string         `db:"name_kk"`
}

type programmeCombinationsRow struct {
	Programme    string         `db:"programme"`
	Combinations pq.StringArray `db:"combinations"`
}

func (s *Store) catalogue(ctx context.Context) (c *applicant.Catalogue, err error) {
	c = &applicant.Catalogue{}
	if c.Regions, err = s.section(ctx, "regions"); err != nil {
		return nil, err
	}
	if c.Universities, err = s.section(ctx, "universities"); err != nil {
		return nil, err
	}
	if c.Programmes, err = s.section(ctx, "programmes"); err != nil {
		return nil, err
	}
	if c.Combinations, err = s.combinations(ctx); err != nil {
		return nil, err
	}
	c.ProgrammeCombinations, err = s.programmeCombinations(ctx)
	return c, err
}

func (s *Store) section(ctx context.Context, name string) (*applicant.Section, error) {
	var rows []entryRow
	if err := s.statements.rows(ctx, s.db, &rows, name, nil, map[string]any{}); err != nil {
		return nil, err
	}
	entries := make([]applicant.Entry, len(rows))
	for i, r := range rows {
		entries[i] = applicant.Entry(r)
	}
	return applicant.NewSection(entries), nil
}

func (s *Store) combinations(ctx context.Context) ([]*applicant.ProfileCombination, error) {
	var rows []combinationRow
	if err := s.statements.rows(ctx, s.db, &rows, "profile_combinations", nil, map[string]any{}); err != nil {
		return nil, err
	}
	all := make([]*applicant.ProfileCombination, len(rows))
	for i, r := range rows {
		all[i] = &applicant.ProfileCombination{Code: r.Code, NameRu: r.NameRu, NameKk: r.NameKk}
		for _, subject := range r.Subjects {
			all[i].Subjects = append(all[i].Subjects, applicant.Subject(subject))
		}
	}
	return all, nil
}

func (s *Store) programmeCombinations(ctx context.Context) (map[string][]string, error) {
	var rows []programmeCombinationsRow
	if err := s.statements.rows(ctx, s.db, &rows, "programme_combinations", nil, map[string]any{}); err != nil {
		return nil, err
	}
	all := make(map[string][]string, len(rows))
	for _, r := range rows {
		all[r.Programme] = r.Combinations
	}
	return all, nil
}
