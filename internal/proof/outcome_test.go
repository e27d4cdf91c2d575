package proof_test

import (
	"strings"

	"github.com/anishathalye/porcupine"
)

// owned is whose a consent is, and to which university; its lead.
type owned struct {
	ID         string  `db:"id"`
	Person     int     `db:"person"`
	University *string `db:"university"`
	Lead       *string `db:"lead"`
}

// history is what was done as the checker reads it: what concerns several pairs
// stands in the history of each.
func (r *race) history() (all []porcupine.Operation) {
	r.t.Helper()
	var rows []owned
	if err := r.stage.db.Select(&rows, `SELECT c.id, right(c.user_id::text, 12)::int AS person, c.university, l.id AS lead
		FROM consent c LEFT JOIN lead l ON l.consent_id = c.id`); err != nil {
		r.t.Fatal(err)
	}
	consents := map[string]owned{moreThanAny: {}} // by their own ids, and by those of leads
	for _, c := range rows {
		consents[c.ID] = c
		if c.Lead != nil {
			consents[*c.Lead] = c
		}
	}
	for _, a := range r.done {
		for _, p := range a.pairs(consents) {
			d := a.deed
			d.relation = p
			o := a.outcome(p, consents)
			if d.what == "look" {
				d.id = consents[d.id].ID
			}
			for _, part := range o.parts() {
				all = append(all, porcupine.Operation{ClientId: a.hand, Input: d, Call: a.call, Output: part, Return: a.answer})
			}
		}
	}
	return all
}

// parts are the moments that an outcome shows. Whether a person may read for SERVICE
// is of the moment at which the operation began, and their consents of that at which
// it read them: one given between the two is listed already, and read on next time.
func (o outcome) parts() []outcome {
	if o.named == nil {
		return []outcome{o}
	}
	listed := o
	listed.named = nil
	return []outcome{{named: o.named}, listed}
}

// pairs are those that a deed concerns.
func (a reply) pairs(consents map[string]owned) (all []relation) {
	university := a.university
	if to := consents[a.deed.id].University; a.what == "withdraw" && to != nil {
		university = *to
	}
	for _, p := range actors {
		for _, u := range universities[:2] {
			if (a.person == 0 || a.person == p.n) && (university == "" || university == u) {
				all = append(all, relation{p.n, u})
			}
		}
	}
	return all
}

// outcome is what an answer says of one pair.
func (a reply) outcome(p relation, consents map[string]owned) (o outcome) {
	for _, e := range a.said.Errors {
		o.code, _ = e.Extensions["code"].(string)
	}
	if o.id = a.id(); a.what != "look" {
		return o
	}
	if a.person > 0 {
		a.self(p, &o)
		return o
	}
	of := func(id any) bool { return consents[id.(string)].Person == p.person }
	if a.said.Data["leads"] != nil {
		standing := " "
		for _, lead := range a.nodes("leads") {
			if of(lead["id"]) {
				c := lead["consent"].(map[string]any)
				standing = c["id"].(string) + " " + shownCovers(c, lead["user"].(map[string]any))
			}
		}
		o.standing = &standing
	}
	if a.said.Data["endedLeads"] != nil {
		ended := ""
		for _, lead := range a.nodes("endedLeads") {
			if of(lead["id"]) {
				ended = union(ended, consents[lead["id"].(string)].ID)
			}
		}
		o.ended = &ended
	}
	if lead, asked := a.said.Data["lead"]; asked && of(a.deed.id) {
		shown := lead != nil && lead.(map[string]any)["user"].(map[string]any)["phone"] != nil
		o.asked = &shown
	}
	return o
}

// shownCovers is what a consent covers, if that is just what is shown.
func shownCovers(consent, user map[string]any) string {
	covers, shown := categories(consent), ""
	for field, category := range map[string]string{
		"familyName": "FAMILY_NAME", "givenName": "GIVEN_NAME", "phone": "PHONE", "email": "EMAIL", "region": "REGION",
	} {
		if user[field] != nil {
			shown = union(shown, category)
		}
	}
	if covers != shown {
		return covers + " but shown " + shown
	}
	return covers
}

func categories(consent map[string]any) string {
	var words []string
	for _, c := range consent["categories"].([]any) {
		words = append(words, c.(string))
	}
	return union(strings.Join(words, ","))
}

// self is what a person is shown of a pair.
func (a reply) self(p relation, o *outcome) {
	me, _ := a.said.Data["me"].(map[string]any)
	named, policy, standing, events, ended := me["givenName"] != nil, "", " ", 0, ""
	if !named {
		o.code = strings.TrimSuffix(o.code, "POLICY_NOT_ACCEPTED")
	}
	list, _ := me["consents"].([]any)
	for _, c := range list {
		c := c.(map[string]any)
		id, stands := c["id"].(string), c["state"] == "GIVEN" || c["state"] == "RENEWED"
		to, _ := c["university"].(map[string]any)
		switch {
		case c["basis"] == "POLICY_CONSENT" && stands:
			policy += id
		case to["code"] == p.university && stands:
			standing, events = id+" "+categories(c), len(c["history"].([]any))
		case to["code"] == p.university:
			ended = union(ended, id)
		}
	}
	o.named, o.policy, o.standing, o.events, o.ended = &named, &policy, &standing, &events, &ended
}
