-- Fill a blind index with the values of a batch, or, of empty values, empty it.
UPDATE applicant t                                              --@ from.applicant
UPDATE ent_result t                                             --@ from.ent_result
SET iin_index_a = nullif(n.value, '')                           --@ applicant.iin.a
SET iin_index_b = nullif(n.value, '')                           --@ applicant.iin.b
SET phone_index_a = nullif(n.value, '')                         --@ applicant.phone.a
SET phone_index_b = nullif(n.value, '')                         --@ applicant.phone.b
SET email_index_a = nullif(n.value, '')                         --@ applicant.email.a
SET email_index_b = nullif(n.value, '')                         --@ applicant.email.b
SET testee_code_index_a = nullif(n.value, '')                   --@ ent_result.testee_code.a
SET testee_code_index_b = nullif(n.value, '')                   --@ ent_result.testee_code.b
FROM unnest(CAST(:users AS uuid[]), CAST(:ids AS uuid[]), CAST(:values AS bytea[])) AS n (user_id, id, value)
WHERE t.user_id = n.user_id
  AND t.id = n.id                                               --@ from.ent_result
