-- Whence and when the values of a profile came.
INSERT INTO value_source (user_id, column_name, source, at)
SELECT CAST(:user_id AS uuid), c, :source, CAST(:now AS timestamptz) FROM unnest(CAST(:columns AS text[])) AS c
ON CONFLICT (user_id, column_name) DO UPDATE SET source = excluded.source, at = excluded.at
