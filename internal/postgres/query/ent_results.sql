-- ENT results: of one person, or of the leads of a page as far as each lead's consent covers them.
-- The order tells nothing but what ENT_RESULT shows.
SELECT r.user_id
     , r.id                                                                                            --@ EntResult.id
     , r.source                                                                                        --@ EntResult.source
     , r.recorded_at                                                                                   --@ EntResult.recordedAt
     , CASE WHEN o.readable & category_bit('ENT_RESULT') <> 0 THEN r.year END AS year                  --@ EntResult.year
     , CASE WHEN o.readable & category_bit('ENT_RESULT') <> 0 THEN r.session END AS session            --@ EntResult.session
     , CASE WHEN o.readable & category_bit('ENT_RESULT') <> 0 THEN r.total END AS total                --@ EntResult.total
     , CASE WHEN o.readable & category_bit('ENT_SCORES') <> 0 THEN r.subjects END AS subjects          --@ EntResult.scores
     , CASE WHEN o.readable & category_bit('ENT_SCORES') <> 0 THEN r.scores END AS scores              --@ EntResult.scores
     , CASE WHEN o.readable & category_bit('ENT_LANGUAGE') <> 0 THEN r.language END AS language        --@ EntResult.language
     , CASE WHEN o.readable & category_bit('ENT_DATE') <> 0 THEN r.test_date END AS test_date          --@ EntResult.testDate
     , CASE WHEN o.readable & category_bit('ENT_PLACE') <> 0 THEN r.place END AS place                 --@ EntResult.place
     , CASE WHEN o.readable & category_bit('TESTEE_CODE') <> 0 THEN r.testee_code END AS testee_code   --@ EntResult.testeeCode
     , coalesce(k.version, 0) AS "exam_code.version", coalesce(k.epoch, 0) AS "exam_code.epoch", k.wrapped AS "exam_code.wrapped" --@ EntResult.testeeCode
FROM ent_result r
CROSS JOIN (SELECT CAST(:readable AS bigint) AS readable) o                  --@ own
JOIN lead l ON l.user_id = r.user_id                                         --@ leads
JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id              --@ leads
JOIN applicant a ON a.user_id = l.user_id                                    --@ leads
LEFT JOIN policy_rule v ON v.version = c.policy_version AND v.audience = 'UNIVERSITY' AND v.purpose = 'CONSULTATION' AND v.basis = c.basis --@ leads
CROSS JOIN LATERAL (SELECT CASE WHEN a.restricted_at IS NULL THEN c.covers & coalesce(v.full_bits | v.masked_bits, 0) ELSE 0 END AS readable) o --@ leads
LEFT JOIN data_key k ON k.user_id = r.user_id AND k.key_group = 'EXAM_CODE' AND o.readable & category_bit('TESTEE_CODE') <> 0 --@ EntResult.testeeCode
WHERE o.readable & category_bit('ENT_RESULT') <> 0
  AND r.user_id = :user_id                                                   --@ own
  AND r.id = :id                                                             --@ one
  AND r.year = CAST(:year AS integer) AND r.session = 'MAIN'                 --@ best
  AND l.university = :university AND l.id = ANY (:lead_ids)                  --@ leads
  AND c.basis = 'CONSULTATION_CONSENT' AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now --@ leads
ORDER BY r.user_id, r.year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], r.session) DESC, r.total DESC, r.id
LIMIT 1                                                                      --@ best
