-- Values that are not in a blind index yet: their number, or a batch of them, held until they are. Rows are held in the
-- order of lock_people.
SELECT count(*)                                                 --@ count
SELECT t.user_id, t.user_id AS id, t.iin AS value               --@ applicant.iin
SELECT t.user_id, t.user_id AS id, t.phone AS value             --@ applicant.phone
SELECT t.user_id, t.user_id AS id, t.email AS value             --@ applicant.email
SELECT t.user_id, t.id, t.testee_code AS value                  --@ ent_result.testee_code
     , coalesce(k.version, 0) AS "key.version", coalesce(k.epoch, 0) AS "key.epoch", k.wrapped AS "key.wrapped" --@ rows
FROM applicant t                                                --@ from.applicant
FROM ent_result t                                               --@ from.ent_result
LEFT JOIN data_key k ON k.user_id = t.user_id AND k.key_group = :key_group --@ rows
WHERE t.iin IS NOT NULL AND t.iin_index_a IS NULL                 --@ applicant.iin.a
WHERE t.iin IS NOT NULL AND t.iin_index_b IS NULL                 --@ applicant.iin.b
WHERE t.phone IS NOT NULL AND t.phone_index_a IS NULL             --@ applicant.phone.a
WHERE t.phone IS NOT NULL AND t.phone_index_b IS NULL             --@ applicant.phone.b
WHERE t.email IS NOT NULL AND t.email_index_a IS NULL             --@ applicant.email.a
WHERE t.email IS NOT NULL AND t.email_index_b IS NULL             --@ applicant.email.b
WHERE t.testee_code IS NOT NULL AND t.testee_code_index_a IS NULL --@ ent_result.testee_code.a
WHERE t.testee_code IS NOT NULL AND t.testee_code_index_b IS NULL --@ ent_result.testee_code.b
ORDER BY user_id, id LIMIT :limit FOR UPDATE OF t                 --@ rows
