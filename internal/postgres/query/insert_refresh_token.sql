-- The youngest refresh token of a session.
INSERT INTO refresh_token (token_hash, user_id, session_id) VALUES (:token_hash, :user_id, :session_id)
