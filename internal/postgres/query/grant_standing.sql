-- What an application of a person stands on: their profile subjects, and the status of the one that there is.
SELECT a.profile_subjects, coalesce(g.status, '') AS status FROM applicant a
LEFT JOIN grant_application g ON g.user_id = a.user_id AND g.year = CAST(:year AS integer)
WHERE a.user_id = :user_id
