-- How many people have sealed values, and how many values these are.
SELECT (SELECT count(DISTINCT k.user_id) FROM data_key k) AS people
     , (SELECT count(a.family_name) + count(a.given_name) + count(a.patronymic) + count(a.iin) + count(a.birth_date)
             + count(a.phone) + count(a.email) + count(a.address) FROM applicant a)
     + (SELECT count(r.testee_code) FROM ent_result r)
     + (SELECT count(c.receipt) FROM consent c)
     + (SELECT count(*) FROM survey_answer) AS values
