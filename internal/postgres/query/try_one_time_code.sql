-- Try a code: look at it as often as it may be looked at, and use it up if it is right.
UPDATE one_time_code SET tries = tries + 1, used_at = CASE WHEN code_hash = CAST(:code_hash AS bytea) THEN CAST(:now AS timestamptz) END
WHERE code_id = :code_id AND used_at IS NULL AND tries < :most AND expires_at > :now
RETURNING used_at IS NOT NULL
