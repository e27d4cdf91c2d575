-- A result of the ENT that a person adds.
INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language, test_date, place,
    testee_code, testee_code_index_a, testee_code_index_b, source, recorded_at)
VALUES (:user_id, :id, :year, :session, :total, :subjects, :scores, :language, :test_date, :place,
    CAST(:testee_code AS bytea), :testee_code_index_a, :testee_code_index_b, :source, :now)
