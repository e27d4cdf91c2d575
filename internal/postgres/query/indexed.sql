-- Rows that a blind index still has, a batch of them, held until it has not, in the order of lock_people.
SELECT t.user_id, t.user_id AS id                               --@ from.applicant
SELECT t.user_id, t.id                                          --@ from.ent_result
FROM applicant t                                                --@ from.applicant
FROM ent_result t                                               --@ from.ent_result
WHERE t.iin_index_a IS NOT NULL                                 --@ applicant.iin.a
WHERE t.iin_index_b IS NOT NULL                                 --@ applicant.iin.b
WHERE t.phone_index_a IS NOT NULL                               --@ applicant.phone.a
WHERE t.phone_index_b IS NOT NULL                               --@ applicant.phone.b
WHERE t.email_index_a IS NOT NULL                               --@ applicant.email.a
WHERE t.email_index_b IS NOT NULL                               --@ applicant.email.b
WHERE t.testee_code_index_a IS NOT NULL                         --@ ent_result.testee_code.a
WHERE t.testee_code_index_b IS NOT NULL                         --@ ent_result.testee_code.b
ORDER BY user_id, id LIMIT :limit FOR UPDATE
