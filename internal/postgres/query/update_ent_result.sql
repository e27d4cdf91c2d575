-- A result of the ENT that a person writes anew; no row where they have none of that id.
UPDATE ent_result SET year = :year, session = :session, total = :total, subjects = :subjects, scores = :scores
     , language = :language, test_date = :test_date, place = :place
     , testee_code = CAST(:testee_code AS bytea), testee_code_index_a = :testee_code_index_a, testee_code_index_b = :testee_code_index_b
     , source = :source, recorded_at = :now
WHERE user_id = :user_id AND id = :id
RETURNING id
