-- End a person's session, or all of theirs but one.
UPDATE session SET ended_at = :now
WHERE user_id = :user_id AND ended_at IS NULL AND expires_at > :now
  AND session_id = :session_id                              --@ one
  AND session_id IS DISTINCT FROM CAST(:session_id AS uuid) --@ others
RETURNING session_id
