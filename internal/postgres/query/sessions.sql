-- The sessions of a person that have not ended, the last used first.
SELECT s.session_id, c.name AS client, s.created_at, s.used_at
FROM session s JOIN client c ON c.client_id = s.client_id
WHERE s.user_id = :user_id AND s.ended_at IS NULL AND s.expires_at > :now
ORDER BY s.used_at DESC, s.session_id
