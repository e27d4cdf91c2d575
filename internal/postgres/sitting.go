package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// What keeps a result of the ENT from being written.
var (
	// ErrNoResult is returned for a result that the person does not have.
	ErrNoResult = errors.New("postgres: the person has no such result")
	// ErrManyResults is returned where the person has as many as may be.
	ErrManyResults = errors.New("postgres: the person has as many results as may be")
)

// mostResults is how many results a person may have.
const mostResults = 50

// AddEntResult writes a result of the ENT and returns its id. It fails with
// [ErrManyResults], and with [applicant.Faults] where the person has a result of
// the same sitting, or one with the same testee code.
func (t *Transaction) AddEntResult(ctx context.Context, s applicant.Sitting, from Source) (uuid.UUID, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return id, err
	}
	args, others, err := t.sitting(ctx, id, s, from)
	if err == nil && others >= mostResults {
		err = ErrManyResults
	}
	if err != nil {
		return id, err
	}
	return id, t.exec(ctx, "insert_ent_result", nil, args)
}

// UpdateEntResult writes a result anew. It fails with [ErrNoResult], and as
// [Transaction.AddEntResult] does.
func (t *Transaction) UpdateEntResult(ctx context.Context, id uuid.UUID, s applicant.Sitting, from Source) error {
	args, _, err := t.sitting(ctx, id, s, from)
	if err != nil {
		return err
	}
	return t.touch(ctx, "update_ent_result", args)
}

// RemoveEntResult removes a result. It fails with [ErrNoResult].
func (t *Transaction) RemoveEntResult(ctx context.Context, id uuid.UUID) error {
	return t.touch(ctx, "delete_ent_result", map[string]any{"id": id})
}

// touch runs a statement on one result.
func (t *Transaction) touch(ctx context.Context, name string, args map[string]any) error {
	var id uuid.UUID
	err := t.row(ctx, &id, name, nil, args)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoResult
	}
	return err
}

// sitting is what the columns of a result are to hold, and how many other results
// the person has.
func (t *Transaction) sitting(ctx context.Context, id uuid.UUID, s applicant.Sitting, from Source) (args map[string]any, others int, err error) {
	args = map[string]any{
		"id": id, "year": s.Year, "session": s.Session, "total": s.Total, "language": s.Language, "place": s.Place,
		"test_date": day(s.TestDate), "source": string(from),
	}
	args["subjects"], args["scores"] = certificate(s)
	if err = t.seal(ctx, sealedColumn("ent_result", "testee_code"), optional(s.TesteeCode), args); err != nil {
		return nil, 0, err
	}
	others, err = t.doubles(ctx, args)
	return args, others, err
}

// certificate is the scores of a sitting as two columns hold them.
func certificate(s applicant.Sitting) (pq.StringArray, pq.Int32Array) {
	subjects, scores := pq.StringArray{}, pq.Int32Array{}
	for _, score := range s.Scores {
		subjects, scores = append(subjects, string(score.Subject)), append(scores, score.Score)
	}
	return subjects, scores
}

// doubles compares a result with the person's others, and counts these.
func (t *Transaction) doubles(ctx context.Context, args map[string]any) (int, error) {
	var found struct {
		Others  int  `db:"others"`
		Sitting bool `db:"sitting"`
		Code    bool `db:"code"`
	}
	if err := t.row(ctx, &found, "ent_result_doubles", nil, args); err != nil {
		return 0, err
	}
	var faults applicant.Faults
	if found.Sitting {
		faults = append(faults, applicant.Double("testDate")...)
	}
	if found.Code {
		faults = append(faults, applicant.Double("testeeCode")...)
	}
	if len(faults) > 0 {
		return 0, faults
	}
	return found.Others, nil
}

// EntResult reads one result of a person for themselves, as far as the record
// opens it; but for its id it is empty where the record does not.
func (n *Snapshot) EntResult(ctx context.Context, user, id string, record *privacy.Record, p privacy.Projection) (*applicant.EntResult, error) {
	person, err := n.person(ctx, record, p, listed(p, "User.entResults", "result.one"), map[string]any{"user_id": user, "id": id})
	if err != nil {
		return nil, err
	}
	if person == nil || len(person.EntResults) == 0 {
		return &applicant.EntResult{Record: record, ID: &id}, nil
	}
	return person.EntResults[0], nil
}
