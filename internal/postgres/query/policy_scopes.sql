-- What a person's consent to the policy version in force covers, while it stands.
SELECT c.scopes FROM consent c
WHERE c.user_id = :user_id AND c.basis = 'POLICY_CONSENT' AND c.withdrawn_at IS NULL AND c.expires_at > :now
  AND c.policy_version = (SELECT v.version FROM policy_version v WHERE v.effective_from <= :now ORDER BY v.version DESC LIMIT 1)
LIMIT 1
