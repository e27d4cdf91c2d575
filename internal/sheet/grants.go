package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// mostChoices is how many choices a row has room for.
const mostChoices = 4

// Grants is the kind of sheet whose rows are applications for a grant. What depends
// on the person, such as whether the choices fit their profile subjects, is not
// judged before the row is written.
func Grants(now func() time.Time) Kind[applicant.GrantRecord] {
	required := []string{"iin", "year", "status", "quotas", "award_priority", "award_quota"}
	for i := range mostChoices {
		required = append(required, choiceColumn("programme", i), choiceColumn("university", i))
	}
	return Kind[applicant.GrantRecord]{
		Name:     "grants",
		required: required,
		optional: func(string) bool { return false },
		read: func(c *cellReader) (applicant.IIN, applicant.GrantRecord) {
			return c.iin(now()), c.record()
		},
		about: func(r Row[applicant.GrantRecord]) []name {
			return []name{{"year", []any{r.IIN, r.Value.Year}}}
		},
		column: grantColumn,
	}
}

// choiceColumn is a column of a choice, which the sheet counts from 1.
func choiceColumn(what string, i int) string { return fmt.Sprintf("%s_%d", what, i+1) }

func (c *cellReader) record() applicant.GrantRecord {
	r := applicant.GrantRecord{Status: applicant.GrantStatus(c.text("status"))}
	r.Year, r.Choices = c.number("year"), c.choices()
	for word := range strings.FieldsSeq(c.text("quotas")) {
		r.Quotas = append(r.Quotas, applicant.GrantQuota(word))
	}
	if c.text("award_priority") != "" {
		r.Award = &applicant.GrantAwardInput{Priority: c.number("award_priority")}
		if q := c.optional("award_quota"); q != nil {
			r.Award.Quota = (*applicant.GrantQuota)(q)
		}
	} else if c.text("award_quota") != "" {
		c.fault("award_priority", "EMPTY")
	}
	return r
}

// choices are those up to the last that is given.
func (c *cellReader) choices() []applicant.GrantChoiceInput {
	var all []applicant.GrantChoiceInput
	given := 0
	for i := range mostChoices {
		choice := applicant.GrantChoiceInput{Programme: c.text(choiceColumn("programme", i)), University: c.text(choiceColumn("university", i))}
		all = append(all, choice)
		if choice.Programme+choice.University != "" {
			given = i + 1
		}
	}
	return all[:given]
}

// grantColumn is the column that a path of a record leads to.
func grantColumn(path string) string {
	words := strings.Split(path, ".")
	switch words[0] {
	case "choices":
		if len(words) < 3 {
			return path
		}
		i, _ := strconv.Atoi(words[1])
		return choiceColumn(words[2], i)
	case "quotas":
		return "quotas"
	default:
		return strings.ReplaceAll(path, ".", "_")
	}
}
