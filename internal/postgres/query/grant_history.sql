-- The history of grant applications: of one person, or of the leads of a page as far as each lead's consent
-- covers them.
SELECT h.user_id, h.application_id
     , CASE WHEN o.readable & category_bit('GRANT_RESULT') <> 0 THEN h.status END AS status --@ GrantStatusChange.status
     , CASE WHEN o.readable & category_bit('GRANT_RESULT') <> 0 THEN h.at END AS at         --@ GrantStatusChange.at
FROM grant_status_event h
CROSS JOIN (SELECT CAST(:readable AS bigint) AS readable) o                  --@ own
JOIN lead l ON l.user_id = h.user_id                                         --@ leads
JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id              --@ leads
JOIN applicant a ON a.user_id = l.user_id                                    --@ leads
LEFT JOIN policy_rule v ON v.version = c.policy_version AND v.audience = 'UNIVERSITY' AND v.purpose = 'CONSULTATION' AND v.basis = c.basis --@ leads
CROSS JOIN LATERAL (SELECT CASE WHEN a.restricted_at IS NULL THEN c.covers & coalesce(v.full_bits | v.masked_bits, 0) ELSE 0 END AS readable) o --@ leads
WHERE o.readable & category_bit('GRANT_RESULT') <> 0
  AND h.user_id = :user_id                                                   --@ own
  AND h.application_id = :id                                                 --@ one
  AND l.university = :university AND l.id = ANY (:lead_ids)                  --@ leads
  AND c.basis = 'CONSULTATION_CONSENT' AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now --@ leads
ORDER BY h.user_id, h.application_id, h.n
