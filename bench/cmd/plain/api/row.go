package api

import (
	"time"

	"github.com/lib/pq"
)

const leads = `
SELECT l.id, l.requested_at, a.user_id, a.family_name, a.given_name, a.patronymic, a.phone, a.email, a.region
FROM lead l
JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id
JOIN peer.applicant a ON a.user_id = l.user_id
WHERE l.university = $1 AND c.withdrawn_at IS NULL AND c.expires_at > now()`

const results = `
SELECT user_id, year, session, total, language, subjects, scores FROM ent_result WHERE user_id = ANY ($1)
ORDER BY user_id, year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], session) DESC, total DESC, id`

const person = `
SELECT user_id, family_name, given_name, patronymic, iin, to_char(birth_date, 'YYYY-MM-DD') AS birth_date, sex, phone, email, profile_subjects, region, address
FROM peer.applicant WHERE user_id = $1`

const applications = `
SELECT g.year, g.status, c.priority, c.programme, c.university
FROM grant_application g LEFT JOIN grant_choice c ON c.user_id = g.user_id AND c.application_id = g.id
WHERE g.user_id = $1 ORDER BY g.year DESC, c.priority`

type leadRow struct {
	ID              string         `db:"id"`
	RequestedAt     time.Time      `db:"requested_at"`
	UserID          string         `db:"user_id"`
	FamilyName      *string        `db:"family_name"`
	GivenName       *string        `db:"given_name"`
	Patronymic      *string        `db:"patronymic"`
	IIN             *string        `db:"iin"`
	BirthDate       *string        `db:"birth_date"`
	Sex             *string        `db:"sex"`
	Phone           *string        `db:"phone"`
	Email           *string        `db:"email"`
	ProfileSubjects pq.StringArray `db:"profile_subjects"`
	Region          *string        `db:"region"`
	Address         *string        `db:"address"`
}

func (r leadRow) user(university string) *User {
	u := &User{
		FamilyName: r.FamilyName, GivenName: r.GivenName, Patronymic: r.Patronymic, Iin: r.IIN, BirthDate: r.BirthDate, Sex: r.Sex,
		Phone: r.Phone, Email: r.Email, ProfileSubjects: r.ProfileSubjects, Address: r.Address,
		EntResults: []*EntResult{}, Who: &Person{User: r.UserID, University: university},
	}
	if r.Region != nil {
		u.Region = &Region{Code: *r.Region}
	}
	return u
}

type resultRow struct {
	UserID   string         `db:"user_id"`
	Year     int32          `db:"year"`
	Session  string         `db:"session"`
	Total    int32          `db:"total"`
	Language string         `db:"language"`
	Subjects pq.StringArray `db:"subjects"`
	Scores   pq.Int32Array  `db:"scores"`
}

func (r resultRow) result(who *Person) *EntResult {
	e := &EntResult{Year: &r.Year, Session: &r.Session, Total: &r.Total, Language: &r.Language, Who: who}
	for i := range r.Subjects {
		e.Scores = append(e.Scores, &SubjectScore{Subject: &r.Subjects[i], Score: &r.Scores[i], Who: who})
	}
	return e
}

type choiceRow struct {
	Year       int32   `db:"year"`
	Status     string  `db:"status"`
	Priority   *int32  `db:"priority"`
	Programme  *string `db:"programme"`
	University *string `db:"university"`
}

func grantApplications(rows []choiceRow, who *Person) []*GrantApplication {
	all := []*GrantApplication{}
	for i := range rows {
		r := &rows[i]
		if len(all) == 0 || *all[len(all)-1].Year != r.Year {
			all = append(all, &GrantApplication{Year: &r.Year, Status: &r.Status, Choices: []*GrantChoice{}, Who: who})
		}
		if r.Priority != nil {
			g := all[len(all)-1]
			g.Choices = append(g.Choices, &GrantChoice{
				Priority: r.Priority, Programme: &Code{Code: *r.Programme}, University: &Code{Code: *r.University}, Who: who,
			})
		}
	}
	return all
}
