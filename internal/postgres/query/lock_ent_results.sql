-- Hold the results of the people of a batch against a blind index that is made anew, in the order in which that holds them.
SELECT r.id
FROM (SELECT DISTINCT s.user_id FROM staged_ent_result s ORDER BY s.user_id) s
CROSS JOIN LATERAL (SELECT r.id FROM ent_result r WHERE r.user_id = s.user_id ORDER BY r.id FOR UPDATE) r
