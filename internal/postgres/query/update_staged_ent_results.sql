-- The results of a batch that changed; what a row says nothing of stays.
UPDATE ent_result r SET year = s.year, session = s.session, total = s.total, subjects = s.subjects, scores = s.scores
     , language = s.language, test_date = coalesce(s.test_date, r.test_date), place = coalesce(s.place, r.place)
     , testee_code = coalesce(s.testee_code, r.testee_code)
     , testee_code_index_a = CASE WHEN s.testee_code IS NULL THEN r.testee_code_index_a ELSE s.testee_code_index_a END
     , testee_code_index_b = CASE WHEN s.testee_code IS NULL THEN r.testee_code_index_b ELSE s.testee_code_index_b END
     , source = :source, recorded_at = :now
FROM staged_ent_result s WHERE s.fate = 'CHANGED' AND r.user_id = s.user_id AND r.id = s.id
