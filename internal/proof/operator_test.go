package proof_test

import (
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// RefuseToStop is the operator's answer that it goes on.
func (h *history) RefuseToStop(t *rapid.T) {
	c, scopes := h.consent(t), scopes(t)
	err := h.stage.store.Change(t.Context(), actors[c.person-1].id(), func(tx *postgres.Transaction) error {
		asked, err := consent.ParseScopes(scopes...)
		if err != nil {
			return err
		}
		return tx.RefuseWithdrawal(t.Context(), c.id, postgres.Continuation{
			Scopes: asked, Ground: applicant.WithdrawalRefusalGroundLaw, Article: "94-V, art. 9", Document: "outgoing 1",
		})
	})
	gone := c.gone()
	if good := len(gone) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(gone, s) }); good != (err == nil) {
		t.Fatalf("of %v withdrawn, a refusal to stop %v: %v", gone, scopes, err)
	}
	if err != nil {
		return
	}
	goesOn := slices.DeleteFunc(gone, func(s string) bool { return len(scopes) > 0 && !slices.Contains(scopes, s) })
	c.refusals = append(c.refusals, refused{h.now, goesOn})
}

// PublishPolicy publishes a version that says the same as the schema, less, or more;
// for now or for later.
func (h *history) PublishPolicy(t *rapid.T) {
	if len(h.versions) > 4 {
		t.Skip("enough")
	}
	cells := map[[2]string]string{}
	for range rapid.SampledFrom([]int{3, 6, 1, 0}).Draw(t, "cells") {
		columns := rapid.SampledFrom([][]string{{"UNIVERSITY:CONSULTATION"}, {"APP:SERVICE"}, {"SITE:SERVICE"}, {"APP:SERVICE", "SITE:SERVICE"}}).Draw(t, "columns")
		full, categories := "F", slices.Concat([]string{"SURVEY"}, h.oracle.categories) // what tells most comes first
		if columns[0] == "UNIVERSITY:CONSULTATION" {
			full, categories = "C", slices.Concat([]string{"PHONE", "GIVEN_NAME"}, everyOffered, h.oracle.categories)
		}
		category := rapid.SampledFrom(categories).Draw(t, "category")
		cell := rapid.SampledFrom([]string{"-", "M", full}).Draw(t, "cell")
		for _, column := range columns {
			cells[[2]string{category, column}] = cell
		}
	}
	v := h.edition(h.now.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "in days"))*day), cells)
	rules, err := consent.ParseRules(h.tsv(v))
	if err != nil {
		t.Fatal(err)
	}
	published, err := h.stage.store.Publish(t.Context(), postgres.Publication{
		Language: applicant.LanguageRu, Text: "a text", Rules: rules, EffectiveFrom: v.from,
	})
	if err != nil || int(published.Version) != len(h.versions)+1 {
		t.Fatalf("published %+v: %v", published, err)
	}
	h.versions = append(h.versions, v)
	if !v.from.After(h.now) && rapid.IntRange(0, 3).Draw(t, "accepted at once") < 3 {
		h.accept(t, h.actor(t), len(h.versions))
	}
}

// tsv is the table of a version as a lawyer writes it.
func (m *model) tsv(v version) string {
	columns := slices.Sorted(maps.Keys(m.oracle.rules["PHONE"]))
	text := "category\t" + strings.Join(columns, "\t") + "\n"
	for _, category := range m.oracle.categories {
		text += category
		for _, column := range columns {
			text += "\t" + v.table[category][column]
		}
		text += "\n"
	}
	return text
}

// Wait lets time pass, with a look at each moment at which something ends or begins,
// and at the microsecond before; now and then it stops there.
func (h *history) Wait(t *rapid.T) {
	until := h.now.Add(rapid.SampledFrom([]time.Duration{2 * day, day, 4 * day, time.Hour}).Draw(t, "for"))
	stop := rapid.IntRange(0, 3).Draw(t, "stop at") // the first, if there is one
	for _, turn := range h.turns() {
		if turn.After(until) {
			break
		}
		for _, at := range []time.Time{turn.Add(-time.Microsecond), turn} {
			h.pass(max(0, at.Sub(h.now)))
			h.Check(t)
		}
		if stop == 3 {
			return
		}
	}
	h.pass(until.Sub(h.now))
}

// turns are the moments to come at which something ends or begins.
func (h *history) turns() (all []time.Time) {
	for _, c := range h.consents {
		if c.withdrawn.IsZero() {
			all = append(all, c.until)
		}
	}
	for _, v := range h.versions {
		all = append(all, v.from)
	}
	for _, u := range universities {
		all = append(all, h.ends[u])
	}
	all = slices.DeleteFunc(all, func(at time.Time) bool { return !at.After(h.now) })
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

func (h *history) pass(d time.Duration) {
	h.now = h.now.Add(d)
	*h.clock = h.now
}

// ChangeAgreement has a university's agreement end, soon or at once, or go on.
func (h *history) ChangeAgreement(t *rapid.T) {
	university, days := rapid.SampledFrom(universities).Draw(t, "university"), rapid.IntRange(0, 4).Draw(t, "days")-1
	if days < 0 {
		delete(h.ends, university)
		h.write(t, `UPDATE client SET agreement_to = NULL WHERE university = $1`, university)
		return
	}
	h.ends[university] = h.now.Add(time.Duration(days) * day)
	h.write(t, `UPDATE client SET agreement_to = $2 WHERE university = $1`, university, h.ends[university])
}

// Restrict blocks a person's data, or no longer.
func (h *history) Restrict(t *rapid.T) {
	p := h.actor(t)
	h.restricted[p.n] = !h.restricted[p.n]
	h.write(t, `UPDATE applicant SET restricted_at = CASE WHEN $2 THEN $3::timestamptz END WHERE user_id = $1`, p.id(), h.restricted[p.n], h.now)
}
