-- What a person answered to surveys, each as long as its own consent stands and, where the reading rests on that, as far
-- as the version of the policy that it was given under allows.
SELECT a.user_id, a.consent_id
     , a.consent_id AS consent                                                                       --@ SurveyAnswer.consent
     , CASE WHEN o.readable & category_bit('SURVEY') <> 0 THEN c.survey END AS survey                --@ SurveyAnswer.survey
     , CASE WHEN o.readable & category_bit('SURVEY') <> 0 THEN c.survey_version END AS version       --@ SurveyAnswer.version
     , CASE WHEN o.readable & category_bit('SURVEY') <> 0 THEN a.answered_at END AS answered_at      --@ SurveyAnswer.answeredAt
     , CASE WHEN o.readable & category_bit('SURVEY') <> 0 THEN a.kept_until END AS kept_until        --@ SurveyAnswer.keptUntil
     , CASE WHEN o.readable & category_bit('SURVEY') <> 0 THEN a.field END AS field                  --@ SurveyFieldAnswer.field
     , CASE WHEN o.readable & category_bit('SURVEY') <> 0 THEN a.value END AS value                  --@ SurveyFieldAnswer.values
     , coalesce(k.version, 0) AS "key.version", coalesce(k.epoch, 0) AS "key.epoch", k.wrapped AS "key.wrapped" --@ SurveyFieldAnswer.values
FROM survey_answer a
JOIN consent c ON c.user_id = a.user_id AND c.id = a.consent_id
LEFT JOIN policy_rule v ON v.version = c.policy_version AND v.audience = :audience AND v.purpose = :purpose AND v.basis = c.basis --@ consented
CROSS JOIN LATERAL (SELECT CAST(:readable AS bigint) & c.covers & coalesce(v.full_bits, 0) AS readable) o --@ consented
CROSS JOIN (SELECT CAST(:readable AS bigint) AS readable) o                                          --@ law
LEFT JOIN data_key k ON k.user_id = a.user_id AND k.key_group = 'SURVEY' AND o.readable & category_bit('SURVEY') <> 0 --@ SurveyFieldAnswer.values
WHERE a.user_id = :user_id AND o.readable & category_bit('SURVEY') <> 0
  AND c.basis = 'SURVEY_CONSENT' AND c.withdrawn_at IS NULL AND c.expires_at > :now
ORDER BY c.given_at DESC, c.id, a.n
