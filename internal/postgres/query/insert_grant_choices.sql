-- The choices of an application, the first first.
INSERT INTO grant_choice (user_id, application_id, priority, programme, university)
SELECT CAST(:user_id AS uuid), CAST(:id AS uuid), c.priority, c.programme, c.university
FROM unnest(CAST(:programmes AS text[]), CAST(:universities AS text[])) WITH ORDINALITY AS c (programme, university, priority)
