package proof_test

import (
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// AcceptPolicy accepts the version in force, or tries another.
func (h *history) AcceptPolicy(t *rapid.T) {
	number := h.inForce()
	if rapid.IntRange(0, 5).Draw(t, "which version") == 5 {
		number = rapid.IntRange(0, len(h.versions)+1).Draw(t, "version")
	}
	h.accept(t, h.actor(t), number)
}

func (h *history) accept(t *rapid.T, p actor, number int) {
	t.Helper()
	a := h.ask(t, p, `mutation ($version: Int!) @purpose(is: SERVICE) { acceptPolicy(version: $version) { id } }`, map[string]any{"version": number})
	if number != h.inForce() {
		a.refused(t, "BAD_INPUT/POLICY_VERSION")
		return
	}
	h.given(t, a, h.give(given{basis: "POLICY_CONSENT", person: p.n, version: number, covers: h.underPolicy(number)}, p.channel()))
}

// underPolicy is all that a version lets be read on a consent to it.
func (h *history) underPolicy(number int) (all []string) {
	for _, c := range h.oracle.categories {
		for column, rule := range h.oracle.rules[c] {
			own := strings.HasPrefix(column, "APP:") || strings.HasPrefix(column, "SITE:")
			if own && !strings.HasSuffix(column, "SUBJECT_ACCESS") && c != "SURVEY" && rule != "-" && h.versions[number-1].table[c][column] != "-" {
				all = append(all, c)
				break
			}
		}
	}
	return all
}

// RequestConsultation presses the button, of any university, with anything ticked.
func (h *history) RequestConsultation(t *rapid.T) {
	p, university := h.actor(t), rapid.SampledFrom(universities).Draw(t, "university")
	ticked := rapid.SliceOfN(rapid.SampledFrom(everyOffered), 0, 3).Draw(t, "ticked")
	if rapid.IntRange(0, 9).Draw(t, "too much") == 9 {
		ticked = append(ticked, rapid.SampledFrom([]string{"IIN", "ADDRESS", "SURVEY"}).Draw(t, "never"))
	}
	crossBorder := rapid.IntRange(0, 3).Draw(t, "cross-border") < 3
	input := map[string]any{"university": university, "categories": ticked, "crossBorder": crossBorder}
	programme := rapid.SampledFrom([]string{"", "B057", "BM086"}).Draw(t, "programme")
	if programme != "" {
		input["programme"] = programme
	}
	a := h.ask(t, p, `mutation ($input: ConsultationInput!) @purpose(is: SERVICE) { requestConsultation(input: $input) { id } }`, map[string]any{"input": input})
	if why := h.refusesConsultation(p, university, ticked, crossBorder); why != "" {
		a.refused(t, why)
		return
	}
	c := h.give(given{
		basis: "CONSULTATION_CONSENT", to: university, person: p.n, version: h.accepted(p.n).version, abroad: university == "190",
		covers: slices.Concat(ticked, []string{"GIVEN_NAME", "PHONE"}),
	}, p.channel())
	if programme != "" {
		c.programme = programme
	}
	h.given(t, a, c)
	if err := h.stage.db.Get(&c.lead, `SELECT id FROM lead WHERE consent_id = $1`, c.id); err != nil {
		t.Fatal(err)
	}
}

func (h *history) refusesConsultation(p actor, university string, ticked []string, crossBorder bool) string {
	switch {
	case slices.ContainsFunc(ticked, func(c string) bool { return h.oracle.rules[c]["UNIVERSITY:CONSULTATION"] == "-" }):
		return "CATEGORY_NOT_OFFERED"
	case h.accepted(p.n) == nil:
		return "POLICY_NOT_ACCEPTED"
	case !h.agreed(university):
		return "BAD_INPUT/AGREEMENT"
	case university == "190" && !crossBorder:
		return "BAD_INPUT/CROSS_BORDER"
	case h.wider(h.accepted(p.n).version, "UNIVERSITY:CONSULTATION", h.closed(slices.Concat(ticked, []string{"GIVEN_NAME", "PHONE"}))):
		return "POLICY_NOT_ACCEPTED"
	default:
		return ""
	}
}

// AnswerSurvey answers the survey, or answers it anew.
func (h *history) AnswerSurvey(t *rapid.T) {
	h.pass(time.Second) // so that no two consents to it end at one moment
	p, wish := h.actor(t), rapid.SampledFrom([]string{"Ақтау", "Семей"}).Draw(t, "wish")
	a := h.ask(t, p, `mutation ($wish: String!) @purpose(is: SERVICE) {
		answerSurvey(input: {survey: "plans", version: 1, answers: [{field: "wish", values: [$wish]}]}) { id } }`, map[string]any{"wish": wish})
	accepted := h.accepted(p.n)
	switch {
	case accepted == nil || !slices.Contains(accepted.scopes, "COLLECTION"):
		a.refused(t, "POLICY_NOT_ACCEPTED")
	case h.shows(h.inForce(), "APP:SERVICE", "SURVEY")+h.shows(h.inForce(), "SITE:SERVICE", "SURVEY") == "":
		a.refused(t, "NOT_FOUND/SURVEY")
	case h.shows(accepted.version, "APP:SERVICE", "SURVEY")+h.shows(accepted.version, "SITE:SERVICE", "SURVEY") == "":
		a.refused(t, "POLICY_NOT_ACCEPTED")
	default:
		c := h.give(given{basis: "SURVEY_CONSENT", to: "plans", person: p.n, version: accepted.version, covers: []string{"SURVEY"}}, p.channel())
		c.answer, c.answered = wish, h.now
		h.given(t, a, c)
	}
}

// Withdraw withdraws some scopes of a consent, in the app or by letter; now and then
// somebody else tries to.
func (h *history) Withdraw(t *rapid.T) { h.undo(t, h.consent(t)) }

// WithdrawPolicy is Withdraw of the consent to the policy that counts.
func (h *history) WithdrawPolicy(t *rapid.T) {
	c := h.accepted(h.actor(t).n)
	if c == nil {
		t.Skip("none")
	}
	h.undo(t, c)
}

func (h *history) undo(t *rapid.T, c *given) {
	scopes := scopes(t)
	letter, foreign := rapid.IntRange(0, 3).Draw(t, "by letter") == 3, rapid.IntRange(0, 9).Draw(t, "another's") == 9
	p := actors[c.person-1]
	switch {
	case letter:
		err := h.stage.store.Change(t.Context(), p.id(), func(tx *postgres.Transaction) error {
			asked, err := consent.ParseScopes(scopes...)
			if err != nil {
				return err
			}
			return tx.Withdraw(t.Context(), c.id, asked, postgres.Evidence{Channel: applicant.ConsentChannelLetter, Reference: "incoming 1"})
		})
		if err != nil {
			t.Fatal(err)
		}
		h.withdraw(c, scopes, "LETTER")
	case foreign:
		h.withdrawal(t, actors[2-c.person], c, scopes).refused(t, "NOT_FOUND/CONSENT")
	default:
		a := h.withdrawal(t, p, c, scopes)
		h.withdraw(c, scopes, p.channel())
		h.given(t, a, c)
	}
}

func (h *history) withdrawal(t *rapid.T, p actor, c *given, scopes []string) told {
	t.Helper()
	return h.ask(t, p, `mutation ($id: ID!, $scopes: [ConsentScope!]) @purpose(is: SERVICE) { withdrawConsent(id: $id, scopes: $scopes) { id } }`,
		map[string]any{"id": c.id, "scopes": scopes})
}
