package applicant

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What a survey may have at most.
const (
	mostRetention    = 3 * 365 // days: no longer than a consent to the policy stands
	mostFields       = 50
	mostChoicesOf    = 50 // one question
	longestSurveyID  = 64
	longestTitle     = 200
	longestPurpose   = 1000
	longestLabel     = 300
	fewestChoicesOf  = 2
	languagesOfWords = "kk ru en"
)

// SurveyFault is what is wrong at a place of a survey's file.
type SurveyFault struct {
	Line   int
	Field  string // such as fields.0.label.kk, counted from 0; empty for the whole
	Reason string
}

// SurveyFaults are what is wrong with a survey's file, in the order of its lines.
type SurveyFaults []SurveyFault //nolint:errname // as Faults

// Error lists them, one a line.
func (f SurveyFaults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = strings.TrimSuffix(fmt.Sprintf("line %d: %s", fault.Line, fault.Field), " ") + " " + fault.Reason
	}
	return strings.Join(lines, "\n")
}

// ParseSurvey reads the file of a survey as docs/survey.md tells, as of a moment.
// It fails with [SurveyFaults], all of them at once.
func ParseSurvey(content []byte, now time.Time) (*Survey, error) {
	document, err := readDocument(content)
	var not *documentError
	if errors.As(err, &not) {
		return nil, SurveyFaults{{not.line, "the file", "is not JSON in UTF-8"}}
	}
	r := &surveyReader{}
	s := r.survey(document, Date{today(now)})
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b SurveyFault) int { return a.Line - b.Line })
		return nil, r.faults
	}
	return s, nil
}

func (r *surveyReader) survey(n node, today Date) *Survey {
	o := r.object(n, "", "id", "title", "purpose", "retentionDays", "lastDay?", "fields")
	return &Survey{
		ID:            r.id(o["id"], ".id"),
		Title:         r.words(o["title"], ".title", longestTitle),
		Purpose:       r.words(o["purpose"], ".purpose", longestPurpose),
		RetentionDays: r.retention(o["retentionDays"], ".retentionDays"),
		LastDay:       r.lastDay(o["lastDay"], ".lastDay", today),
		Fields:        r.fields(o["fields"], ".fields"),
	}
}

func (r *surveyReader) retention(n *node, field string) int32 {
	if n == nil {
		return 0
	}
	number, _ := n.token.(json.Number)
	days, err := strconv.ParseInt(string(number), 10, 32)
	if err != nil || days < 1 || days > mostRetention {
		r.fault(*n, field, fmt.Sprintf("is not a whole number of days, 1 to %d", mostRetention))
	}
	return int32(days)
}

func (r *surveyReader) lastDay(n *node, field string, today Date) *Date {
	if n == nil {
		return nil
	}
	text, _ := n.token.(string)
	day, err := ParseDate(text)
	switch {
	case err != nil:
		r.fault(*n, field, "is not a day like 2027-06-30")
	case day.Before(today.Time):
		r.fault(*n, field, "is over")
	}
	return &day
}

func (r *surveyReader) fields(n *node, field string) (all []*SurveyField) {
	var taken []string
	for i, e := range r.list(n, field, 1, mostFields) {
		all = append(all, r.field(e, field+"."+strconv.Itoa(i), &taken))
	}
	return all
}

func (r *surveyReader) field(n node, field string, taken *[]string) *SurveyField {
	o := r.object(n, field, "id", "type", "label", "choices?")
	q := &SurveyField{
		ID:    r.ids(o["id"], field+".id", taken),
		Label: r.words(o["label"], field+".label", longestLabel),
		Type:  r.fieldType(o["type"], field+".type"),
	}
	chosen := q.Type == SurveyFieldTypeChoice || q.Type == SurveyFieldTypeChoices
	switch choices := o["choices"]; {
	case chosen && choices == nil:
		r.fault(n, field+".choices", "is missing")
	case !chosen && choices != nil && q.Type != "":
		r.fault(*choices, field+".choices", "is not for this type")
	case chosen:
		q.Choices = r.choices(choices, field+".choices")
	}
	return q
}

func (r *surveyReader) fieldType(n *node, field string) SurveyFieldType {
	if n == nil {
		return ""
	}
	word, _ := n.token.(string)
	if t := SurveyFieldType(word); t.Valid() {
		return t
	}
	r.fault(*n, field, "is not TEXT, NUMBER, CHOICE or CHOICES")
	return ""
}

func (r *surveyReader) choices(n *node, field string) (all []*SurveyChoice) {
	var taken []string
	for i, e := range r.list(n, field, fewestChoicesOf, mostChoicesOf) {
		at := field + "." + strconv.Itoa(i)
		o := r.object(e, at, "id", "label")
		all = append(all, &SurveyChoice{ID: r.ids(o["id"], at+".id", &taken), Label: r.words(o["label"], at+".label", longestLabel)})
	}
	return all
}
