-- The data keys of people: all of theirs, or those of a group.
SELECT k.user_id, k.key_group, k.version, k.epoch, k.wrapped
FROM unnest(CAST(:users AS uuid[])) AS q (user_id)
CROSS JOIN LATERAL (
    SELECT k.user_id, k.key_group, k.version, k.epoch, k.wrapped FROM data_key k
    WHERE k.user_id = q.user_id
      AND k.key_group = :key_group --@ group
    OFFSET 0 -- each person by themselves, so that the cost does not grow with the number of people
) k
