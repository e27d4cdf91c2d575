-- The choices of the applications of a batch that are new or changed, the first first.
INSERT INTO grant_choice (user_id, application_id, priority, programme, university)
SELECT s.user_id, s.id, c.priority, c.programme, c.university
FROM staged_grant_application s
CROSS JOIN unnest(s.programmes, s.universities) WITH ORDINALITY AS c (programme, university, priority)
WHERE s.fate IN ('NEW', 'CHANGED')
