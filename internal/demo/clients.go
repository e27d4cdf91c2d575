package demo

import "joo.kz/kelisim/internal/privacy"

// addClients adds the clients of the API: those of the operator, one of a state
// body, and one for each university that is asked for consultations.
func (g *generator) addClients() {
	own := []privacy.Purpose{
		privacy.Identification, privacy.Autofill, privacy.InputValidation,
		privacy.Access, privacy.Service, privacy.SubjectAccess,
	}
	agreed := day(2026, 1, 1)
	g.out.Clients = []Client{
		{ID: "app", Name: "JOO.kz", Audience: privacy.App, Purposes: own},
		{ID: "site", Name: "joo.kz", Audience: privacy.Site, Purposes: own},
		{
			ID: "operator", Name: "ТОО «JOO ANALYTICS»",
			Audience: privacy.Operator, Purposes: []privacy.Purpose{privacy.RightsHandling},
		},
		{
			ID: "state-body", Name: "Государственный орган (пример)", AgreementFrom: &agreed,
			Audience: privacy.StateBody, Purposes: []privacy.Purpose{privacy.LegalObligation},
		},
	}
	for _, u := range g.partners.items {
		g.out.Clients = append(g.out.Clients, universityClient(u))
	}
}

// universityClient is the client of a university, whose agreement runs to 2030 or,
// with national universities, without end.
func universityClient(u university) Client {
	c := Client{
		ID: "university-" + u.code, Name: u.name, University: &u.code, AgreementFrom: new(day(2026, 1, 1)),
		Audience: privacy.University, Purposes: []privacy.Purpose{privacy.Consultation},
	}
	switch {
	case u.is(lapsed):
		c.AgreementTo = new(day(2026, 9, 1))
	case !u.is(national):
		c.AgreementTo = new(farTerm())
	}
	return c
}
