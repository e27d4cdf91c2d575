-- One person, read by themselves.
SELECT a.user_id
     , coalesce(ik.version, 0) AS "identity.version", coalesce(ik.epoch, 0) AS "identity.epoch", ik.wrapped AS "identity.wrapped" --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
     , coalesce(ck.version, 0) AS "contact.version", coalesce(ck.epoch, 0) AS "contact.epoch", ck.wrapped AS "contact.wrapped" --@ User.phone User.email User.address
     , a.family_name      --@ User.familyName
     , a.given_name       --@ User.givenName
     , a.patronymic       --@ User.patronymic
     , a.iin              --@ User.iin
     , a.birth_date       --@ User.birthDate
     , a.sex              --@ User.sex
     , a.phone            --@ User.phone
     , a.email            --@ User.email
     , a.profile_subjects --@ User.profileSubjects
     , a.region           --@ User.region
     , a.address          --@ User.address
FROM applicant a
LEFT JOIN data_key ik ON ik.user_id = a.user_id AND ik.key_group = 'IDENTITY' --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
LEFT JOIN data_key ck ON ck.user_id = a.user_id AND ck.key_group = 'CONTACT'  --@ User.phone User.email User.address
WHERE a.user_id = :user_id
