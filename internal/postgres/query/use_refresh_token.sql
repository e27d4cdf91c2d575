-- Count a use of a client's refresh token. The row stays locked, so that uses at once take turns.
UPDATE refresh_token t SET uses = t.uses + 1 FROM session s
WHERE t.token_hash = :token_hash AND s.user_id = t.user_id AND s.session_id = t.session_id AND s.client_id = :client_id
RETURNING t.user_id, t.session_id, t.uses
