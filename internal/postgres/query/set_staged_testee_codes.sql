-- The testee codes of a batch that are to be written, sealed.
UPDATE staged_ent_result s SET testee_code = q.value
FROM unnest(CAST(:ns AS integer[]), CAST(:values AS bytea[])) AS q (n, value) WHERE s.n = q.n
