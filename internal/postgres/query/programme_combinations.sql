-- The combinations of profile subjects that each programme asks for.
SELECT c.programme, array_agg(c.combination ORDER BY c.combination) AS combinations
FROM programme_combination c GROUP BY c.programme
