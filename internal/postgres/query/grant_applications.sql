-- Grant applications: of one person, or of the leads of a page as far as each lead's consent covers them.
-- A university is shown an award only if it is its own.
SELECT g.user_id, g.id
     , CASE WHEN o.readable & category_bit('GRANT_RESULT') <> 0 THEN g.year END AS year                            --@ GrantApplication.year
     , CASE WHEN o.readable & category_bit('GRANT_RESULT') <> 0 THEN g.status END AS status                        --@ GrantApplication.status
     , CASE WHEN o.readable & category_bit('GRANT_QUOTAS') <> 0 THEN g.quotas END AS quotas                        --@ GrantApplication.quotas
     , o.readable & category_bit('GRANT_RESULT') <> 0 AND w.award_university IS NOT NULL AS awarded                --@ GrantApplication.award
     , CASE WHEN o.readable & category_bit('GRANT_RESULT') <> 0 THEN w.award_programme END AS award_programme      --@ GrantAward.programme
     , CASE WHEN o.readable & category_bit('GRANT_RESULT') <> 0 THEN w.award_university END AS award_university    --@ GrantAward.university
     , CASE WHEN o.readable & category_bit('GRANT_APPLICATION') <> 0 THEN w.award_priority END AS award_priority   --@ GrantAward.priority
     , CASE WHEN o.readable & category_bit('GRANT_QUOTAS') <> 0 THEN w.award_quota END AS award_quota              --@ GrantAward.quota
     , g.source                                                                                                    --@ GrantApplication.source
     , g.recorded_at                                                                                               --@ GrantApplication.recordedAt
FROM grant_application g
CROSS JOIN (SELECT CAST(:readable AS bigint) AS readable) o                  --@ own
LEFT JOIN grant_application w ON w.user_id = g.user_id AND w.id = g.id       --@ own
JOIN lead l ON l.user_id = g.user_id                                         --@ leads
JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id              --@ leads
JOIN applicant a ON a.user_id = l.user_id                                    --@ leads
LEFT JOIN policy_rule v ON v.version = c.policy_version AND v.audience = 'UNIVERSITY' AND v.purpose = 'CONSULTATION' AND v.basis = c.basis --@ leads
CROSS JOIN LATERAL (SELECT CASE WHEN a.restricted_at IS NULL THEN c.covers & coalesce(v.full_bits | v.masked_bits, 0) ELSE 0 END AS readable) o --@ leads
LEFT JOIN grant_application w ON w.user_id = g.user_id AND w.id = g.id AND w.award_university = l.university --@ leads
WHERE o.readable & category_bit('GRANT_RESULT') <> 0
  AND g.user_id = :user_id                                                   --@ own
  AND g.id = :id                                                             --@ one
  AND l.university = :university AND l.id = ANY (:lead_ids)                  --@ leads
  AND c.basis = 'CONSULTATION_CONSENT' AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now --@ leads
ORDER BY g.user_id, g.year DESC, g.id
