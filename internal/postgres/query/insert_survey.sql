-- A version of a survey that is published: the next one, unless the latest says the same.
INSERT INTO survey (id, version, published_at, closes_at, retention_days, definition)
SELECT CAST(:survey AS text), coalesce(max(s.version), 0) + 1, CAST(:now AS timestamptz), CAST(:closes_at AS timestamptz), CAST(:retention_days AS integer), CAST(:definition AS text)
FROM survey s
WHERE s.id = :survey
HAVING (array_agg(s.definition ORDER BY s.version DESC))[1] IS DISTINCT FROM CAST(:definition AS text)
RETURNING id, version, published_at, definition, sha256
