-- A person's answers to the questions of a survey, in its order.
INSERT INTO survey_answer (user_id, consent_id, n, field, value, answered_at, kept_until)
SELECT CAST(:user_id AS uuid), CAST(:consent_id AS uuid), q.n, q.field, q.value, CAST(:now AS timestamptz), CAST(:until AS timestamptz)
FROM unnest(CAST(:fields AS text[]), CAST(:values AS bytea[])) WITH ORDINALITY AS q (field, value, n)
