-- What a person changes of their profile.
UPDATE applicant SET updated_at = :now
     , family_name = CAST(:family_name AS bytea) --@ family_name
     , given_name = CAST(:given_name AS bytea)   --@ given_name
     , patronymic = CAST(:patronymic AS bytea)   --@ patronymic
     , iin = CAST(:iin AS bytea), iin_index_a = :iin_index_a, iin_index_b = :iin_index_b --@ iin
     , birth_date = CAST(:birth_date AS bytea)   --@ birth_date
     , sex = :sex                                --@ sex
     , email = CAST(:email AS bytea), email_index_a = :email_index_a, email_index_b = :email_index_b --@ email
     , profile_subjects = :profile_subjects      --@ profile_subjects
     , region = :region                          --@ region
     , address = CAST(:address AS bytea)         --@ address
WHERE user_id = :user_id
