-- The person whose value a blind index has.
SELECT a.user_id FROM applicant a WHERE a.iin_index_a = :index                 --@ applicant.iin.a
SELECT a.user_id FROM applicant a WHERE a.iin_index_b = :index                 --@ applicant.iin.b
SELECT a.user_id FROM applicant a WHERE a.phone_index_a = :index               --@ applicant.phone.a
SELECT a.user_id FROM applicant a WHERE a.phone_index_b = :index               --@ applicant.phone.b
SELECT a.user_id FROM applicant a WHERE a.email_index_a = :index               --@ applicant.email.a
SELECT a.user_id FROM applicant a WHERE a.email_index_b = :index               --@ applicant.email.b
SELECT DISTINCT r.user_id FROM ent_result r WHERE r.testee_code_index_a = :index --@ ent_result.testee_code.a
SELECT DISTINCT r.user_id FROM ent_result r WHERE r.testee_code_index_b = :index --@ ent_result.testee_code.b
