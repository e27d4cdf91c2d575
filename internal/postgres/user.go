package postgres

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// profileRow is the part of a statement's row that tells of one person.
type profileRow struct {
	UserID          uuid.UUID                           `db:"user_id"`
	Identity        keyRow                              `db:"identity"`
	FamilyName      []byte                              `db:"family_name"`
	GivenName       []byte                              `db:"given_name"`
	Patronymic      []byte                              `db:"patronymic"`
	IIN             []byte                              `db:"iin"`
	BirthDate       []byte                              `db:"birth_date"`
	Sex             *privacy.Sealed[applicant.Sex]      `db:"sex"`
	Contact         keyRow                              `db:"contact"`
	Phone           []byte                              `db:"phone"`
	Email           []byte                              `db:"email"`
	Address         []byte                              `db:"address"`
	ProfileSubjects *privacy.Sealed[applicant.Subjects] `db:"profile_subjects"`
	Region          *privacy.Sealed[string]             `db:"region"`
}

func (r profileRow) user(record *privacy.Record, s *Store) *applicant.User {
	identity := safe{s.Keys.vault, r.Identity.of(r.UserID, vault.Identity), "applicant"}
	contact := safe{s.Keys.vault, r.Contact.of(r.UserID, vault.Contact), "applicant"}
	return &applicant.User{
		Record:          record,
		FamilyName:      identity.text("family_name", r.FamilyName),
		GivenName:       identity.text("given_name", r.GivenName),
		Patronymic:      identity.text("patronymic", r.Patronymic),
		IIN:             identity.text("iin", r.IIN),
		BirthDate:       lock(identity, "birth_date", r.BirthDate, applicant.ParseDate),
		Sex:             r.Sex,
		Phone:           contact.text("phone", r.Phone),
		Email:           contact.text("email", r.Email),
		ProfileSubjects: r.ProfileSubjects,
		Region:          s.Catalogue.Regions.Of(r.Region),
		Address:         contact.text("address", r.Address),
	}
}

// User reads a person for themselves: what the projection has of the categories
// that the record may open. It is nil where there is no such person.
func (n *Snapshot) User(ctx context.Context, id string, record *privacy.Record, p privacy.Projection) (*applicant.User, error) {
	var row profileRow
	err := n.row(ctx, &row, "user", features(p), map[string]any{"user_id": id})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // no such person is an answer
	}
	if err != nil {
		return nil, err
	}
	user := row.user(record, n.store)
	own := reach{features: features{"own": true}, args: map[string]any{"user_id": id, "readable": int64(record.Readable())}}
	if err := n.exams(ctx, own, p, map[uuid.UUID]*applicant.User{row.UserID: user}); err != nil {
		return nil, err
	}
	if p["User.surveyAnswers"] && record.Readable().Has(privacy.Survey) {
		if user.SurveyAnswers, err = n.surveyAnswers(ctx, id, record, p); err != nil {
			return nil, err
		}
	}
	if p["User.sources"] {
		if user.Sources, err = n.sources(ctx, id, record); err != nil {
			return nil, err
		}
	}
	if !p["User.consents"] {
		return user, nil
	}
	user.Consents, err = n.Consents(ctx, id, p)
	return user, err
}

// reach tells a statement whose rows to read: a person's own, or those of a
// page of leads.
type reach struct {
	features features
	args     map[string]any
}

func (r reach) with(p privacy.Projection) features {
	all := maps.Clone(r.features)
	maps.Copy(all, p)
	return all
}

// exams reads the ENT results and the grant applications of people, by id,
// where the projection has them.
func (n *Snapshot) exams(ctx context.Context, r reach, p privacy.Projection, people map[uuid.UUID]*applicant.User) error {
	if p["User.entResults"] {
		if err := n.entResults(ctx, r, p, people); err != nil {
			return err
		}
	}
	if p["User.grantApplications"] {
		return n.grantApplications(ctx, r, p, people)
	}
	return nil
}

type entResultRow struct {
	UserID     uuid.UUID                              `db:"user_id"`
	ID         *string                                `db:"id"`
	Source     *applicant.Source                      `db:"source"`
	RecordedAt *time.Time                             `db:"recorded_at"`
	Year       *privacy.Sealed[int32]                 `db:"year"`
	Session    *privacy.Sealed[applicant.EntSession]  `db:"session"`
	Total      *privacy.Sealed[int32]                 `db:"total"`
	Subjects   pq.StringArray                         `db:"subjects"`
	Scores     pq.Int32Array                          `db:"scores"`
	Language   *privacy.Sealed[applicant.EntLanguage] `db:"language"`
	TestDate   *privacy.Sealed[applicant.Date]        `db:"test_date"`
	Place      *privacy.Sealed[string]                `db:"place"`
	ExamCode   keyRow                                 `db:"exam_code"`
	TesteeCode []byte                                 `db:"testee_code"`
}

func (n *Snapshot) entResults(ctx context.Context, r reach, p privacy.Projection, people map[uuid.UUID]*applicant.User) error {
	var rows []entResultRow
	if err := n.rows(ctx, &rows, "ent_results", r.with(p), r.args); err != nil {
		return err
	}
	for _, u := range people {
		u.EntResults = []*applicant.EntResult{}
	}
	for _, row := range rows {
		u := people[row.UserID]
		u.EntResults = append(u.EntResults, row.result(u.Record, n.store.Keys.vault))
	}
	return nil
}

func (r entResultRow) result(record *privacy.Record, v *vault.Vault) *applicant.EntResult {
	examCode := safe{v, r.ExamCode.of(r.UserID, vault.ExamCode), "ent_result"}
	return &applicant.EntResult{
		Record:     record,
		ID:         r.ID,
		Source:     r.Source,
		RecordedAt: moment(r.RecordedAt),
		Year:       r.Year,
		Session:    r.Session,
		Total:      r.Total,
		Scores:     scores(record, r.Subjects, r.Scores),
		Language:   r.Language,
		TestDate:   r.TestDate,
		Place:      r.Place,
		TesteeCode: examCode.text("testee_code", r.TesteeCode),
	}
}

// scores pairs the subjects and the scores of a row; a check of the table keeps
// them equally many.
func scores(record *privacy.Record, subjects []string, points []int32) []*applicant.SubjectScore {
	if subjects == nil {
		return nil
	}
	pairs := make([]*applicant.SubjectScore, len(subjects))
	for i := range subjects {
		pairs[i] = &applicant.SubjectScore{
			Record:  record,
			Subject: privacy.Seal(applicant.Subject(subjects[i])),
			Score:   privacy.Seal(points[i]),
		}
	}
	return pairs
}

type grantApplicationRow struct {
	UserID          uuid.UUID                              `db:"user_id"`
	ID              string                                 `db:"id"`
	Year            *privacy.Sealed[int32]                 `db:"year"`
	Status          *privacy.Sealed[applicant.GrantStatus] `db:"status"`
	Quotas          *privacy.Sealed[applicant.GrantQuotas] `db:"quotas"`
	Awarded         bool                                   `db:"awarded"`
	AwardProgramme  *privacy.Sealed[string]                `db:"award_programme"`
	AwardUniversity *privacy.Sealed[string]                `db:"award_university"`
	AwardPriority   *privacy.Sealed[int32]                 `db:"award_priority"`
	AwardQuota      *privacy.Sealed[applicant.GrantQuota]  `db:"award_quota"`
	Source          *applicant.Source                      `db:"source"`
	RecordedAt      *time.Time                             `db:"recorded_at"`
}

func (n *Snapshot) grantApplications(ctx context.Context, r reach, p privacy.Projection, people map[uuid.UUID]*applicant.User) error {
	var rows []grantApplicationRow
	if err := n.rows(ctx, &rows, "grant_applications", r.with(p), r.args); err != nil {
		return err
	}
	for _, u := range people {
		u.GrantApplications = []*applicant.GrantApplication{}
	}
	applications := make(map[string]*applicant.GrantApplication, len(rows))
	for _, row := range rows {
		u := people[row.UserID]
		g := row.application(u.Record, n.store.Catalogue)
		u.GrantApplications = append(u.GrantApplications, g)
		applications[row.ID] = g
	}
	if p["GrantApplication.history"] {
		if err := n.grantHistory(ctx, r, p, applications); err != nil {
			return err
		}
	}
	if !p["GrantApplication.choices"] {
		return nil
	}
	return n.grantChoices(ctx, r, p, applications)
}

func (r grantApplicationRow) application(record *privacy.Record, c *applicant.Catalogue) *applicant.GrantApplication {
	g := &applicant.GrantApplication{
		Record: record, Year: r.Year, Status: r.Status, Quotas: r.Quotas, Source: r.Source, RecordedAt: moment(r.RecordedAt),
	}
	if r.Awarded {
		g.Award = &applicant.GrantAward{
			Record:     record,
			Programme:  c.Programmes.Of(r.AwardProgramme),
			University: c.Universities.Of(r.AwardUniversity),
			Priority:   r.AwardPriority,
			Quota:      r.AwardQuota,
		}
	}
	return g
}

type grantChoiceRow struct {
	UserID        uuid.UUID               `db:"user_id"`
	ApplicationID string                  `db:"application_id"`
	Priority      *privacy.Sealed[int32]  `db:"priority"`
	Programme     *privacy.Sealed[string] `db:"programme"`
	University    *privacy.Sealed[string] `db:"university"`
}

func (n *Snapshot) grantChoices(ctx context.Context, r reach, p privacy.Projection, applications map[string]*applicant.GrantApplication) error {
	var rows []grantChoiceRow
	if err := n.rows(ctx, &rows, "grant_choices", r.with(p), r.args); err != nil {
		return err
	}
	for _, g := range applications {
		g.Choices = []*applicant.GrantChoice{}
	}
	for _, row := range rows {
		g := applications[row.ApplicationID]
		g.Choices = append(g.Choices, &applicant.GrantChoice{
			Record:     g.Record,
			Priority:   row.Priority,
			Programme:  n.store.Catalogue.Programmes.Of(row.Programme),
			University: n.store.Catalogue.Universities.Of(row.University),
		})
	}
	return nil
}
