-- What the version of the policy that a person consented to last, while that stands, lets an audience read for a purpose.
SELECT coalesce(r.full_bits, 0) AS full_bits, coalesce(r.masked_bits, 0) AS masked_bits
FROM consent c
LEFT JOIN policy_rule r ON r.version = c.policy_version AND r.audience = :audience AND r.purpose = :purpose AND r.basis = c.basis
WHERE c.user_id = :user_id AND c.basis = 'POLICY_CONSENT'
  AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now
ORDER BY c.given_at DESC, c.policy_version DESC
LIMIT 1
