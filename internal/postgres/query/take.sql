-- Take one from a bucket, unless it is empty: refused_until is then when there is one again, else NULL.
INSERT INTO rate_limit AS r (bucket, due) VALUES (:bucket, CAST(:now AS timestamptz) + make_interval(secs => :each))
ON CONFLICT (bucket) DO UPDATE SET (due, refused_until) = (
    SELECT CASE WHEN next <= full_at THEN next ELSE r.due END, CASE WHEN next > full_at THEN CAST(:now AS timestamptz) + (next - full_at) END
    FROM (SELECT greatest(r.due, :now) + make_interval(secs => :each) AS next, CAST(:now AS timestamptz) + make_interval(secs => :whole) AS full_at) AS t)
RETURNING r.refused_until
