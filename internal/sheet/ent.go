package sheet

import (
	"strconv"
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// Ent is the kind of sheet whose rows are results of the ENT. It has a column for
// each subject that anybody took, named as the subject in small letters.
func Ent(c *applicant.Catalogue, now func() time.Time) Kind[applicant.Sitting] {
	return Kind[applicant.Sitting]{
		Name:     "ent",
		required: []string{"iin", "year", "session", "test_date", "language", "place", "testee_code"},
		optional: func(column string) bool { return subject(column) != "" },
		read: func(r *cellReader) (applicant.IIN, applicant.Sitting) {
			at := now()
			return r.iin(at), r.sitting(c, at)
		},
		about:  sittingNames,
		column: entColumn,
	}
}

// subject is the subject that a column is for; empty if it is for none.
func subject(column string) applicant.Subject {
	s := applicant.Subject(strings.ToUpper(column))
	if !s.Valid() || column != strings.ToLower(column) {
		return ""
	}
	return s
}

// sitting reads the result; it is not judged where a number or a date cannot be
// read.
func (c *cellReader) sitting(catalogue *applicant.Catalogue, now time.Time) applicant.Sitting {
	before := len(c.faults)
	in := applicant.EntResultInput{
		Year:       c.number("year"),
		Session:    applicant.EntSession(c.text("session")),
		Language:   applicant.EntLanguage(c.text("language")),
		TestDate:   c.date("test_date"),
		Place:      c.optional("place"),
		TesteeCode: c.optional("testee_code"),
	}
	var taken []string
	for _, column := range c.header {
		if s := subject(column); s != "" && c.text(column) != "" {
			taken = append(taken, column)
			in.Scores = append(in.Scores, applicant.SubjectScoreInput{Subject: s, Score: c.number(column)})
		}
	}
	if len(c.faults) > before {
		return applicant.Sitting{}
	}
	s, faults := in.Validate(catalogue, now)
	for _, f := range faults {
		c.fault(scoreColumn(taken, f.Path), f.Reason)
	}
	return s
}

// scoreColumn is the column that a path of an input leads to: scores.2.score to that
// of the third subject taken.
func scoreColumn(taken []string, path string) string {
	words := strings.Split(path, ".")
	if len(words) < 2 {
		return entColumn(path)
	}
	i, _ := strconv.Atoi(words[1])
	return taken[i]
}

func entColumn(path string) string {
	switch path {
	case "testDate":
		return "test_date"
	case "testeeCode":
		return "testee_code"
	default:
		return path
	}
}

// sittingNames are by what two results of a person are one: the day of a session, or
// the testee code.
func sittingNames(r Row[applicant.Sitting]) []name {
	s := r.Value
	day := ""
	if s.TestDate != nil {
		day = s.TestDate.Format(time.DateOnly)
	}
	names := []name{{"test_date", []any{r.IIN, s.Year, s.Session, day}}}
	if s.TesteeCode != nil {
		names = append(names, name{"testee_code", []any{r.IIN, *s.TesteeCode}})
	}
	return names
}
