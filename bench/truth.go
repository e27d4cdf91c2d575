package main

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/privacy"
)

// truth is what the answers should be, reckoned from the population.
type truth struct {
	people       map[uuid.UUID]*demo.Applicant
	results      map[uuid.UUID][]demo.EntResult
	applications map[uuid.UUID][]demo.GrantApplication
	choices      map[uuid.UUID][]demo.GrantChoice // by application
	consents     map[uuid.UUID]*demo.Consent
	leads        map[string][]demo.Lead // by university, the latest first
}

func newTruth(p *demo.Population) *truth {
	t := &truth{
		map[uuid.UUID]*demo.Applicant{},
		map[uuid.UUID][]demo.EntResult{},
		map[uuid.UUID][]demo.GrantApplication{},
		map[uuid.UUID][]demo.GrantChoice{},
		map[uuid.UUID]*demo.Consent{},
		map[string][]demo.Lead{},
	}
	for i := range p.Applicants {
		t.people[p.Applicants[i].UserID] = &p.Applicants[i]
	}
	for _, r := range p.EntResults {
		t.results[r.UserID] = append(t.results[r.UserID], r)
	}
	for _, g := range p.GrantApplications {
		t.applications[g.UserID] = append(t.applications[g.UserID], g)
	}
	for _, c := range p.GrantChoices {
		t.choices[c.ApplicationID] = append(t.choices[c.ApplicationID], c)
	}
	for i := range p.Consents {
		t.consents[p.Consents[i].ID] = &p.Consents[i]
	}
	for _, l := range p.Leads {
		if c := t.consents[l.ConsentID]; c.WithdrawnAt == nil && c.ExpiresAt.Year() == farYear {
			t.leads[l.University] = append(t.leads[l.University], l)
		}
	}
	t.sort()
	return t
}

func (t *truth) sort() {
	for _, leads := range t.leads {
		slices.SortFunc(leads, func(a, b demo.Lead) int {
			return cmp.Or(b.RequestedAt.Compare(a.RequestedAt), bytes.Compare(b.ID[:], a.ID[:]))
		})
	}
	sessions := []applicant.EntSession{applicant.EntSessionJanuary, applicant.EntSessionMarch, applicant.EntSessionMain, applicant.EntSessionAugust}
	for _, results := range t.results {
		slices.SortFunc(results, func(a, b demo.EntResult) int {
			return cmp.Or(b.Year-a.Year, slices.Index(sessions, b.Session)-slices.Index(sessions, a.Session), b.Total-a.Total, bytes.Compare(a.ID[:], b.ID[:]))
		})
	}
}

type object = map[string]any

// page is a page of a university's leads, as far as it is shown.
func (t *truth) page(university string, first int, s shows) []any {
	leads := t.leads[university]
	page := []any{}
	for _, l := range leads[:min(first, len(leads))] {
		page = append(page, t.lead(l, s))
	}
	return page
}

func (t *truth) lead(l demo.Lead, s shows) object {
	a, given := t.people[l.UserID], t.consents[l.ConsentID].Categories
	covers := given
	if s != covered {
		covers = ^privacy.Set(0)
	}
	user := object{
		"familyName": shown(covers, privacy.FamilyName, a.FamilyName), "givenName": shown(covers, privacy.GivenName, a.GivenName),
		"patronymic": shown(covers, privacy.Patronymic, a.Patronymic), "phone": shown(covers, privacy.Phone, new(string(a.Phone))),
		"email": shown(covers, privacy.Email, (*string)(a.Email)), "region": nil, "entResults": nil,
	}
	if covers.Has(privacy.Region) {
		user["region"] = code(a.Region)
	}
	if given.Has(privacy.EntResult) || s == all {
		results := []any{}
		for _, r := range t.results[l.UserID] {
			results = append(results, object{"total": float64(r.Total), "scores": scores(r)})
		}
		user["entResults"] = results
	}
	return object{"id": l.ID.String(), "requestedAt": l.RequestedAt.Format(time.RFC3339), "user": user}
}

func shown(covers privacy.Set, c privacy.Category, v *string) any {
	if !covers.Has(c) || v == nil {
		return nil
	}
	return *v
}

func text[T ~string](v *T) any {
	if v == nil {
		return nil
	}
	return string(*v)
}

func code(v *string) any {
	if v == nil {
		return nil
	}
	return object{"code": *v}
}

func scores(r demo.EntResult) []any {
	all := []any{}
	for i, s := range r.Subjects {
		all = append(all, object{"subject": string(s), "score": float64(r.Scores[i])})
	}
	return all
}

// me is a person as they read themselves.
func (t *truth) me(user string) object {
	id := uuid.MustParse(user)
	a := t.people[id]
	subjects := []any{}
	for _, s := range a.ProfileSubjects {
		subjects = append(subjects, string(s))
	}
	me := object{
		"familyName": text(a.FamilyName), "givenName": text(a.GivenName), "patronymic": text(a.Patronymic), "iin": nil,
		"birthDate": nil, "sex": text(a.Sex), "phone": string(a.Phone), "email": text(a.Email), "region": code(a.Region),
		"address": text(a.Address), "profileSubjects": subjects, "entResults": t.ownResults(id), "grantApplications": t.ownApplications(id),
	}
	if a.IIN != nil {
		me["iin"] = string(*a.IIN)
	}
	if a.BirthDate != nil {
		me["birthDate"] = a.BirthDate.Format(time.DateOnly)
	}
	return me
}

func (t *truth) ownResults(id uuid.UUID) []any {
	all := []any{}
	for _, r := range t.results[id] {
		all = append(all, object{
			"year": float64(r.Year), "session": string(r.Session), "total": float64(r.Total), "language": string(r.Language), "scores": scores(r),
		})
	}
	return all
}

func (t *truth) ownApplications(id uuid.UUID) []any {
	all := []any{}
	for _, g := range t.applications[id] {
		choices := []any{}
		for _, c := range t.choices[g.ID] {
			choices = append(choices, object{"priority": float64(c.Priority), "programme": object{"code": c.Programme}, "university": object{"code": c.University}})
		}
		all = append(all, object{"year": float64(g.Year), "status": string(g.Status), "choices": choices})
	}
	return all
}
