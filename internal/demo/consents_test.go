package demo_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/privacy"
)

// byDefault and offered are what the policy lets a university be given.
func byDefault() privacy.Set { return privacy.SetOf(privacy.GivenName, privacy.Phone) }

func offered() privacy.Set {
	return byDefault() | privacy.SetOf(
		privacy.FamilyName, privacy.Patronymic, privacy.Email, privacy.EntResult, privacy.ProfileSubjects,
		privacy.EntScores, privacy.EntLanguage, privacy.Region, privacy.GrantResult,
	)
}

// end is when a consent ended, or will.
func end(c demo.Consent) time.Time {
	if c.WithdrawnAt != nil && c.WithdrawnAt.Before(c.ExpiresAt) {
		return *c.WithdrawnAt
	}
	return c.ExpiresAt
}

func stands(c demo.Consent) bool { return end(c).After(date(2026, time.November, 1)) }

func checkPolicyConsents(t *testing.T, p *demo.Population) {
	t.Helper()
	given, standing, withdrawn := map[uuid.UUID]bool{}, 0, 0
	for _, c := range p.Consents {
		if c.Basis != privacy.PolicyConsent {
			continue
		}
		if given[c.UserID] || c.Categories != 0 || c.University != nil {
			t.Errorf("a consent to the policy twice, or for %v", c.Categories)
		}
		given[c.UserID] = true
		switch {
		case stands(c):
			standing++
		case c.WithdrawnAt != nil:
			withdrawn++
		}
	}
	all := len(p.Applicants)
	around(t, "standing", share(standing, all), 0.95, 0.01)
	around(t, "withdrawn", share(withdrawn, all), 0.017, 0.005)
	around(t, "expired", share(len(given)-standing-withdrawn, all), 0.013, 0.005)
	around(t, "none", share(all-len(given), all), 0.02, 0.005)
}

func checkConsultationConsents(t *testing.T, p *demo.Population) {
	t.Helper()
	policy := map[uuid.UUID]demo.Consent{}
	for _, c := range p.Consents {
		if c.Basis == privacy.PolicyConsent {
			policy[c.UserID] = c
		}
	}
	defaults, whole, all := 0, 0, 0
	for _, c := range p.Consents {
		if c.Basis != privacy.ConsultationConsent {
			continue
		}
		all++
		if c.Categories.Closure() != c.Categories || c.Categories&^offered() != 0 || byDefault()&^c.Categories != 0 {
			t.Errorf("covers %s", c.Categories)
		}
		switch c.Categories {
		case byDefault():
			defaults++
		case offered():
			whole++
		}
		if under := policy[c.UserID]; c.GivenAt.Before(under.GivenAt) || end(c).After(end(under)) {
			t.Errorf("from %s to %s, to the policy to %s", c.GivenAt, end(c), end(under))
		}
	}
	around(t, "default", share(defaults, all), 0.52, 0.03)
	around(t, "everything", share(whole, all), 0.15, 0.03)
}

func checkLeads(t *testing.T, p *demo.Population) {
	t.Helper()
	consents := map[uuid.UUID]demo.Consent{}
	for _, c := range p.Consents {
		consents[c.ID] = c
	}
	type key struct {
		user       uuid.UUID
		university string
	}
	leads, people, universities := map[key]bool{}, map[uuid.UUID]int{}, map[string]int{}
	withdrawn, expired := 0, 0
	for _, l := range p.Leads {
		c := consents[l.ConsentID]
		if c.UserID != l.UserID || *c.University != l.University || !c.GivenAt.Equal(l.RequestedAt) {
			t.Errorf("a lead to %s of %s, a consent to %s of %s", l.University, l.RequestedAt, *c.University, c.GivenAt)
		}
		if k := (key{l.UserID, l.University}); leads[k] {
			t.Errorf("two leads to %s", l.University)
		} else {
			leads[k] = true
		}
		people[l.UserID]++
		universities[l.University]++
		switch {
		case stands(c):
		case c.WithdrawnAt != nil:
			withdrawn++
		default:
			expired++
		}
	}
	for _, n := range people {
		if n > 4 {
			t.Errorf("%d universities asked", n)
		}
	}
	around(t, "people with leads", share(len(people), len(p.Applicants)), 0.40, 0.02)
	around(t, "withdrawn", share(withdrawn, len(p.Leads)), 0.09, 0.02)
	around(t, "expired", share(expired, len(p.Leads)), 0.06, 0.02)
	if len(universities) < 30 || universities["013"] < 1000 || universities["027"] < 1000 || universities["190"] < 500 {
		t.Errorf("leads by university: %v", universities)
	}
	around(t, "renewed", share(len(consents)-len(p.Leads)-consentsWithoutLeads(p), len(p.Leads)), 0.045, 0.015)
}

func consentsWithoutLeads(p *demo.Population) (n int) {
	for _, c := range p.Consents {
		if c.Basis != privacy.ConsultationConsent {
			n++
		}
	}
	return n
}

func checkClients(t *testing.T, p *demo.Population) {
	t.Helper()
	clients := map[string]demo.Client{}
	for _, c := range p.Clients {
		clients[c.ID] = c
	}
	lapsed := []string{}
	for _, l := range p.Leads {
		c, ok := clients["university-"+l.University]
		if !ok || *c.University != l.University || !slices.Equal(c.Purposes, []privacy.Purpose{privacy.Consultation}) {
			t.Fatalf("university %s has no client", l.University)
		}
		over := c.AgreementTo != nil && c.AgreementTo.Before(date(2026, time.November, 1))
		if over && !slices.Contains(lapsed, l.University) {
			lapsed = append(lapsed, l.University)
		}
	}
	if len(lapsed) != 2 || slices.ContainsFunc([]string{"013", "027", "190"}, func(u string) bool {
		return slices.Contains(lapsed, u)
	}) {
		t.Errorf("the agreements of %v are over", lapsed)
	}
	for id, purposes := range map[string]int{"app": 6, "site": 6, "state-body": 1, "operator": 1} {
		if len(clients[id].Purposes) != purposes {
			t.Errorf("%s: %v", id, clients[id].Purposes)
		}
	}
}
