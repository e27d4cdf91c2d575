-- Submit the application of a year, or submit it anew.
INSERT INTO grant_application (user_id, id, year, status, quotas, source, recorded_at)
VALUES (:user_id, :id, :year, :status, :quotas, :source, :now)
ON CONFLICT (user_id, year) DO UPDATE
SET status = excluded.status, quotas = excluded.quotas, source = excluded.source, recorded_at = excluded.recorded_at
RETURNING id
