package applicant

import (
	"slices"
	"time"
)

// Survey is a version of a survey as the operator published it (clause 4.8): what
// is asked, what for, and how long the answers are kept. It is about nobody. Its
// JSON is what is published, and has no more than the file it came from.
type Survey struct {
	ID            string         `json:"id"`
	Version       int32          `json:"-"`
	PublishedAt   DateTime       `json:"-"`
	SHA256        string         `json:"-"` // of the JSON, in hexadecimal
	Title         Words          `json:"title"`
	Purpose       Words          `json:"purpose"`
	RetentionDays int32          `json:"retentionDays"`
	LastDay       *Date          `json:"lastDay,omitempty"` // on which it can be answered; nil: until another version says
	Fields        []*SurveyField `json:"fields"`
}

// Words are a text in each of the languages.
type Words struct {
	Kk string `json:"kk"`
	Ru string `json:"ru"`
	En string `json:"en"`
}

// In is the text in a language.
func (w Words) In(l Language) string {
	switch l {
	case LanguageKk:
		return w.Kk
	case LanguageEn:
		return w.En
	default:
		return w.Ru
	}
}

// SurveyField is one question of a survey. Nobody has to answer it.
type SurveyField struct {
	ID      string          `json:"id"`
	Type    SurveyFieldType `json:"type"`
	Label   Words           `json:"label"`
	Choices []*SurveyChoice `json:"choices,omitempty"` // of CHOICE and CHOICES, and of no other type
}

// SurveyChoice is one of the answers that a question offers.
type SurveyChoice struct {
	ID    string `json:"id"`
	Label Words  `json:"label"`
}

// Retention is how long answers are kept, which is the term of the consent.
func (s *Survey) Retention() time.Duration { return time.Duration(s.RetentionDays) * 24 * time.Hour }

// ClosesAt is the end of the last day in Kazakhstan; nil where none is named.
func (s *Survey) ClosesAt() *time.Time {
	if s.LastDay == nil {
		return nil
	}
	at := s.LastDay.Add(24*time.Hour - kazakhstan).UTC()
	return &at
}

// Labels are the questions in a language, in order.
func (s *Survey) Labels(l Language) []string {
	labels := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		labels[i] = f.Label.In(l)
	}
	return labels
}

// field finds a question; -1 where there is none of this id.
func (s *Survey) field(id string) int {
	return slices.IndexFunc(s.Fields, func(f *SurveyField) bool { return f.ID == id })
}

// offers tells whether a question has a choice of this id.
func (f *SurveyField) offers(id string) bool {
	return slices.ContainsFunc(f.Choices, func(c *SurveyChoice) bool { return c.ID == id })
}
