-- A session that begins.
INSERT INTO session (session_id, user_id, client_id, created_at, used_at, expires_at)
VALUES (:session_id, :user_id, :client_id, :now, :now, :expires_at)
