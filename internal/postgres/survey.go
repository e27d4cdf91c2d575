package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
)

type surveyRow struct {
	ID          string             `db:"id"`
	Version     int32              `db:"version"`
	PublishedAt applicant.DateTime `db:"published_at"`
	Definition  []byte             `db:"definition"`
	SHA256      string             `db:"sha256"`
}

func (r surveyRow) survey() (*applicant.Survey, error) {
	s := &applicant.Survey{}
	if err := json.Unmarshal(r.Definition, s); err != nil {
		return nil, err
	}
	s.Version, s.PublishedAt, s.SHA256 = r.Version, r.PublishedAt, r.SHA256
	return s, nil
}

// PublishSurvey publishes a survey for ever: the first version of its id, or the
// next. It fails with [consent.ErrSurveyPublished] where the latest says the same.
func (s *Store) PublishSurvey(ctx context.Context, survey *applicant.Survey) (published *applicant.Survey, err error) {
	definition, err := json.Marshal(survey)
	if err != nil {
		return nil, err
	}
	err = s.Keys.transact(ctx, func(tx *sqlx.Tx) error {
		if err := s.statements.exec(ctx, tx, "lock_survey", nil, map[string]any{}); err != nil {
			return err
		}
		var r surveyRow
		err := s.statements.row(ctx, tx, &r, "insert_survey", nil, map[string]any{
			"survey": survey.ID, "retention_days": survey.RetentionDays, "closes_at": survey.ClosesAt(),
			"definition": string(definition), "now": s.now().Truncate(time.Microsecond),
		})
		if errors.Is(err, sql.ErrNoRows) {
			return consent.ErrSurveyPublished
		}
		if err == nil {
			published, err = r.survey()
		}
		return err
	})
	return published, err
}

// Surveys lists the surveys that can be answered, by id.
func (n *Snapshot) Surveys(ctx context.Context) ([]*applicant.Survey, error) {
	return n.surveys(ctx, features{"latest": true, "open": true}, map[string]any{})
}

// AllSurveys lists all versions of all surveys, by id, the latest first.
func (n *Snapshot) AllSurveys(ctx context.Context) ([]*applicant.Survey, error) {
	return n.surveys(ctx, features{}, map[string]any{})
}

// Survey is a version of a survey, or for nil the latest; nil where there is none.
func (n *Snapshot) Survey(ctx context.Context, id string, version *int32) (*applicant.Survey, error) {
	f := features{"one": true, "version": version != nil, "latest": version == nil}
	found, err := n.surveys(ctx, f, map[string]any{"survey": id, "version": version})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func (n *Snapshot) surveys(ctx context.Context, f features, args map[string]any) ([]*applicant.Survey, error) {
	var rows []surveyRow
	if err := n.rows(ctx, &rows, "surveys", f, args); err != nil {
		return nil, err
	}
	all := make([]*applicant.Survey, len(rows))
	for i, r := range rows {
		var err error
		if all[i], err = r.survey(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// openSurvey is the survey of an id in its latest version, as long as it is open.
// It fails with [consent.ErrNoSurvey].
func (t *Transaction) openSurvey(ctx context.Context, id string) (*applicant.Survey, error) {
	var r surveyRow
	f := features{"one": true, "latest": true, "open": true}
	err := t.row(ctx, &r, "surveys", f, map[string]any{"survey": id})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, consent.ErrNoSurvey
	}
	if err != nil {
		return nil, err
	}
	return r.survey()
}
