package demo

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// Survey is a row of the table survey: the first version.
type Survey struct {
	ID            string
	PublishedAt   time.Time
	RetentionDays int32
	Definition    string
}

// SurveyAnswer is a row of the table survey_answer.
type SurveyAnswer struct {
	UserID     uuid.UUID
	ConsentID  uuid.UUID
	N          int
	Field      string
	Values     applicant.Texts
	AnsweredAt time.Time
	KeptUntil  time.Time
}

//go:embed survey.json
var surveyFile []byte

func surveyPublished() time.Time { return day(2026, time.October, 1) }

// addTheSurvey adds a survey, and what the distinguished applicant answered to it.
func (g *generator) addTheSurvey(user uuid.UUID) {
	survey, err := applicant.ParseSurvey(surveyFile, surveyPublished())
	if err != nil {
		panic(err) // a test reads it
	}
	definition, err := json.Marshal(survey)
	if err != nil {
		panic(err)
	}
	g.out.Surveys = append(g.out.Surveys, Survey{
		ID: survey.ID, PublishedAt: surveyPublished(), RetentionDays: survey.RetentionDays, Definition: string(definition),
	})
	at := surveyPublished().Add(36 * time.Hour)
	until := at.Add(survey.Retention())
	consent := g.addConsent(Consent{
		UserID: user, Basis: privacy.SurveyConsent, Survey: &survey.ID, Categories: privacy.SetOf(privacy.Survey), GivenAt: at,
	}, term{expires: until})
	for i, values := range []applicant.Texts{{"12"}, {"away"}, {"school", "joo"}, {"Сынақ тесттердің қазақша нұсқасы"}} {
		g.out.SurveyAnswers = append(g.out.SurveyAnswers, SurveyAnswer{
			UserID: user, ConsentID: consent, N: i + 1, Field: survey.Fields[i].ID, Values: values, AnsweredAt: at, KeptUntil: until,
		})
	}
}

func (s Survey) row() []any {
	return []any{s.ID, 1, s.PublishedAt, s.RetentionDays, s.Definition}
}

// sealedAnswer is a row of the table survey_answer.
type sealedAnswer struct {
	SurveyAnswer

	value []byte
}

func (a sealedAnswer) row() []any {
	return []any{a.UserID, a.ConsentID, a.N, a.Field, a.value, a.AnsweredAt, a.KeptUntil}
}

func (p *sealedPopulation) sealAnswers(ctx context.Context, s *postgres.Sealer) error {
	people := map[uuid.UUID]*hand{}
	for _, a := range p.SurveyAnswers {
		h := people[a.UserID]
		if h == nil {
			h = hand{ctx: ctx, sealer: s, table: "survey_answer"}.with(a.UserID, vault.Survey)
			people[a.UserID] = h
			p.keys = append(p.keys, *h.key)
		}
		plain, err := json.Marshal(a.Values)
		if err != nil {
			return err
		}
		value := h.seal("value", sql.Null[string]{V: string(plain), Valid: true})
		if h.err != nil {
			return h.err
		}
		p.answers = append(p.answers, sealedAnswer{SurveyAnswer: a, value: value})
	}
	return nil
}
