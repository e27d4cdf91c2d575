-- A code that is being sent.
INSERT INTO one_time_code (code_id, code_hash, expires_at) VALUES (:code_id, :code_hash, :expires_at)
