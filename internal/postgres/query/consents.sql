-- A person's consents, the latest first, as they stand: all of them, or one.
-- A term that is over has expired, whether or not that has been written down.
SELECT c.user_id, c.id, c.basis, c.university, c.survey, c.survey_version, c.covers, c.scopes, c.abroad, c.policy_version, c.language
     , c.given_at, c.expires_at, c.withdrawn_at
     , CASE WHEN c.withdrawn_at IS NOT NULL AND c.state IN ('GIVEN', 'RENEWED', 'EXPIRED') THEN 'WITHDRAWN'
            WHEN c.withdrawn_at IS NULL AND c.expires_at <= :now THEN 'EXPIRED' ELSE c.state END AS state
     , c.state = 'EXPIRED' AS closed
     , c.receipt IS NOT NULL AS kept --@ receipt
     , c.receipt --@ ConsentReceipt.jws ConsentReceipt.json
     , coalesce(k.version, 0) AS "identity.version", coalesce(k.epoch, 0) AS "identity.epoch", k.wrapped AS "identity.wrapped" --@ ConsentReceipt.jws ConsentReceipt.json
FROM consent c
LEFT JOIN data_key k ON k.user_id = c.user_id AND k.key_group = 'IDENTITY' --@ ConsentReceipt.jws ConsentReceipt.json
WHERE c.user_id = :user_id
  AND c.id = :consent_id --@ one
ORDER BY c.given_at DESC, c.id
