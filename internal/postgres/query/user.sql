-- One person, read by themselves, with what hangs on them. The record decides what of it is shown.
SELECT p.*
     , x.*                                                                                                       --@ User.entResults User.grantApplications
FROM (
SELECT a.user_id, CAST(:readable AS bigint) AS readable
     , CAST(NULL AS text) AS university                                                                          --@ User.grantApplications
     , (SELECT max(n.version) FROM policy_version n WHERE n.effective_from <= :now) AS in_force
     , ik.version AS "identity.version", ik.epoch AS "identity.epoch", ik.wrapped AS "identity.wrapped"          --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
     , ck.version AS "contact.version", ck.epoch AS "contact.epoch", ck.wrapped AS "contact.wrapped"             --@ User.phone User.email User.address
     , a.family_name                                                                                             --@ User.familyName
     , a.given_name                                                                                              --@ User.givenName
     , a.patronymic                                                                                              --@ User.patronymic
     , a.iin                                                                                                     --@ User.iin
     , a.birth_date                                                                                              --@ User.birthDate
     , a.sex                                                                                                     --@ User.sex
     , a.phone                                                                                                   --@ User.phone
     , a.email                                                                                                   --@ User.email
     , a.profile_subjects                                                                                        --@ User.profileSubjects
     , a.region                                                                                                  --@ User.region
     , a.address                                                                                                 --@ User.address
FROM applicant a
LEFT JOIN data_key ik ON ik.user_id = a.user_id AND ik.key_group = 'IDENTITY'                                    --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
LEFT JOIN data_key ck ON ck.user_id = a.user_id AND ck.key_group = 'CONTACT'                                     --@ User.phone User.email User.address
WHERE a.user_id = :user_id
) p
LEFT JOIN LATERAL (                                                                                              --@ User.entResults User.grantApplications
--+ lists
) x ON true                                                                                                      --@ User.entResults User.grantApplications
ORDER BY p.user_id
 , x."result.n" DESC NULLS LAST                                                                                  --@ User.entResults
 , x."application.n"                                                                                             --@ User.grantApplications
 , x."choice.n"                                                                                                  --@ GrantApplication.choices
 , x."change.n"                                                                                                  --@ GrantApplication.history
