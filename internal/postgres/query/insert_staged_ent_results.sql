-- The results of a batch that are new.
INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language, test_date, place,
    testee_code, testee_code_index_a, testee_code_index_b, source, recorded_at)
SELECT s.user_id, s.id, s.year, s.session, s.total, s.subjects, s.scores, s.language, s.test_date, s.place,
    s.testee_code, s.testee_code_index_a, s.testee_code_index_b, :source, CAST(:now AS timestamptz)
FROM staged_ent_result s WHERE s.fate = 'NEW'
