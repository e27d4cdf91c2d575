package applicant_test

import (
	"testing"

	"joo.kz/kelisim/internal/applicant"
)

func record(status applicant.GrantStatus, award *applicant.GrantAwardInput) applicant.GrantRecord {
	in := application("B057", "B011")
	in.Quotas = []applicant.GrantQuota{applicant.GrantQuotaRural}
	return applicant.GrantRecord{GrantApplicationInput: in, Status: status, Award: award}
}

func TestGrantRecord(t *testing.T) {
	rural, kandas, horse := applicant.GrantQuotaRural, applicant.GrantQuotaKandas, applicant.GrantQuota("HORSE")
	for _, c := range []struct {
		name   string
		from   applicant.GrantStatus
		status applicant.GrantStatus
		award  *applicant.GrantAwardInput
		want   string
	}{
		{"a first one", "", applicant.GrantStatusSubmitted, nil, ""},
		{"a first one that is over", "", applicant.GrantStatusEnrolled, &applicant.GrantAwardInput{Priority: 1}, ""},
		{"a first one, revoked", "", applicant.GrantStatusRevoked, &applicant.GrantAwardInput{Priority: 1}, ""},
		{"the same", applicant.GrantStatusNotAwarded, applicant.GrantStatusNotAwarded, nil, ""},
		{"several steps on", applicant.GrantStatusSubmitted, applicant.GrantStatusEnrolled, &applicant.GrantAwardInput{Priority: 1}, ""},
		{"returned and submitted anew", applicant.GrantStatusReturned, applicant.GrantStatusInCompetition, nil, ""},
		{"by redistribution", applicant.GrantStatusNotAwarded, applicant.GrantStatusAwardedOnRedistribution, &applicant.GrantAwardInput{Priority: 1}, ""},
		{"back", applicant.GrantStatusAwarded, applicant.GrantStatusInCompetition, nil, "status STATUS"},
		{"after the end", applicant.GrantStatusWithdrawn, applicant.GrantStatusSubmitted, nil, "status STATUS"},
		{"no status", "", "LOST", nil, "status ENUM"},
		{"an award missing", "", applicant.GrantStatusAwarded, nil, "award.priority EMPTY"},
		{"an award too many", "", applicant.GrantStatusSubmitted, &applicant.GrantAwardInput{Priority: 1}, "award.priority STATUS"},
		{"of no choice", "", applicant.GrantStatusAwarded, &applicant.GrantAwardInput{Priority: 9}, "award.priority RANGE"},
		{"of choice nought", "", applicant.GrantStatusAwarded, &applicant.GrantAwardInput{}, "award.priority RANGE"},
		{"under a quota", "", applicant.GrantStatusAwarded, &applicant.GrantAwardInput{Priority: 1, Quota: &rural}, ""},
		{"under one that was not claimed", "", applicant.GrantStatusAwarded, &applicant.GrantAwardInput{Priority: 1, Quota: &kandas}, "award.quota UNKNOWN"},
		{"under none that is", "", applicant.GrantStatusAwarded, &applicant.GrantAwardInput{Priority: 1, Quota: &horse}, "award.quota ENUM"},
	} {
		_, faults := record(c.status, c.award).Validate(catalogue(), informatics(), c.from, admission())
		expect(t, c.name, faults, c.want)
	}
}

// TestGrantRecordIsAnApplication: what is wrong with an application is wrong with
// its record, and what is normalised in one is in the other.
func TestGrantRecordIsAnApplication(t *testing.T) {
	r := record(applicant.GrantStatusAwarded, &applicant.GrantAwardInput{Priority: 1})
	r.Choices[0].Programme = "\u0412057"
	normal, faults := r.Validate(catalogue(), informatics(), "", admission())
	expect(t, "a Cyrillic letter", faults)
	if won, is := normal.Won(); !is || won.Programme != "B057" {
		t.Errorf("won %v, %v", won, is)
	}
	r.Year = 2099
	_, faults = r.Validate(catalogue(), nil, "", admission())
	expect(t, "a year to come, without profile subjects", faults, "year FUTURE_YEAR", "choices PROFILE_SUBJECTS")
}
