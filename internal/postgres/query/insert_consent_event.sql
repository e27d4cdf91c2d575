-- What happened to a consent, after all that has happened to it before.
INSERT INTO consent_event (user_id, consent_id, seq, at, state, scopes, categories, until, policy_version, language, sha256, survey_version, channel, client_id, evidence)
SELECT c.user_id, c.id, coalesce(max(e.seq), 0) + 1, greatest(CAST(:now AS timestamptz), max(e.at)), :state, CAST(:scopes AS text[]), c.categories
     , CAST(:until AS timestamptz), c.policy_version, c.language, v.sha256, c.survey_version, :channel, CAST(:client_id AS text), :evidence
FROM consent c
JOIN policy_text v ON v.version = c.policy_version AND v.language = c.language
LEFT JOIN consent_event e ON e.user_id = c.user_id AND e.consent_id = c.id
WHERE c.user_id = :user_id AND c.id = :consent_id
GROUP BY c.user_id, c.id, v.sha256
