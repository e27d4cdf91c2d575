package applicant_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// choice is a programme at the university 013.
func choice(programme string) applicant.GrantChoiceInput {
	return applicant.GrantChoiceInput{Programme: programme, University: "013"}
}

func application(programmes ...string) applicant.GrantApplicationInput {
	in := applicant.GrantApplicationInput{Year: 2026, Quotas: []applicant.GrantQuota{}}
	for _, p := range programmes {
		in.Choices = append(in.Choices, choice(p))
	}
	return in
}

func TestApplication(t *testing.T) {
	in := application("\u0412057", "B011") // a Cyrillic В
	in.Quotas = []applicant.GrantQuota{applicant.GrantQuotaSerpin, applicant.GrantQuotaRural}
	out, faults := in.Validate(catalogue(), informatics(), admission())
	expect(t, "application", faults)
	want := application("B057", "B011")
	want.Quotas = in.Quotas
	if !reflect.DeepEqual(out, want) {
		t.Errorf("%+v", out)
	}
	if in.Choices[0].Programme != "\u0412057" {
		t.Error("the input itself was changed")
	}
	in.Quotas = nil
	if out, _ = in.Validate(catalogue(), informatics(), admission()); out.Quotas == nil {
		t.Error("no quotas are not an empty list")
	}
}

func TestChoices(t *testing.T) {
	physics := pair(applicant.SubjectPhysics, applicant.SubjectMath)
	for _, c := range []struct {
		name    string
		profile []applicant.Subject
		choices []applicant.GrantChoiceInput
		want    []string
	}{
		{"one", informatics(), []applicant.GrantChoiceInput{choice("B057")}, nil},
		{"subjects in another order", physics, []applicant.GrantChoiceInput{choice("B009"), choice("B031")}, nil},
		{"a programme for two combinations", creative(), []applicant.GrantChoiceInput{choice("B031"), choice("B004")}, nil},
		{"none", informatics(), nil, []string{"choices COUNT"}},
		{"five", physics, slices.Repeat([]applicant.GrantChoiceInput{choice("B009")}, 5), []string{"choices COUNT"}},
		{"twice", informatics(), []applicant.GrantChoiceInput{choice("B057"), {Programme: "\u0412057", University: "027"}}, []string{"choices.1.programme DOUBLE"}},
		{"other subjects", informatics(), []applicant.GrantChoiceInput{choice("B057"), choice("B009")}, []string{"choices.1.programme COMBINATION"}},
		{"no such programme", informatics(), []applicant.GrantChoiceInput{choice("B999")}, []string{"choices.0.programme UNKNOWN"}},
		{"no such university", informatics(), []applicant.GrantChoiceInput{{Programme: "B057", University: "999"}}, []string{"choices.0.university UNKNOWN"}},
		{"neither", informatics(), []applicant.GrantChoiceInput{{}}, []string{"choices.0.programme UNKNOWN", "choices.0.university UNKNOWN"}},
		{"no profile subjects", nil, []applicant.GrantChoiceInput{choice("B057"), choice("B057")}, []string{"choices PROFILE_SUBJECTS", "choices.1.programme DOUBLE"}},
	} {
		in := applicant.GrantApplicationInput{Year: 2026, Choices: c.choices}
		out, faults := in.Validate(catalogue(), c.profile, admission())
		expect(t, c.name, faults, c.want...)
		if len(faults) > 0 && !reflect.DeepEqual(out, applicant.GrantApplicationInput{}) {
			t.Errorf("%s: a faulty application is not empty", c.name)
		}
	}
}

func TestApplicationYear(t *testing.T) {
	for year, want := range map[int32]string{2023: "year UNKNOWN_YEAR", 2024: "", 2026: "", 2027: "year FUTURE_YEAR", -1: "year UNKNOWN_YEAR"} {
		in := application("B057")
		in.Year = year
		_, faults := in.Validate(catalogue(), informatics(), admission())
		expect(t, "year", faults, want)
	}
	in := application("B057")
	in.Year = 2027
	midnight := time.Date(2026, time.December, 31, 19, 0, 0, 0, time.UTC) // in Kazakhstan
	_, faults := in.Validate(catalogue(), informatics(), midnight)
	expect(t, "new year", faults)
}

func TestQuotas(t *testing.T) {
	for _, c := range []struct {
		name   string
		quotas []applicant.GrantQuota
		want   string
	}{
		{"all", []applicant.GrantQuota{
			applicant.GrantQuotaDisability, applicant.GrantQuotaVeteran, applicant.GrantQuotaRural, applicant.GrantQuotaKandas, applicant.GrantQuotaOrphan,
			applicant.GrantQuotaSerpin, applicant.GrantQuotaLargeFamily, applicant.GrantQuotaIncompleteFamily, applicant.GrantQuotaDisabledFamily,
		}, ""},
		{"many of one", slices.Repeat([]applicant.GrantQuota{applicant.GrantQuotaRural}, 1000), "quotas.1 DOUBLE"},
		{"no such quota", []applicant.GrantQuota{applicant.GrantQuotaRural, "URBAN"}, "quotas.1 ENUM"},
	} {
		in := application("B057")
		in.Quotas = c.quotas
		_, faults := in.Validate(catalogue(), informatics(), admission())
		expect(t, c.name, faults, c.want)
	}
}

func TestStatuses(t *testing.T) {
	reached := map[applicant.GrantStatus]bool{}
	var follow func(applicant.GrantStatus)
	follow = func(s applicant.GrantStatus) {
		for _, next := range s.Next() {
			if !next.Valid() || next == s {
				t.Errorf("%s is followed by %s", s, next)
			}
			if !reached[next] {
				reached[next] = true
				follow(next)
			}
		}
	}
	follow("")
	if len(reached) != 13 {
		t.Errorf("%d of 13 statuses are reached: %v", len(reached), reached)
	}
	for _, last := range []applicant.GrantStatus{
		applicant.GrantStatusWithdrawn, applicant.GrantStatusBelowThreshold, applicant.GrantStatusForfeited, applicant.GrantStatusRevoked, "LOST",
	} {
		if next := last.Next(); len(next) > 0 {
			t.Errorf("%s is followed by %v", last, next)
		}
	}
}

func TestStatusHistories(t *testing.T) {
	for _, c := range []struct {
		history []applicant.GrantStatus
		want    bool
	}{
		{[]applicant.GrantStatus{"", "DRAFT", "SUBMITTED", "RETURNED", "SUBMITTED", "IN_COMPETITION", "AWARDED", "CERTIFICATE_ISSUED", "ENROLLED"}, true},
		{[]applicant.GrantStatus{"", "SUBMITTED", "IN_COMPETITION", "NOT_AWARDED", "AWARDED_ON_REDISTRIBUTION", "CERTIFICATE_ISSUED", "FORFEITED"}, true},
		{[]applicant.GrantStatus{"", "SUBMITTED", "BELOW_THRESHOLD"}, true},
		{[]applicant.GrantStatus{"ENROLLED", "REVOKED"}, true},
		{[]applicant.GrantStatus{"", "AWARDED"}, false},
		{[]applicant.GrantStatus{"DRAFT", "IN_COMPETITION"}, false},
		{[]applicant.GrantStatus{"SUBMITTED", "AWARDED"}, false},
		{[]applicant.GrantStatus{"NOT_AWARDED", "AWARDED"}, false},
		{[]applicant.GrantStatus{"AWARDED", "WITHDRAWN"}, false},
		{[]applicant.GrantStatus{"AWARDED", "ENROLLED"}, false},
		{[]applicant.GrantStatus{"ENROLLED", "SUBMITTED"}, false},
	} {
		allowed := true
		for i, next := range c.history[1:] {
			allowed = allowed && slices.Contains(c.history[i].Next(), next)
		}
		if allowed != c.want {
			t.Errorf("%v: allowed is %t", c.history, allowed)
		}
	}
}
