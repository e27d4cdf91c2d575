package demo

import (
	"joo.kz/kelisim/internal/consent"
)

// state is what has become of a consent by the horizon.
func (c Consent) state() consent.State {
	switch {
	case c.WithdrawnAt != nil:
		return consent.Withdrawn
	case c.ExpiresAt.After(horizon()):
		return consent.Given
	default:
		return consent.Expired
	}
}

// scopes is what a consent covers still.
func (c Consent) scopes() consent.Scopes {
	if c.WithdrawnAt != nil {
		return 0
	}
	return consent.Asks(c.Basis, false)
}

// histories writes the histories of the consents: given, and what ended them.
const histories = `
	INSERT INTO consent_event (user_id, consent_id, seq, at, state, scopes, categories, until, policy_version, language, sha256, survey_version, channel, client_id, evidence)
	SELECT c.user_id, c.id, e.seq, e.at, e.state, w.scopes, c.categories, e.until, c.policy_version, c.language, v.sha256, c.survey_version, e.channel, e.client_id, 'demo'
	FROM consent c
	JOIN policy_text v ON v.version = c.policy_version AND v.language = c.language
	CROSS JOIN LATERAL (SELECT CASE c.basis WHEN 'CONSULTATION_CONSENT' THEN consent_needs(c.basis, false) ELSE '{COLLECTION,PROCESSING}' END AS scopes) w
	CROSS JOIN LATERAL (VALUES
		(1, c.given_at, 'GIVEN', c.expires_at, 'APP', 'app'),
		(2, c.ends_at, c.state, NULL, CASE c.state WHEN 'EXPIRED' THEN 'CLOCK' ELSE 'APP' END, CASE c.state WHEN 'WITHDRAWN' THEN 'app' END)
	) AS e (seq, at, state, until, channel, client_id)
	WHERE e.seq = 1 OR c.state <> 'GIVEN'`
