package applicant

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"joo.kz/kelisim/internal/privacy"
)

// ErrTexts is returned for what is not a list of texts. It never quotes it.
var ErrTexts = errors.New("applicant: not a list of texts")

// SurveyAnswer is what a person answered to one survey.
type SurveyAnswer struct {
	*privacy.Record

	Consent    *string // nil for others than the person
	Survey     *privacy.Sealed[string]
	Version    *privacy.Sealed[int32]
	AnsweredAt *privacy.Sealed[DateTime]
	KeptUntil  *privacy.Sealed[DateTime]
	Answers    []*SurveyFieldAnswer // one for each question, answered or not
}

// SurveyFieldAnswer is the answer to one question.
type SurveyFieldAnswer struct {
	*privacy.Record

	Field  *privacy.Sealed[string]
	Values *privacy.Sealed[Texts]
}

// Texts are the values of one answer, as they are kept.
type Texts []string

// ParseTexts reads the JSON of a list of texts, or fails with [ErrTexts].
func ParseTexts(s string) (t Texts, err error) {
	if json.Unmarshal([]byte(s), &t) != nil || t == nil {
		return nil, ErrTexts
	}
	return t, nil
}

// SurveyAnswersInput are a person's answers to a survey, as they give them.
type SurveyAnswersInput struct {
	Survey  string
	Version int32 // that the person was shown
	Answers []SurveyFieldAnswerInput
}

// SurveyFieldAnswerInput is the answer to one question.
type SurveyFieldAnswerInput struct {
	Field  string
	Values []string
}

// The most that an answer may have: characters of a text, and digits of a number.
const (
	longestAnswer = 1000
	longestNumber = 9
)

// Validate normalises answers to a survey, or tells what is wrong with them: the
// values of each of its questions, in its order, empty where it is not answered.
// At least one is.
func (in SurveyAnswersInput) Validate(s *Survey) ([]Texts, Faults) {
	var f Faults
	if len(in.Answers) == 0 || len(in.Answers) > len(s.Fields) {
		f.add("answers", reasonCount)
		return nil, f
	}
	all := make([]Texts, len(s.Fields))
	for i, a := range in.Answers {
		path := "answers." + strconv.Itoa(i)
		switch n := s.field(a.Field); {
		case n < 0:
			f.add(path+".field", reasonUnknown)
		case all[n] != nil:
			f.add(path+".field", reasonDouble)
		default:
			all[n] = s.Fields[n].check(a.Values, path+".values", &f)
		}
	}
	if len(f) > 0 {
		return nil, f
	}
	return all, nil
}

// check normalises the values of one answer, of which the first that is wrong is
// told.
func (q *SurveyField) check(values []string, path string, f *Faults) Texts {
	most := 1
	if q.Type == SurveyFieldTypeChoices {
		most = len(q.Choices)
	}
	normal := Texts{}
	if len(values) == 0 || len(values) > most {
		f.add(path, reasonCount)
		return normal
	}
	for i, v := range values {
		v, reason := q.value(v)
		if reason == "" && slices.Contains(normal, v) {
			reason = reasonDouble
		}
		if reason != "" {
			f.add(path+"."+strconv.Itoa(i), reason)
			return normal
		}
		normal = append(normal, v)
	}
	return normal
}

// value normalises one value, or tells the reason.
func (q *SurveyField) value(v string) (normal, reason string) {
	switch q.Type {
	case SurveyFieldTypeText:
		return prose(v, longestAnswer)
	case SurveyFieldTypeNumber:
		return number(v)
	case SurveyFieldTypeChoice, SurveyFieldTypeChoices:
		if q.offers(v) {
			return v, ""
		}
	}
	return "", reasonEnum
}

// number normalises a whole number without a sign, or tells the reason.
func number(s string) (normal, reason string) {
	switch {
	case s == "":
		return "", reasonEmpty
	case strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }):
		return "", reasonNonDigit
	case len(s) > longestNumber:
		return "", reasonLength
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return "", reasonNonDigit
	}
	return strconv.Itoa(n), ""
}
