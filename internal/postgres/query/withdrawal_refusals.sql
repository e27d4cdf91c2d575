-- What the operator goes on with of what a person withdrew, of all consents or of one.
SELECT r.consent_id, r.at, r.scopes, r.ground, r.article, r.document
FROM withdrawal_refusal r
WHERE r.user_id = :user_id
  AND r.consent_id = :consent_id --@ one
ORDER BY r.consent_id, r.n
