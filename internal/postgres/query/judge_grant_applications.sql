-- What becomes of each imported application. What the person typed, choices and quotas, stays; if the import has others, the
-- row is rejected (TYPED). How the application went on is not typed by anybody.
WITH judged AS (
    SELECT s.n, coalesce(g.id, s.id) AS id
         , CASE WHEN g.id IS NULL THEN 'NEW'
                WHEN g.source = 'TYPED' AND NOT h.chosen THEN 'TYPED'
                WHEN h.chosen AND (g.status, g.award_programme, g.award_university, g.award_priority, g.award_quota)
                     IS NOT DISTINCT FROM (s.status, s.award_programme, s.award_university, s.award_priority, s.award_quota) THEN 'SAME'
                ELSE 'CHANGED' END AS fate
    FROM staged_grant_application s
    LEFT JOIN LATERAL (SELECT * FROM grant_application g WHERE g.user_id = s.user_id AND g.year = s.year OFFSET 0) g ON true
    CROSS JOIN LATERAL (
        SELECT g.quotas @> s.quotas AND g.quotas <@ s.quotas
           AND coalesce(array_agg(h.programme ORDER BY h.priority), '{}') = s.programmes
           AND coalesce(array_agg(h.university ORDER BY h.priority), '{}') = s.universities AS chosen
        FROM grant_choice h WHERE h.user_id = g.user_id AND h.application_id = g.id
    ) h
)
UPDATE staged_grant_application s SET id = j.id, fate = j.fate FROM judged j WHERE j.n = s.n RETURNING s.n, s.fate
