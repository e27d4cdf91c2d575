-- Hold the data of the people of these IINs, by either blind index, against other writers until the end of the
-- transaction: in the order of their ids, so that two who hold many wait for each other one way.
SELECT q.n, a.user_id, a.restricted_at IS NOT NULL AS restricted
FROM unnest(CAST(:iin_index_a AS bytea[]), CAST(:iin_index_b AS bytea[])) WITH ORDINALITY AS q (a, b, n)
JOIN applicant a ON a.iin_index_a = q.a OR a.iin_index_b = q.b
ORDER BY a.user_id
FOR UPDATE OF a
