package proof_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// self is what a person is shown of themselves.
func (m *model) self(p actor, purpose string) (s sight) {
	column := p.channel() + ":" + purpose
	accepted := m.accepted(p.n)
	shows := func(category string) string {
		switch {
		case purpose == "SUBJECT_ACCESS":
			return "F"
		case accepted == nil:
			return ""
		default:
			return m.shows(accepted.version, column, category)
		}
	}
	for _, f := range profile {
		if code := "POLICY_NOT_ACCEPTED"; shows(f.category) == "" && !refusedAbove(s.Errors, "me."+f.path) {
			if m.oracle.rules[f.category][column] == "-" {
				code = "NOT_PERMITTED"
			}
			s.Errors = append(s.Errors, code+" me."+f.path)
		}
	}
	me := p.shown(shows)
	me["surveyAnswers"] = []any{}
	if purpose == "SUBJECT_ACCESS" {
		me["consents"] = m.own(p)
	}
	if reason := m.answers(p, column, me); reason != "" {
		me["surveyAnswers"] = nil
		for _, f := range answers {
			s.Withheld = append(s.Withheld, "me."+f.path+" SURVEY "+reason+" 1")
		}
	}
	s.Data = map[string]any{"me": me}
	return s
}

// refusedAbove tells whether what is above a path is refused already.
func refusedAbove(errors []string, path string) bool {
	return slices.ContainsFunc(errors, func(e string) bool {
		_, above, _ := strings.Cut(e, " ")
		return strings.HasPrefix(path, above+".")
	})
}

// answers puts what a person answered to the survey, or returns why it is withheld.
func (m *model) answers(p actor, column string, into map[string]any) string {
	var last *given
	for _, c := range m.consents {
		if c.person == p.n && c.basis == "SURVEY_CONSENT" {
			last = c
		}
	}
	onLaw := strings.HasSuffix(column, "SUBJECT_ACCESS")
	switch {
	case last != nil && m.stands(last) && (onLaw || m.shows(last.version, column, "SURVEY") != ""):
		into["surveyAnswers"] = []any{map[string]any{
			"consent": last.id, "survey": "plans", "answeredAt": at(last.answered), "keptUntil": at(last.until),
			"answers": []any{map[string]any{"values": []any{last.answer}}},
		}}
		return ""
	case onLaw:
		return ""
	case last == nil || m.stands(last):
		return "CONSENT_MISSING"
	default:
		return "CONSENT_" + m.state(last)
	}
}

// own are a person's consents as they are shown them.
func (m *model) own(p actor) []any {
	all := []any{}
	for _, c := range m.sorted(func(c *given) bool { return c.person == p.n }, func(a, b *given) int {
		return cmp.Or(b.at.Compare(a.at), strings.Compare(a.id, b.id))
	}) {
		shown := map[string]any{
			"id": c.id, "basis": c.basis, "state": m.state(c), "university": nil, "survey": nil, "categories": words(c.covers), "scopes": words(c.scopes),
			"policyVersion": float64(c.version), "givenAt": at(c.at), "expiresAt": at(c.until), "withdrawnAt": at(c.withdrawn),
		}
		switch c.basis {
		case "CONSULTATION_CONSENT":
			shown["university"] = map[string]any{"code": c.to}
		case "SURVEY_CONSENT":
			shown["survey"] = c.to
		}
		history, refusals := []any{}, []any{}
		for _, e := range c.history {
			history = append(history, map[string]any{
				"at": at(e.at), "state": e.state, "scopes": words(e.scopes), "categories": words(e.covers), "until": at(e.until),
				"policyVersion": float64(e.version), "channel": e.channel,
			})
		}
		for _, r := range c.refusals {
			refusals = append(refusals, map[string]any{"at": at(r.at), "scopes": words(r.scopes)})
		}
		shown["history"], shown["continuesUnder"] = history, refusals
		all = append(all, shown)
	}
	return all
}

func (m *model) sorted(which func(*given) bool, by func(a, b *given) int) []*given {
	some := slices.DeleteFunc(slices.Clone(m.consents), func(c *given) bool { return !which(c) })
	slices.SortFunc(some, by)
	return some
}

// leads are what a university is shown, and of one lead that it asks for by an id.
func (m *model) leads(university, id string) (s sight) {
	roots := map[string][]*given{"endedLeads": nil}
	roots["leads"] = m.sorted(func(c *given) bool { return c.to == university && m.stands(c) }, func(a, b *given) int {
		return cmp.Or(b.at.Compare(a.at), strings.Compare(b.lead, a.lead))
	})
	roots["lead"] = slices.DeleteFunc(slices.Clone(roots["leads"]), func(c *given) bool { return c.lead != id })
	if !m.agreed(university) {
		for root := range roots {
			s.Errors = append(s.Errors, "AUDIENCE_NOT_ALLOWED "+root)
		}
		return s
	}
	ended := m.sorted(func(c *given) bool { return c.to == university && !m.stands(c) }, func(a, b *given) int {
		return cmp.Or(m.end(a).Compare(m.end(b)), strings.Compare(a.lead, b.lead))
	})
	gone := []any{}
	for _, c := range ended {
		gone = append(gone, map[string]any{"id": c.lead, "endedAt": at(m.end(c))})
	}
	s.Data = map[string]any{"endedLeads": connection(gone)}
	delete(roots, "endedLeads")
	for root, consents := range roots {
		path := map[bool]string{true: "leads.nodes.user.", false: root + ".user."}[root == "leads"]
		m.withheld(&s, path, consents)
		nodes := []any{}
		for _, c := range consents {
			nodes = append(nodes, m.lead(c))
		}
		switch {
		case root == "leads":
			s.Data[root] = connection(nodes)
		case len(nodes) == 0:
			s.Data[root] = nil
		default:
			s.Data[root] = nodes[0]
		}
	}
	return s
}

// withheld tells what is refused of any lead, and withheld of some.
func (m *model) withheld(s *sight, path string, consents []*given) {
	for _, f := range profile {
		if m.oracle.rules[f.category]["UNIVERSITY:CONSULTATION"] == "-" {
			s.Errors = append(s.Errors, "NOT_PERMITTED "+path+f.path)
			continue
		}
		counts := map[string]int{}
		for _, c := range consents {
			switch {
			case m.restricted[c.person]:
				counts["RESTRICTED"]++
			case m.covered(c)(f.category) == "":
				counts["CONSENT_SCOPE"]++
			}
		}
		for reason, n := range counts {
			s.Withheld = append(s.Withheld, fmt.Sprint(path+f.path, " ", f.category, " ", reason, " ", n))
		}
	}
}

func (m *model) covered(c *given) func(category string) string {
	return func(category string) string {
		if m.restricted[c.person] || !slices.Contains(c.covers, category) {
			return ""
		}
		return m.shows(c.version, "UNIVERSITY:CONSULTATION", category)
	}
}

func (m *model) lead(c *given) map[string]any {
	lead := map[string]any{
		"id": c.lead, "requestedAt": at(c.at), "programme": nil, "covers": words(c.covers), "user": actors[c.person-1].shown(m.covered(c)),
		"consent": map[string]any{
			"id": c.id, "givenAt": at(c.at), "expiresAt": at(c.until), "categories": words(c.covers), "policyVersion": float64(c.version),
		},
	}
	if c.programme != "" && !m.restricted[c.person] {
		lead["programme"] = map[string]any{"code": c.programme}
	}
	return lead
}

// end is when a consent ended.
func (m *model) end(c *given) time.Time {
	if !c.withdrawn.IsZero() && c.withdrawn.Before(c.until) {
		return c.withdrawn
	}
	return c.until
}

func connection(nodes []any) map[string]any {
	return map[string]any{"totalCount": float64(len(nodes)), "nodes": nodes}
}

// shown is a person as shown to whom each category is shown in this way.
func (p actor) shown(shows func(category string) string) map[string]any {
	user := map[string]any{}
	columns := map[string]string{"familyName": "family_name", "givenName": "given_name", "birthDate": "birth_date"}
	for _, f := range profile {
		value := p.values[cmp.Or(columns[f.path], f.path)]
		switch {
		case strings.Contains(f.path, "."):
		case shows(f.category) == "":
			user[f.path] = nil
		case shows(f.category) == "M":
			user[f.path] = masked(f.category, value)
		case slices.Contains([]string{"profileSubjects", "region", "entResults", "grantApplications"}, f.path):
			user[f.path] = p.object(f.path, shows)
		default:
			user[f.path] = value
		}
	}
	return user
}

// object is a value that is no text.
func (p actor) object(path string, shows func(category string) string) any {
	switch path {
	case "profileSubjects":
		return words(strings.Split(strings.Trim(p.values["profile_subjects"], "{}"), ","))
	case "region":
		return map[string]any{"code": p.values["region"]}
	case "grantApplications":
		return []any{map[string]any{"status": "SUBMITTED"}}
	}
	result := map[string]any{"total": float64(p.total()), "scores": nil, "language": nil}
	if shows("ENT_SCORES") != "" {
		result["scores"] = []any{map[string]any{"score": float64(p.score())}}
	}
	if shows("ENT_LANGUAGE") != "" {
		result["language"] = "RU"
	}
	return []any{result}
}

func words(list []string) []any {
	all := []any{}
	for _, w := range list {
		all = append(all, w)
	}
	return all
}

// at is a moment as the API writes it; null for none.
func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339Nano)
}
