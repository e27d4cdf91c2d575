package demo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/migrations"
)

// reference reads the texts of a table's rows in the migration that fills it.
func reference(t *testing.T, table string) [][]string {
	t.Helper()
	b, err := migrations.FS.ReadFile("0002_reference.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, insert, found := strings.Cut(string(b), "INSERT INTO "+table+" (")
	if !found {
		t.Fatalf("the migration does not fill %s", table)
	}
	insert, _, _ = strings.Cut(insert, ";\n")
	quoted := regexp.MustCompile(`'([^']*)'`)
	var rows [][]string
	for _, line := range strings.Split(insert, "\n")[1:] {
		var row []string
		for _, match := range quoted.FindAllStringSubmatch(line, -1) {
			row = append(row, match[1])
		}
		rows = append(rows, row)
	}
	return rows
}

// fits tells which programmes go with which profile subjects, by "B057 MATH,INFORMATICS".
func fits(t *testing.T) map[string]bool {
	t.Helper()
	subjects := map[string]string{}
	for _, row := range reference(t, "profile_combination") {
		subjects[row[0]] = strings.Trim(row[1], "{}")
	}
	fits := map[string]bool{}
	for _, row := range reference(t, "programme_combination") {
		fits[row[0]+" "+subjects[row[1]]] = true
	}
	return fits
}

// profiles are everybody's profile subjects, as "MATH,INFORMATICS".
func profiles(p *demo.Population) map[uuid.UUID]string {
	profiles := map[uuid.UUID]string{}
	for _, a := range p.Applicants {
		if a.ProfileSubjects != nil {
			profiles[a.UserID] = string(a.ProfileSubjects[0] + "," + a.ProfileSubjects[1])
		}
	}
	return profiles
}

func choicesByApplication(p *demo.Population) map[uuid.UUID][]demo.GrantChoice {
	choices := map[uuid.UUID][]demo.GrantChoice{}
	for _, c := range p.GrantChoices {
		choices[c.ApplicationID] = append(choices[c.ApplicationID], c)
	}
	return choices
}

func checkApplications(t *testing.T, p *demo.Population) {
	t.Helper()
	quotas, statuses := map[applicant.GrantQuota]int{}, map[applicant.GrantStatus]int{}
	for _, a := range p.GrantApplications {
		statuses[a.Status]++
		for _, q := range a.Quotas {
			quotas[q]++
		}
	}
	all := len(p.GrantApplications)
	around(t, "with an application", share(all, len(p.Applicants)), 0.55, 0.02)
	around(t, "rural", share(quotas[applicant.GrantQuotaRural], all), 0.30, 0.02)
	around(t, "large family", share(quotas[applicant.GrantQuotaLargeFamily], all), 0.06, 0.01)
	if len(quotas) < 8 || len(statuses) < 10 {
		t.Errorf("%d quotas and %d statuses", len(quotas), len(statuses))
	}
}

func checkChoices(t *testing.T, p *demo.Population) {
	t.Helper()
	fits, profiles := fits(t), profiles(p)
	for _, choices := range choicesByApplication(p) {
		if len(choices) > 4 {
			t.Errorf("%d choices", len(choices))
		}
		var programmes []string
		for i, c := range choices {
			if c.Priority != i+1 || slices.Contains(programmes, c.Programme) {
				t.Errorf("choice %d: %s with priority %d, or twice", i, c.Programme, c.Priority)
			}
			programmes = append(programmes, c.Programme)
			if !fits[c.Programme+" "+profiles[c.UserID]] {
				t.Errorf("%s does not go with %s", c.Programme, profiles[c.UserID])
			}
		}
	}
}

// An application stands on a result of the main session; medicine needs 70.
func checkThresholds(t *testing.T, p *demo.Population) {
	t.Helper()
	best, choices := best(p), choicesByApplication(p)
	for _, a := range p.GrantApplications {
		r := best[a.UserID]
		if r.Session != applicant.EntSessionMain || r.Year != a.Year {
			t.Errorf("an application of %d on %s %d", a.Year, r.Session, r.Year)
		}
		for _, c := range choices[a.ID] {
			low := r.Total < 50 || r.Total < 70 && strings.HasPrefix(c.Programme, "BM")
			if low && a.Status != applicant.GrantStatusBelowThreshold {
				t.Errorf("%s for %s with a total of %d", a.Status, c.Programme, r.Total)
			}
		}
	}
}

func checkAwards(t *testing.T, p *demo.Population) {
	t.Helper()
	choices := choicesByApplication(p)
	for _, a := range p.GrantApplications {
		if awarded(a.Status) != (a.Award != nil) {
			t.Errorf("%s, and an award: %t", a.Status, a.Award != nil)
		}
		if a.Award == nil {
			continue
		}
		c := choices[a.ID][a.Award.Priority-1]
		if c.Programme != a.Award.Programme || c.University != a.Award.University {
			t.Errorf("awarded %v, chosen %v", *a.Award, c)
		}
		if a.Award.Quota != nil && !slices.Contains(a.Quotas, *a.Award.Quota) {
			t.Errorf("awarded by %s, claimed %v", *a.Award.Quota, a.Quotas)
		}
	}
}

// Higher totals win more; two thirds win.
func checkChances(t *testing.T, p *demo.Population) {
	t.Helper()
	best := best(p)
	var applied, won [2]int // below 75, and from it
	for _, a := range p.GrantApplications {
		half := min(best[a.UserID].Total/75, 1)
		applied[half]++
		if a.Award != nil {
			won[half]++
		}
	}
	if low, high := share(won[0], applied[0]), share(won[1], applied[1]); high < low+0.2 {
		t.Errorf("won: %.2f of the lower half, %.2f of the upper", low, high)
	}
	around(t, "won", share(won[0]+won[1], len(p.GrantApplications)), 0.64, 0.03)
}

func awarded(s applicant.GrantStatus) bool {
	return slices.Contains([]applicant.GrantStatus{
		applicant.GrantStatusAwarded, applicant.GrantStatusAwardedOnRedistribution,
		applicant.GrantStatusCertificateIssued, applicant.GrantStatusEnrolled,
		applicant.GrantStatusForfeited, applicant.GrantStatusRevoked,
	}, s)
}
