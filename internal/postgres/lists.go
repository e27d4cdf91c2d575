package postgres

import (
	"database/sql"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// personRow is a row of a person with one thing that hangs on them, or with none:
// see the part lists of the statements.
type personRow struct {
	profileRow

	University  *string             `db:"university"` // that reads; NULL for the person
	Readable    int64               `db:"readable"`
	InForce     int32               `db:"in_force"` // of the policy's versions
	Result      entResultRow        `db:"result"`
	Application grantApplicationRow `db:"application"`
	Choice      grantChoiceRow      `db:"choice"`
	Change      grantStatusRow      `db:"change"`
}

// listed are the features of a statement with the lists that a projection, or a
// name beside it, has. What is read of a type is read in its list alone: the type
// may be shown elsewhere too.
func listed(p privacy.Projection, names ...string) features {
	f := features(maps.Clone(p))
	for _, name := range names {
		f[name] = true
	}
	for _, within := range []struct{ list, types string }{
		{"User.entResults", "EntResult."},
		{"User.grantApplications", "GrantApplication. GrantAward. GrantChoice. GrantStatusChange."},
		{"GrantApplication.choices", "GrantChoice."},
		{"GrantApplication.history", "GrantStatusChange."},
	} {
		if !f[within.list] {
			f.drop(within.types)
		}
	}
	f["lists"] = f["User.entResults"] && f["User.grantApplications"]
	f["details"] = f["GrantApplication.choices"] && f["GrantApplication.history"]
	return f
}

// drop removes the fields of types.
func (f features) drop(types string) {
	maps.DeleteFunc(f, func(name string, _ bool) bool {
		typeName, _, _ := strings.Cut(name, ".")
		return strings.Contains(types, typeName+".")
	})
}

// person makes a person of their first row: with empty lists where the projection
// has lists.
func (r *personRow) person(record *privacy.Record, p privacy.Projection, s *Store) *applicant.User {
	u := r.user(record, s)
	if p["User.entResults"] {
		u.EntResults = []*applicant.EntResult{}
	}
	if p["User.grantApplications"] {
		u.GrantApplications = []*applicant.GrantApplication{}
	}
	return u
}

// hang appends to a person what the row has of theirs.
func (r *personRow) hang(u *applicant.User, p privacy.Projection, s *Store) {
	if r.Result.N.Valid {
		u.EntResults = append(u.EntResults, r.Result.result(u.Record, r.UserID, s.Keys.vault))
	}
	if !r.Application.N.Valid {
		return
	}
	if len(u.GrantApplications) < int(r.Application.N.V) {
		u.GrantApplications = append(u.GrantApplications, r.Application.application(u.Record, p, s.Catalogue))
	}
	g := u.GrantApplications[len(u.GrantApplications)-1]
	if r.Choice.N.Valid {
		g.Choices = append(g.Choices, r.Choice.choice(u.Record, s.Catalogue))
	}
	if r.Change.N.Valid {
		g.History = append(g.History, &applicant.GrantStatusChange{Record: u.Record, Status: r.Change.Status, At: r.Change.At})
	}
}

type entResultRow struct {
	N          sql.Null[int64]                        `db:"n"` // its place, from 1; NULL where the row has none
	ID         *string                                `db:"id"`
	Source     *applicant.Source                      `db:"source"`
	RecordedAt *time.Time                             `db:"recorded_at"`
	Year       *privacy.Sealed[int32]                 `db:"year"`
	Session    *privacy.Sealed[applicant.EntSession]  `db:"session"`
	Total      *privacy.Sealed[int32]                 `db:"total"`
	Subjects   *applicant.Subjects                    `db:"subjects"`
	Scores     *applicant.Scores                      `db:"scores"`
	Language   *privacy.Sealed[applicant.EntLanguage] `db:"language"`
	TestDate   *privacy.Sealed[applicant.Date]        `db:"test_date"`
	Place      *privacy.Sealed[string]                `db:"place"`
	ExamCode   keyRow                                 `db:"exam_code"`
	TesteeCode []byte                                 `db:"testee_code"`
}

func (r *entResultRow) result(record *privacy.Record, user uuid.UUID, v *vault.Vault) *applicant.EntResult {
	examCode := safe{v, r.ExamCode.of(user, vault.ExamCode), "ent_result"}
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
func scores(record *privacy.Record, subjects *applicant.Subjects, points *applicant.Scores) []*applicant.SubjectScore {
	if subjects == nil || points == nil {
		return nil
	}
	names, values := privacy.SealEach(*subjects), privacy.SealEach(*points)
	all, pairs := make([]applicant.SubjectScore, len(names)), make([]*applicant.SubjectScore, len(names))
	for i := range all {
		all[i] = applicant.SubjectScore{Record: record, Subject: &names[i], Score: &values[i]}
		pairs[i] = &all[i]
	}
	return pairs
}

type grantApplicationRow struct {
	N               sql.Null[int64]                        `db:"n"` // likewise
	Year            *privacy.Sealed[int32]                 `db:"year"`
	Status          *privacy.Sealed[applicant.GrantStatus] `db:"status"`
	Quotas          *privacy.Sealed[applicant.GrantQuotas] `db:"quotas"`
	Awarded         sql.Null[bool]                         `db:"awarded"`
	AwardProgramme  *privacy.Sealed[string]                `db:"award_programme"`
	AwardUniversity *privacy.Sealed[string]                `db:"award_university"`
	AwardPriority   *privacy.Sealed[int32]                 `db:"award_priority"`
	AwardQuota      *privacy.Sealed[applicant.GrantQuota]  `db:"award_quota"`
	Source          *applicant.Source                      `db:"source"`
	RecordedAt      *time.Time                             `db:"recorded_at"`
}

func (r *grantApplicationRow) application(record *privacy.Record, p privacy.Projection, c *applicant.Catalogue) *applicant.GrantApplication {
	g := &applicant.GrantApplication{
		Record: record, Year: r.Year, Status: r.Status, Quotas: r.Quotas, Source: r.Source, RecordedAt: moment(r.RecordedAt),
	}
	if p["GrantApplication.choices"] {
		g.Choices = []*applicant.GrantChoice{}
	}
	if p["GrantApplication.history"] {
		g.History = []*applicant.GrantStatusChange{}
	}
	if r.Awarded.V {
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
	N          sql.Null[int64]         `db:"n"` // likewise
	Priority   *privacy.Sealed[int32]  `db:"priority"`
	Programme  *privacy.Sealed[string] `db:"programme"`
	University *privacy.Sealed[string] `db:"university"`
}

func (r *grantChoiceRow) choice(record *privacy.Record, c *applicant.Catalogue) *applicant.GrantChoice {
	return &applicant.GrantChoice{
		Record:     record,
		Priority:   r.Priority,
		Programme:  c.Programmes.Of(r.Programme),
		University: c.Universities.Of(r.University),
	}
}

type grantStatusRow struct {
	N      sql.Null[int64]                        `db:"n"` // likewise
	Status *privacy.Sealed[applicant.GrantStatus] `db:"status"`
	At     *privacy.Sealed[applicant.DateTime]    `db:"at"`
}
