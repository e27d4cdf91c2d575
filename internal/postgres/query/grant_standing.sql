-- What applications of people, each for a year, stand on: the profile subjects, and the status of the one that there
-- is. Where the profile of a person tells no profile subjects, an import goes by the last two subjects of their latest result.
SELECT q.n, coalesce(g.status, '') AS status
     , a.profile_subjects                                          --@ typed
     , coalesce(a.profile_subjects, (                              --@ imported
           SELECT ARRAY[r.subjects[cardinality(r.subjects) - 1], r.subjects[cardinality(r.subjects)]] FROM ent_result r WHERE r.user_id = a.user_id AND r.year <= q.year --@ imported
           ORDER BY r.year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], r.session) DESC, r.total DESC, r.id LIMIT 1 --@ imported
       )) AS profile_subjects                                      --@ imported
FROM unnest(CAST(:users AS uuid[]), CAST(:years AS integer[])) WITH ORDINALITY AS q (user_id, year, n)
JOIN applicant a ON a.user_id = q.user_id
LEFT JOIN grant_application g ON g.user_id = q.user_id AND g.year = q.year
