package demo_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/privacy"
)

// theUser is what a population holds of the distinguished applicant alone.
func theUser(p *demo.Population) *demo.Population {
	u := &demo.Population{User: p.User}
	for _, a := range p.Applicants {
		if a.UserID == p.User {
			u.Applicants = append(u.Applicants, a)
		}
	}
	for _, r := range p.EntResults {
		if r.UserID == p.User {
			u.EntResults = append(u.EntResults, r)
		}
	}
	for _, a := range p.GrantApplications {
		if a.UserID == p.User {
			u.GrantApplications = append(u.GrantApplications, a)
		}
	}
	for _, c := range p.GrantChoices {
		if c.UserID == p.User {
			u.GrantChoices = append(u.GrantChoices, c)
		}
	}
	for _, c := range p.Consents {
		if c.UserID == p.User {
			u.Consents = append(u.Consents, c)
		}
	}
	for _, l := range p.Leads {
		if l.UserID == p.User {
			u.Leads = append(u.Leads, l)
		}
	}
	u.Surveys = p.Surveys
	for _, a := range p.SurveyAnswers {
		if a.UserID == p.User {
			u.SurveyAnswers = append(u.SurveyAnswers, a)
		}
	}
	return u
}

func TestTheUserAnsweredASurvey(t *testing.T) {
	u := theUser(demo.Generate(demo.Options{Seed: 5}))
	survey := applicant.Survey{}
	if err := json.Unmarshal([]byte(u.Surveys[0].Definition), &survey); err != nil {
		t.Fatal(err)
	}
	in := applicant.SurveyAnswersInput{Survey: survey.ID}
	for _, a := range u.SurveyAnswers {
		in.Answers = append(in.Answers, applicant.SurveyFieldAnswerInput{Field: a.Field, Values: a.Values})
	}
	if values, faults := in.Validate(&survey); len(faults) > 0 || len(values) != len(survey.Fields) {
		t.Error(faults)
	}
}

func TestTheUserIsAlwaysTheSame(t *testing.T) {
	alone := theUser(demo.Generate(demo.Options{Users: 1, Seed: 5}))
	for _, users := range []int{2, 1000} {
		among := theUser(demo.Generate(demo.Options{Users: users, Seed: 5}))
		if diff := cmp.Diff(alone, among); diff != "" {
			t.Errorf("alone and among %d (-alone +among):\n%s", users, diff)
		}
	}
}

func TestTheUserHasAFullProfile(t *testing.T) {
	p := demo.Generate(demo.Options{Users: 3, Seed: 5})
	a := p.Applicants[0]
	switch {
	case a.UserID != p.User:
		t.Error("is not the first")
	case a.FamilyName == nil, a.GivenName == nil, a.Patronymic == nil, a.IIN == nil, a.BirthDate == nil, a.Sex == nil,
		a.Email == nil, a.ProfileSubjects == nil, a.Region == nil, a.Address == nil, a.RestrictedAt != nil:
		t.Errorf("profile: %+v", a)
	case a.Phone != "+77710009998":
		t.Errorf("phone: %s", a.Phone)
	case !a.BirthDate.Equal(a.IIN.BirthDate().Time), *a.Sex != a.IIN.Sex():
		t.Errorf("born %s, %s; IIN %s", a.BirthDate, *a.Sex, *a.IIN)
	}
}

func TestTheUserHasResults(t *testing.T) {
	u := theUser(demo.Generate(demo.Options{Seed: 5}))
	checkScores(t, u)
	checkDates(t, u)
	for _, r := range u.EntResults {
		if r.TestDate == nil || r.Place == nil || r.TesteeCode == nil {
			t.Errorf("result: %+v", r)
		}
	}
	if len(u.EntResults) != 2 {
		t.Errorf("%d results", len(u.EntResults))
	}
}

func TestTheUserWasAwardedAGrant(t *testing.T) {
	u := theUser(demo.Generate(demo.Options{Seed: 5}))
	checkChoices(t, u)
	checkThresholds(t, u)
	checkAwards(t, u)
	a := u.GrantApplications[0]
	if len(u.GrantApplications) != 1 || a.Award == nil || a.Award.University != "013" || a.Award.Quota == nil ||
		len(u.GrantChoices) != 4 {
		t.Errorf("application: %+v", u.GrantApplications)
	}
}

func TestTheUserAskedTwoUniversities(t *testing.T) {
	u := theUser(demo.Generate(demo.Options{Seed: 5}))
	want := map[string]privacy.Set{"": 0, "013": offered(), "027": byDefault()}
	got := map[string]privacy.Set{}
	for _, c := range u.Consents {
		if !stands(c) {
			t.Errorf("a consent ends: %+v", c)
		}
		university := ""
		if c.Survey != nil {
			continue
		}
		if c.University != nil {
			university = *c.University
		}
		got[university] = c.Categories
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("consents (-want +got):\n%s", diff)
	}
	var asked []string
	for _, l := range u.Leads {
		asked = append(asked, l.University)
		if l.Programme == nil || l.PreferredLanguage == nil {
			t.Errorf("lead: %+v", l)
		}
	}
	if !slices.Equal(asked, []string{"013", "027"}) {
		t.Errorf("leads to %v", asked)
	}
}
