-- What texts of the policy people consented to, and what that covers: of each the one given last that stands, to whichever
-- version. Each is looked for by itself, so that the cost does not grow with the number of people.
SELECT c.user_id, c.scopes, c.policy_version, c.language
FROM unnest(CAST(:users AS uuid[])) AS q (user_id)
CROSS JOIN LATERAL (
    SELECT c.user_id, c.scopes, c.policy_version, c.language FROM consent c
    WHERE c.user_id = q.user_id AND c.basis = 'POLICY_CONSENT'
      AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now
    ORDER BY c.given_at DESC, c.policy_version DESC
    LIMIT 1
) c
