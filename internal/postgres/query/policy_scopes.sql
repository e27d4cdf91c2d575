-- What a person's consent to the policy covers: the one given last that stands, to whichever version.
SELECT c.scopes FROM consent c
WHERE c.user_id = :user_id AND c.basis = 'POLICY_CONSENT'
  AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now
ORDER BY c.given_at DESC, c.policy_version DESC
LIMIT 1
