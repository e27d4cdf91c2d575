-- Let a session that has not ended go on.
UPDATE session SET used_at = :now, expires_at = :expires_at
WHERE user_id = :user_id AND session_id = :session_id AND ended_at IS NULL AND expires_at > :now
RETURNING session_id
