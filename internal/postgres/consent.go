package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// Evidence is what shows that a person gave or withdrew a consent (94-V, art. 8
// p. 1, art. 25 p. 2 pp. 5). Nothing in it is personal.
type Evidence struct {
	Channel   applicant.ConsentChannel
	Client    string             // of the app or the site; empty for a letter
	Language  applicant.Language // that the policy was shown in which is accepted; Russian stands in
	Reference string             // the request's id, or the document's reference
}

// Granted is a consent that a person has just given or renewed.
type Granted struct {
	ID         uuid.UUID
	User       uuid.UUID
	Basis      privacy.Basis
	University string            // empty unless it is a consent to one
	Survey     *applicant.Survey // nil unless it is a consent to one
	Abroad     string            // the country it keeps its data in, if not Kazakhstan
	Covers     privacy.Set
	Scopes     consent.Scopes
	State      consent.State
	At         time.Time
	ExpiresAt  time.Time
	Notice     consent.Notice
	Rules      consent.Rules // that hold under the version of the notice
	Evidence   Evidence
	Guardian   applicant.PhoneNumber // of the guardian who confirmed it, if one did
}

// AcceptPolicy records that the person accepted the policy version in force:
// anew, or once more for another term. It fails with [consent.ErrNoPolicy] for
// any other version. Clauses 1.5, 4.2.
func (t *Transaction) AcceptPolicy(ctx context.Context, version int32, e Evidence) (*Granted, error) {
	notice, rules, err := t.inForce(ctx, e.Language)
	if err != nil {
		return nil, err
	}
	if notice.Version != version {
		return nil, consent.ErrNoPolicy
	}
	g := &Granted{Basis: privacy.PolicyConsent, Covers: rules.PolicyCovers(), Notice: notice, Rules: rules, Evidence: e}
	return g, t.give(ctx, g)
}

// acceptanceRow is a consent to the policy that stands.
type acceptanceRow struct {
	UserID   uuid.UUID          `db:"user_id"`
	Scopes   pq.StringArray     `db:"scopes"`
	Version  int32              `db:"policy_version"`
	Language applicant.Language `db:"language"`
}

// RequireScopes fails with [consent.ErrNotAccepted] unless a consent of the person
// to the policy stands, to whichever version, and the last such covers these.
func (t *Transaction) RequireScopes(ctx context.Context, these consent.Scopes) error {
	_, err := t.acceptance(ctx, these)
	return err
}

func (t *Transaction) acceptance(ctx context.Context, these consent.Scopes) (r acceptanceRow, err error) {
	err = t.row(ctx, &r, "policy_acceptance", nil, map[string]any{"users": pq.Array([]uuid.UUID{t.user})})
	if errors.Is(err, sql.ErrNoRows) {
		return r, consent.ErrNotAccepted
	}
	if err != nil {
		return r, err
	}
	return r, r.require(these)
}

// require fails with [consent.ErrNotAccepted] unless the consent covers these.
func (r acceptanceRow) require(these consent.Scopes) error {
	if covered, err := consent.ParseScopes(r.Scopes...); err != nil || !covered.Covers(these) {
		return errors.Join(consent.ErrNotAccepted, err)
	}
	return nil
}

// accepted is the text of the policy that the person accepted last, and what holds
// by it. It fails as [Transaction.RequireScopes] does. A later version is no part of
// it: what that allows beyond needs its own acceptance (clause 7.2).
func (t *Transaction) accepted(ctx context.Context, these consent.Scopes) (consent.Notice, consent.Rules, error) {
	r, err := t.acceptance(ctx, these)
	if err != nil {
		return consent.Notice{}, nil, err
	}
	return t.notice(ctx, features{"version": true}, map[string]any{"version": r.Version, "language": string(r.Language)})
}

// inForce is the text of the version in force, in a language or else in Russian, and
// what holds for who accepts it.
func (t *Transaction) inForce(ctx context.Context, l applicant.Language) (consent.Notice, consent.Rules, error) {
	return t.notice(ctx, features{"in_force": true}, map[string]any{"language": string(l)})
}

// notice is a version of the policy, without its text, and the rules that both the
// schema and the version have.
func (t *Transaction) notice(ctx context.Context, f features, args map[string]any) (consent.Notice, consent.Rules, error) {
	var r policyRow
	err := t.row(ctx, &r, "policy_version", f, args)
	if errors.Is(err, sql.ErrNoRows) {
		err = consent.ErrNoPolicy
	}
	if err != nil {
		return consent.Notice{}, nil, err
	}
	rules, err := consent.ParseRules(r.Rules)
	notice := consent.Notice{Version: r.Version, Language: r.Language, URL: r.URL, SHA256: r.SHA256}
	return notice, consent.Intersect(consent.RulesInForce(), rules), err
}

// wider tells whether the version in force lets a reader read some categories, which
// the rules of an earlier one do not.
func (t *Transaction) wider(ctx context.Context, r consent.Rules, a privacy.Audience, p privacy.Purpose, asked privacy.Set) (bool, error) {
	full, masked := r.Allows(a, p)
	beyond := asked &^ (full | masked)
	if beyond == 0 {
		return false, nil
	}
	_, latest, err := t.inForce(ctx, applicant.LanguageRu)
	full, masked = latest.Allows(a, p)
	return beyond&(full|masked) != 0, err
}

// give writes a consent with its event. One that stands to the same is renewed:
// it covers what it did and what is asked for now.
func (t *Transaction) give(ctx context.Context, g *Granted) error {
	g.User, g.At, g.ExpiresAt = t.user, t.at, t.at.Add(t.store.termOf(g))
	g.Scopes = consent.Asks(g.Basis, g.Abroad != "")
	standing, err := t.standing(ctx, g)
	if err != nil {
		return err
	}
	g.ID, g.State = uuid.New(), consent.Given
	statement := "insert_consent"
	if standing != nil {
		g.ID, g.State, g.Covers = standing.ID, consent.Renewed, g.Covers|set(standing.Covers)
		statement = "renew_consent"
	}
	if err := t.exec(ctx, statement, nil, g.args()); err != nil {
		return err
	}
	return t.record(ctx, g.ID, consent.Event{State: g.State, Scopes: g.Scopes, Until: g.ExpiresAt}, g.Evidence)
}

func (g *Granted) args() map[string]any {
	args := map[string]any{
		"consent_id": g.ID, "basis": g.Basis.String(), "university": orNull(g.University),
		"categories": categoryWords(g.Covers), "scopes": pq.StringArray(g.Scopes.Words()), "abroad": orNull(g.Abroad),
		"version": g.Notice.Version, "language": string(g.Notice.Language), "until": g.ExpiresAt,
		"survey": nil, "survey_version": nil,
	}
	if g.Survey != nil {
		args["survey"], args["survey_version"] = g.Survey.ID, g.Survey.Version
	}
	return args
}

// standing is the person's consent to the same that stands, or nil. That one has
// expired is written down on the way.
func (t *Transaction) standing(ctx context.Context, g *Granted) (*consentRow, error) {
	rows, err := t.consents(ctx)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		switch {
		case !r.same(g) || r.WithdrawnAt != nil || r.Closed:
		case r.ExpiresAt.After(t.at):
			return &rows[i], nil
		default:
			if err := t.expire(ctx, r); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil //nolint:nilnil // none stands
}

// same tells whether a consent is to what is being given: a university, a survey,
// whatever its version, or a version of the policy.
func (r consentRow) same(g *Granted) bool {
	if r.basis() != g.Basis {
		return false
	}
	switch g.Basis {
	case privacy.PolicyConsent:
		return r.PolicyVersion == g.Notice.Version
	case privacy.SurveyConsent:
		return r.Survey != nil && *r.Survey == g.Survey.ID
	default:
		return r.University != nil && *r.University == g.University
	}
}

func (t *Transaction) consents(ctx context.Context) (rows []consentRow, err error) {
	return rows, t.rows(ctx, &rows, "consents", nil, map[string]any{})
}

func (t *Transaction) expire(ctx context.Context, r consentRow) error {
	if err := t.exec(ctx, "end_consent", features{"expired": true}, map[string]any{"consent_id": r.ID}); err != nil {
		return err
	}
	if err := t.forgetAnswers(ctx, r.ID); err != nil {
		return err
	}
	scopes, err := consent.ParseScopes(r.Scopes...)
	if err != nil {
		return err
	}
	clock := Evidence{Channel: applicant.ConsentChannelClock, Reference: "term"}
	return t.record(ctx, r.ID, consent.Event{State: consent.Expired, Scopes: scopes}, clock)
}

// record adds an event to a consent's history.
func (t *Transaction) record(ctx context.Context, id uuid.UUID, e consent.Event, shown Evidence) error {
	args := map[string]any{
		"consent_id": id, "state": e.State.String(), "scopes": pq.StringArray(e.Scopes.Words()), "until": nil,
		"channel": string(shown.Channel), "client_id": orNull(shown.Client), "evidence": shown.Reference,
	}
	if !e.Until.IsZero() {
		args["until"] = e.Until
	}
	return t.exec(ctx, "insert_consent_event", nil, args)
}

func categoryWords(s privacy.Set) pq.StringArray {
	words := pq.StringArray{}
	for _, c := range s.Categories() {
		words = append(words, c.String())
	}
	return words
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
