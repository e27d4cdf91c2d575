-- What text of the policy a person consented to, and what that covers: the one given last that stands, to whichever version.
SELECT c.scopes, c.policy_version, c.language FROM consent c
WHERE c.user_id = :user_id AND c.basis = 'POLICY_CONSENT'
  AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now
ORDER BY c.given_at DESC, c.policy_version DESC
LIMIT 1
