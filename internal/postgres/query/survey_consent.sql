-- How a person's consents to surveys stand towards one reader: of those that stand the one that lets most be read, or
-- else the one that ended last. Each lets be read what the version of the policy that it was given under allows.
SELECT c.covers, coalesce(v.full_bits, 0) AS full_bits, coalesce(v.masked_bits, 0) AS masked_bits
     , c.withdrawn_at IS NOT NULL AS withdrawn, c.expires_at <= :now AS expired
FROM consent c
LEFT JOIN policy_rule v ON v.version = c.policy_version AND v.audience = :audience AND v.purpose = :purpose AND v.basis = c.basis
WHERE c.user_id = :user_id AND c.basis = 'SURVEY_CONSENT'
ORDER BY c.withdrawn_at IS NULL AND c.expires_at > :now DESC
     , c.withdrawn_at IS NULL AND c.expires_at > :now AND c.covers & coalesce(v.full_bits, 0) & category_bit('SURVEY') <> 0 DESC
     , c.ends_at DESC, c.id
LIMIT 1
