-- What becomes of each imported result. It is one of the person's where that is of the same session and day, or has the
-- same testee code. An empty value says nothing: it neither differs nor is written. What the person typed stays; if it
-- differs, the row is rejected (TYPED), and so it is (DOUBLE) where it is two of theirs or the same as a row before it.
WITH judged AS (
    SELECT s.n, coalesce(f.id, s.id) AS id
         , CASE WHEN f.id IS NULL THEN 'NEW'
                WHEN f.results > 1 OR row_number() OVER (PARTITION BY f.id ORDER BY s.n) > 1 THEN 'DOUBLE'
                WHEN f.typed AND f.differs THEN 'TYPED'
                WHEN f.differs OR f.adds AND NOT f.typed THEN 'CHANGED'
                ELSE 'SAME' END AS fate
    FROM staged_ent_result s
    CROSS JOIN LATERAL (
        SELECT count(*) AS results, (array_agg(r.id))[1] AS id, bool_and(coalesce(r.source = 'TYPED', false)) AS typed
             , bool_or(r.year <> s.year OR r.session <> s.session OR r.subjects <> s.subjects OR r.scores <> s.scores OR r.language <> s.language
                    OR coalesce(r.test_date <> s.test_date, false) OR coalesce(r.place <> s.place, false)
                    OR coalesce(r.testee_code_index_a <> s.testee_code_index_a, false)
                    OR coalesce(r.testee_code_index_b <> s.testee_code_index_b, false)) AS differs
             , bool_or(r.test_date IS NULL AND s.test_date IS NOT NULL OR r.place IS NULL AND s.place IS NOT NULL
                    OR r.testee_code IS NULL AND coalesce(s.testee_code_index_a, s.testee_code_index_b) IS NOT NULL) AS adds
        FROM ent_result r
        WHERE r.user_id = s.user_id
          AND (r.year = s.year AND r.session = s.session AND r.test_date IS NOT DISTINCT FROM s.test_date
            OR r.testee_code_index_a = s.testee_code_index_a OR r.testee_code_index_b = s.testee_code_index_b)
    ) f
)
UPDATE staged_ent_result s SET id = j.id, fate = j.fate FROM judged j WHERE j.n = s.n RETURNING s.n, s.fate
