-- Hold the results of the people of a batch against a blind index that is made anew, in the order in which that holds them.
SELECT r.id FROM ent_result r WHERE r.user_id IN (SELECT s.user_id FROM staged_ent_result s) ORDER BY r.user_id, r.id FOR UPDATE
