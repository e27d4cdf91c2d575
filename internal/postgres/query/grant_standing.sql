-- What applications of people, each for a year, stand on: the profile subjects, and the status of the one that there
-- is. Where the profile of a person tells no profile subjects, an import goes by the last two subjects of their latest result.
SELECT q.n, a.status
     , a.profile_subjects                                --@ typed
     , coalesce(a.profile_subjects, r.profile_subjects) AS profile_subjects --@ imported
FROM unnest(CAST(:users AS uuid[]), CAST(:years AS integer[])) WITH ORDINALITY AS q (user_id, year, n)
CROSS JOIN LATERAL (
    SELECT a.profile_subjects, coalesce(g.status, '') AS status
    FROM applicant a LEFT JOIN grant_application g ON g.user_id = a.user_id AND g.year = q.year
    WHERE a.user_id = q.user_id
    OFFSET 0 -- each by itself, so that the cost does not grow with the number of people
) a
LEFT JOIN LATERAL (                                      --@ imported
    SELECT ARRAY[r.subjects[cardinality(r.subjects) - 1], r.subjects[cardinality(r.subjects)]] AS profile_subjects --@ imported
    FROM ent_result r WHERE a.profile_subjects IS NULL AND r.user_id = q.user_id AND r.year <= q.year --@ imported
    ORDER BY r.year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], r.session) DESC, r.total DESC, r.id --@ imported
    LIMIT 1                                              --@ imported
) r ON true                                              --@ imported
