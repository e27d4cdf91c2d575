-- The state of a person's own consent to the policy version in force, newest first.
SELECT CASE WHEN c.withdrawn_at IS NOT NULL THEN 'WITHDRAWN' WHEN c.expires_at <= :now THEN 'EXPIRED' ELSE 'VALID' END
FROM consent c
WHERE c.user_id = :user_id AND c.basis = 'POLICY_CONSENT' AND c.given_at <= :now
  AND c.policy_version = (SELECT v.version FROM policy_version v WHERE v.effective_from <= :now ORDER BY v.version DESC LIMIT 1)
ORDER BY (c.withdrawn_at IS NULL AND c.expires_at > :now) DESC, c.given_at DESC
LIMIT 1
