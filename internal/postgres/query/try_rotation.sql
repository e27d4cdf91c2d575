-- Whether this session is the only one that rotates keys, and will be until it ends.
SELECT pg_try_advisory_lock(7391067)
