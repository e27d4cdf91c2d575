package demo

import (
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// addTheUser adds the distinguished applicant ([Population.User]), of whom
// nothing but the ids is drawn.
func (g *generator) addTheUser() {
	id := g.uuid()
	born := g.births.older + in2008 + day(2008, time.July, 16).YearDay() - 1
	iin := g.births.issue(born, applicant.SexFemale)
	g.out.User = id
	g.out.Applicants = append(g.out.Applicants, Applicant{
		UserID:          id,
		FamilyName:      new("Үлгінова"),
		GivenName:       new("Әсел"),
		Patronymic:      new("Ерланқызы"),
		IIN:             &iin,
		BirthDate:       new(iin.BirthDate().Time),
		Sex:             new(applicant.SexFemale),
		Phone:           phone(0),
		Email:           new(applicant.Email("asel@example.org")),
		ProfileSubjects: []applicant.Subject{applicant.SubjectMath, applicant.SubjectInformatics},
		Region:          new("710000000"),
		Address:         new("Астана, ул. Примерная, 12, кв. 34"),
		CreatedAt:       day(2026, time.January, 5),
	})
	g.addTheResults(id)
	g.addTheApplication(id)
	g.addTheConsents(id)
	g.addTheSurvey(id)
}

func (g *generator) addTheResults(user uuid.UUID) {
	january := EntResult{
		Session: applicant.EntSessionJanuary, Total: 104, Scores: []int64{15, 8, 9, 37, 35},
		TestDate: new(day(2026, time.January, 24)), Place: new("ППЕНТ № 12, Астана"),
	}
	spring := EntResult{
		Session: applicant.EntSessionMain, Total: 121, Scores: []int64{18, 9, 10, 43, 41},
		TestDate: new(day(2026, time.May, 23)), Place: new("ППЕНТ № 7, Астана"),
	}
	for _, r := range []EntResult{spring, january} {
		r.UserID, r.ID, r.Year, r.Language = user, g.uuid(), 2026, applicant.EntLanguageKk
		r.TesteeCode = new(g.testeeCode())
		r.Subjects = []applicant.Subject{
			applicant.SubjectHistoryKz, applicant.SubjectMathLit, applicant.SubjectReadLit,
			applicant.SubjectMath, applicant.SubjectInformatics,
		}
		g.out.EntResults = append(g.out.EntResults, r)
	}
}

func (g *generator) addTheApplication(user uuid.UUID) {
	choices := []choice{{"B057", "027"}, {"B058", "013"}, {"B157", "190"}, {"B011", "007"}}
	quotas := []applicant.GrantQuota{applicant.GrantQuotaRural, applicant.GrantQuotaLargeFamily}
	g.addApplication(user, choices, GrantApplication{
		Status: applicant.GrantStatusCertificateIssued, Quotas: quotas,
		Award: &GrantAward{Programme: "B058", University: "013", Priority: 2, Quota: &quotas[1]},
	})
}

func (g *generator) addTheConsents(user uuid.UUID) {
	standing := term{expires: farTerm()}
	g.addConsent(Consent{
		UserID: user, Basis: privacy.PolicyConsent, GivenAt: day(2026, time.January, 5),
	}, standing)
	for _, asked := range []struct {
		choice
		covers privacy.Set
		at     time.Time
	}{
		{choice{"B058", "013"}, g.offer.all, day(2026, time.June, 20).Add(9 * time.Hour)},
		{choice{"B057", "027"}, g.offer.byDefault, day(2026, time.June, 21).Add(14 * time.Hour)},
	} {
		id := g.addConsent(Consent{
			UserID: user, Basis: privacy.ConsultationConsent, University: &asked.university,
			Categories: asked.covers, GivenAt: asked.at,
		}, standing)
		g.out.Leads = append(g.out.Leads, Lead{
			UserID: user, University: asked.university, ID: g.uuid(), ConsentID: id, RequestedAt: asked.at,
			Programme: &asked.programme, PreferredLanguage: new(applicant.LanguageKk),
		})
	}
}
