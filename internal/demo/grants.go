package demo

import (
	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
)

// mostChoices is how many choices an application has at most.
const mostChoices = 4

// choice is a programme at a university.
type choice struct{ programme, university string }

// compete gives most of those who may compete an application of 2026, and a few
// of those whose total is too low.
func (g *generator) compete(p *person) {
	if !p.competes {
		return
	}
	open := g.programmes[p.combination.code]
	reached := open.only(func(c programme) bool { return c.threshold() <= p.best })
	switch {
	case reached.total > 0 && g.in1000(880):
		choices := g.choices(p, reached.drawSome(g.source, g.within(1, mostChoices)))
		g.decide(p, choices)
	case reached.total == 0 && g.in1000(120):
		g.addApplication(p.UserID, g.choices(p, open.drawSome(g.source, 1)),
			GrantApplication{Status: applicant.GrantStatusBelowThreshold, Quotas: g.quotas()})
	}
}

// choices finds a university for each programme, rather often one in the
// person's region.
func (g *generator) choices(p *person, programmes []programme) []choice {
	var all []choice
	for _, wanted := range programmes {
		fits := func(u university) bool {
			return u.is(medical) == wanted.medical() && (!u.is(national) || p.best >= leastNational)
		}
		u, found := university{}, false
		if g.in1000(400) {
			u, found = g.universities.drawIf(g.source, func(u university) bool {
				return u.region == p.home.code && fits(u)
			})
		}
		if !found {
			u, _ = g.universities.drawIf(g.source, fits)
		}
		all = append(all, choice{wanted.code, u.code})
	}
	return all
}

// decide draws how an application ended: the higher the total, the more often
// with an award.
func (g *generator) decide(p *person, choices []choice) {
	a := GrantApplication{Quotas: g.quotas()}
	if g.in1000(chance(p.best)) {
		a.Status = g.outcome(won())
		a.Award = g.award(choices, a.Quotas)
	} else {
		a.Status = g.outcome(lost())
	}
	g.addApplication(p.UserID, choices, a)
}

// award draws which choice won, rather one of the first, and whether by a quota.
func (g *generator) award(choices []choice, quotas []applicant.GrantQuota) *GrantAward {
	i := min(g.IntN(len(choices)), g.IntN(len(choices)))
	award := &GrantAward{Programme: choices[i].programme, University: choices[i].university, Priority: i + 1}
	if len(quotas) > 0 && g.in1000(600) {
		award.Quota = new(pick(g.source, quotas))
	}
	return award
}

// chance is how many of 1000 with a total win a grant, roughly: of all
// applicants, two thirds.
func chance(total int) int {
	switch {
	case total < 65:
		return 480
	case total < 75:
		return 620
	case total < 86:
		return 720
	case total < 100:
		return 830
	case total < 120:
		return 930
	default:
		return 980
	}
}

// outcome is a status after the competition, and how often in 1000 it occurs.
type outcome struct {
	status applicant.GrantStatus
	share  int
}

func (g *generator) outcome(of []outcome) applicant.GrantStatus {
	return newUrn(of, func(o outcome) int { return o.share }).draw(g.source).status
}

func won() []outcome {
	return []outcome{
		{applicant.GrantStatusEnrolled, 700},
		{applicant.GrantStatusCertificateIssued, 120},
		{applicant.GrantStatusAwarded, 60},
		{applicant.GrantStatusAwardedOnRedistribution, 70},
		{applicant.GrantStatusForfeited, 40},
		{applicant.GrantStatusRevoked, 10},
	}
}

func lost() []outcome {
	return []outcome{
		{applicant.GrantStatusNotAwarded, 910},
		{applicant.GrantStatusWithdrawn, 40},
		{applicant.GrantStatusReturned, 20},
		{applicant.GrantStatusDraft, 30},
	}
}

// quotas draws the quotas claimed: rural youth by far the most, the others in the
// proportion of the winners of 2025.
func (g *generator) quotas() []applicant.GrantQuota {
	quotas := []applicant.GrantQuota{}
	for _, q := range []struct {
		quota  applicant.GrantQuota
		in1000 int
	}{
		{applicant.GrantQuotaDisability, 7},
		{applicant.GrantQuotaVeteran, 1},
		{applicant.GrantQuotaRural, 300},
		{applicant.GrantQuotaKandas, 19},
		{applicant.GrantQuotaOrphan, 6},
		{applicant.GrantQuotaSerpin, 25},
		{applicant.GrantQuotaLargeFamily, 60},
		{applicant.GrantQuotaIncompleteFamily, 33},
		{applicant.GrantQuotaDisabledFamily, 11},
	} {
		if g.in1000(q.in1000) {
			quotas = append(quotas, q.quota)
		}
	}
	return quotas
}

// addApplication adds an application of 2026 with its choices, the first first.
func (g *generator) addApplication(user uuid.UUID, choices []choice, a GrantApplication) {
	a.UserID, a.ID, a.Year = user, g.uuid(), 2026
	g.out.GrantApplications = append(g.out.GrantApplications, a)
	for i, c := range choices {
		g.out.GrantChoices = append(g.out.GrantChoices, GrantChoice{
			UserID: user, ApplicationID: a.ID, Priority: i + 1, Programme: c.programme, University: c.university,
		})
	}
}
