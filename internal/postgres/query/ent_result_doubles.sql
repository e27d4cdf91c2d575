-- What keeps a result from being written: how many others the person has, and whether one is of the same sitting
-- or has the same testee code.
SELECT count(*) AS others
     , coalesce(bool_or(r.year = :year AND r.session = :session AND r.test_date IS NOT DISTINCT FROM CAST(:test_date AS date)), false) AS sitting
     , coalesce(bool_or(r.testee_code_index_a = :testee_code_index_a OR r.testee_code_index_b = :testee_code_index_b), false) AS code
FROM ent_result r WHERE r.user_id = :user_id AND r.id <> :id
