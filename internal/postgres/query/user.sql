-- One person, read by themselves.
SELECT a.user_id
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
WHERE a.user_id = :user_id
