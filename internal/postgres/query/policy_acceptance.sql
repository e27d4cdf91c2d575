-- What text of the policy a person consented to, and what that covers, or many people: the one given last that stands, to
-- whichever version.
SELECT DISTINCT ON (c.user_id) c.user_id, c.scopes, c.policy_version, c.language FROM consent c
WHERE c.basis = 'POLICY_CONSENT'
  AND c.user_id = :user_id     --@ one
  AND c.user_id = ANY (:users) --@ many
  AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now
ORDER BY c.user_id, c.given_at DESC, c.policy_version DESC
