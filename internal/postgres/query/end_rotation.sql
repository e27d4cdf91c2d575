-- Let another session rotate keys.
SELECT pg_advisory_unlock(7391067)
