-- What happened to a person's consents, or to one of them, in order.
SELECT e.consent_id, e.at, e.state, e.scopes, category_bits(e.categories) AS covers, e.until, e.policy_version, e.language, e.sha256
     , e.survey_version, e.channel, e.client_id, e.evidence
FROM consent_event e
WHERE e.user_id = :user_id
  AND e.consent_id = :consent_id --@ one
ORDER BY e.consent_id, e.seq
