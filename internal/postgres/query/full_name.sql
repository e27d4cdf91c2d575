-- What a person's name is made of.
SELECT a.family_name, a.given_name, a.patronymic FROM applicant a WHERE a.user_id = :user_id
