-- The programmes that ask for a person's profile subjects, where these may be read.
SELECT p.programme FROM applicant a
JOIN profile_combination c ON c.subjects @> a.profile_subjects AND c.subjects <@ a.profile_subjects
JOIN programme_combination p ON p.combination = c.code
WHERE a.user_id = :user_id AND CAST(:readable AS bigint) & category_bit('PROFILE_SUBJECTS') <> 0
ORDER BY p.programme
