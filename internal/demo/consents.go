package demo

import (
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// offer is what the rules let a university be given.
type offer struct {
	byDefault privacy.Set
	all       privacy.Set
	ticks     []privacy.Category // all that a person may tick beyond the default
}

func newOffer() offer {
	rules := privacy.Decide(privacy.University, privacy.Consultation)
	var o offer
	for _, c := range privacy.Categories() {
		switch r := rules.Rule(c); {
		case r.Verdict() != privacy.PerRecord:
		case r.ByDefault:
			o.byDefault |= privacy.SetOf(c)
		default:
			o.ticks = append(o.ticks, c)
		}
	}
	o.all = o.byDefault | privacy.SetOf(o.ticks...)
	return o
}

// term is how long a consent stands: until the first of both.
type term struct {
	expires   time.Time
	withdrawn *time.Time
}

func (t term) end() time.Time {
	if t.withdrawn != nil && t.withdrawn.Before(t.expires) {
		return *t.withdrawn
	}
	return t.expires
}

// within is the term, or the outer one if that ends first.
func (t term) within(outer term) term {
	if outer.end().Before(t.end()) {
		return outer
	}
	return t
}

// term draws how long a consent stands: of 1000, so many end by withdrawal or by
// expiry before the horizon.
func (g *generator) term(given time.Time, withdrawn, expired int) term {
	end := g.between(given.Add(time.Second), horizon())
	switch n := g.IntN(1000); {
	case n < withdrawn:
		return term{expires: farTerm(), withdrawn: &end}
	case n < withdrawn+expired:
		return term{expires: end}
	default:
		return term{expires: farTerm()}
	}
}

// agree gives most people a consent to the policy, and many of them consents to
// consultations.
func (g *generator) agree(p *person) {
	if g.in1000(20) {
		return
	}
	policy := g.term(p.CreatedAt, 17, 13)
	g.addConsent(Consent{UserID: p.UserID, Basis: privacy.PolicyConsent, GivenAt: p.CreatedAt}, policy)
	if !g.in1000(410) {
		return
	}
	asked := newUrn([]int{1, 2, 3, 4}, func(n int) int { return 5 - n }).draw(g.source)
	for _, u := range g.partners.drawSome(g.source, asked) {
		g.consult(p, u.code, policy)
	}
}

// consult gives a person a consent to a university with the lead that stands on
// it. Whatever ends the consent to the policy ends this one too.
func (g *generator) consult(p *person, university string, policy term) {
	last := horizon().AddDate(0, 0, -1)
	given := g.between(p.CreatedAt, term{expires: last}.within(policy).end())
	consent := Consent{
		UserID: p.UserID, Basis: privacy.ConsultationConsent, University: &university,
		Categories: g.covers(), GivenAt: given,
	}
	if earlier := p.CreatedAt.AddDate(0, 0, 7); earlier.Before(given) && g.in1000(50) {
		g.renew(consent, earlier)
	}
	id := g.addConsent(consent, g.term(given, 80, 50).within(policy))
	lead := Lead{UserID: p.UserID, University: university, ID: g.uuid(), ConsentID: id, RequestedAt: given}
	if fit := g.programmes[p.combination.code]; g.in1000(800) {
		lead.Programme = new(fit.draw(g.source).code)
	}
	if g.in1000(850) {
		lead.PreferredLanguage = new(applicant.Language(p.language))
	}
	g.out.Leads = append(g.out.Leads, lead)
}

// renew adds the consent that a later one to the same university took the place
// of after it had expired.
func (g *generator) renew(later Consent, expired time.Time) {
	later.Categories = g.offer.byDefault
	later.GivenAt = g.between(expired.AddDate(0, 0, -7), expired)
	g.addConsent(later, term{expires: expired})
}

// covers draws what a consent to a university covers, closed under implication.
func (g *generator) covers() privacy.Set {
	switch n := g.IntN(1000); {
	case n < 500:
		return g.offer.byDefault
	case n < 650:
		return g.offer.all
	}
	covers := g.offer.byDefault
	for _, c := range g.offer.ticks {
		if g.in1000(400) {
			covers |= privacy.SetOf(c)
		}
	}
	return covers.Closure()
}

func (g *generator) addConsent(c Consent, t term) uuid.UUID {
	c.ID, c.ExpiresAt, c.WithdrawnAt = g.uuid(), t.expires, t.withdrawn
	g.out.Consents = append(g.out.Consents, c)
	return c.ID
}
