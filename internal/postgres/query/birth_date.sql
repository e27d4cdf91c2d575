-- When a person was born.
SELECT a.birth_date FROM applicant a WHERE a.user_id = :user_id
