-- What hangs on each person of p (user_id, readable, university), a row for each thing: a result of the ENT, or a grant
-- application with one choice or one change of its status. A row of one kind has NULL for all others, which is what a
-- full join on nothing makes. p.readable is what may be read of the person; a university is shown an award only if it is its
-- own. Results go by their n, the latest first: a number made of what ENT_RESULT shows, and where that is the same of the id's
-- beginning, so that nothing is sorted person by person.
SELECT * FROM (                                                                                                  --@ User.entResults User.grantApplications
    SELECT (CAST(r.year * 10000 + array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], r.session) * 1000 + r.total AS bigint) << 32) --@ User.entResults
         - CAST(CAST('x' || left(CAST(r.id AS text), 8) AS bit(32)) AS bigint) AS "result.n"                     --@ User.entResults
         , r.id AS "result.id"                                                                                   --@ EntResult.id
         , r.source AS "result.source"                                                                           --@ EntResult.source
         , r.recorded_at AS "result.recorded_at"                                                                 --@ EntResult.recordedAt
         , CASE WHEN p.readable & category_bit('ENT_RESULT') <> 0 THEN r.year END AS "result.year"               --@ EntResult.year
         , CASE WHEN p.readable & category_bit('ENT_RESULT') <> 0 THEN r.session END AS "result.session"         --@ EntResult.session
         , CASE WHEN p.readable & category_bit('ENT_RESULT') <> 0 THEN r.total END AS "result.total"             --@ EntResult.total
         , CASE WHEN p.readable & category_bit('ENT_SCORES') <> 0 THEN r.subjects END AS "result.subjects"       --@ EntResult.scores
         , CASE WHEN p.readable & category_bit('ENT_SCORES') <> 0 THEN r.scores END AS "result.scores"           --@ EntResult.scores
         , CASE WHEN p.readable & category_bit('ENT_LANGUAGE') <> 0 THEN r.language END AS "result.language"     --@ EntResult.language
         , CASE WHEN p.readable & category_bit('ENT_DATE') <> 0 THEN r.test_date END AS "result.test_date"       --@ EntResult.testDate
         , CASE WHEN p.readable & category_bit('ENT_PLACE') <> 0 THEN r.place END AS "result.place"              --@ EntResult.place
         , CASE WHEN p.readable & category_bit('TESTEE_CODE') <> 0 THEN r.testee_code END AS "result.testee_code" --@ EntResult.testeeCode
         , k.version AS "result.exam_code.version", k.epoch AS "result.exam_code.epoch", k.wrapped AS "result.exam_code.wrapped" --@ EntResult.testeeCode
    FROM ent_result r                                                                                            --@ User.entResults
    LEFT JOIN LATERAL (SELECT * FROM data_key k WHERE k.user_id = p.user_id AND k.key_group = 'EXAM_CODE'        --@ EntResult.testeeCode
        AND p.readable & category_bit('TESTEE_CODE') <> 0 LIMIT 1) k ON true                                     --@ EntResult.testeeCode
    WHERE r.user_id = p.user_id AND p.readable & category_bit('ENT_RESULT') <> 0                                 --@ User.entResults
      AND r.id = :id                                                                                             --@ result.one
      AND r.year = CAST(:year AS integer) AND r.session = 'MAIN'                                                 --@ result.best
) r                                                                                                              --@ User.entResults
FULL JOIN (                                                                                                      --@ lists
    SELECT dense_rank() OVER (ORDER BY g.year DESC, g.id) AS "application.n"                                     --@ User.grantApplications
         , CASE WHEN p.readable & category_bit('GRANT_RESULT') <> 0 THEN g.year END AS "application.year"        --@ GrantApplication.year
         , CASE WHEN p.readable & category_bit('GRANT_RESULT') <> 0 THEN g.status END AS "application.status"    --@ GrantApplication.status
         , CASE WHEN p.readable & category_bit('GRANT_QUOTAS') <> 0 THEN g.quotas END AS "application.quotas"    --@ GrantApplication.quotas
         , p.readable & category_bit('GRANT_RESULT') <> 0 AND w.shown AND g.award_university IS NOT NULL AS "application.awarded" --@ GrantApplication.award
         , CASE WHEN p.readable & category_bit('GRANT_RESULT') <> 0 AND w.shown THEN g.award_programme END AS "application.award_programme" --@ GrantAward.programme
         , CASE WHEN p.readable & category_bit('GRANT_RESULT') <> 0 AND w.shown THEN g.award_university END AS "application.award_university" --@ GrantAward.university
         , CASE WHEN p.readable & category_bit('GRANT_APPLICATION') <> 0 AND w.shown THEN g.award_priority END AS "application.award_priority" --@ GrantAward.priority
         , CASE WHEN p.readable & category_bit('GRANT_QUOTAS') <> 0 AND w.shown THEN g.award_quota END AS "application.award_quota" --@ GrantAward.quota
         , g.source AS "application.source"                                                                      --@ GrantApplication.source
         , g.recorded_at AS "application.recorded_at"                                                            --@ GrantApplication.recordedAt
         , d.*                                                                                                   --@ GrantApplication.choices GrantApplication.history
    FROM grant_application g                                                                                     --@ User.grantApplications
    CROSS JOIN LATERAL (SELECT p.university IS NULL OR g.award_university = p.university AS shown) w             --@ User.grantApplications
    LEFT JOIN LATERAL (                                                                                          --@ GrantApplication.choices GrantApplication.history
        SELECT * FROM (                                                                                          --@ GrantApplication.choices GrantApplication.history
            SELECT h.priority AS "choice.n"                                                                      --@ GrantApplication.choices
                 , CASE WHEN p.readable & category_bit('GRANT_APPLICATION') <> 0 THEN h.priority END AS "choice.priority" --@ GrantChoice.priority
                 , CASE WHEN p.readable & category_bit('GRANT_APPLICATION') <> 0 THEN h.programme END AS "choice.programme" --@ GrantChoice.programme
                 , CASE WHEN p.readable & category_bit('GRANT_APPLICATION') <> 0 THEN h.university END AS "choice.university" --@ GrantChoice.university
            FROM grant_choice h WHERE h.user_id = p.user_id AND h.application_id = g.id                          --@ GrantApplication.choices
              AND p.readable & category_bit('GRANT_APPLICATION') <> 0                                            --@ GrantApplication.choices
        ) h                                                                                                      --@ GrantApplication.choices
        FULL JOIN (                                                                                              --@ details
            SELECT e.n AS "change.n"                                                                             --@ GrantApplication.history
                 , CASE WHEN p.readable & category_bit('GRANT_RESULT') <> 0 THEN e.status END AS "change.status" --@ GrantStatusChange.status
                 , CASE WHEN p.readable & category_bit('GRANT_RESULT') <> 0 THEN e.at END AS "change.at"         --@ GrantStatusChange.at
            FROM grant_status_event e WHERE e.user_id = p.user_id AND e.application_id = g.id                    --@ GrantApplication.history
              AND p.readable & category_bit('GRANT_RESULT') <> 0                                                 --@ GrantApplication.history
        ) e                                                                                                      --@ GrantApplication.history
        ON false                                                                                                 --@ details
    ) d ON true                                                                                                  --@ GrantApplication.choices GrantApplication.history
    WHERE g.user_id = p.user_id AND p.readable & category_bit('GRANT_RESULT') <> 0                               --@ User.grantApplications
      AND g.id = :id                                                                                             --@ application.one
) g                                                                                                              --@ User.grantApplications
ON false                                                                                                         --@ lists
