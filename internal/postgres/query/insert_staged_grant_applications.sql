-- The applications of a batch that are new.
INSERT INTO grant_application (user_id, id, year, status, quotas, award_programme, award_university, award_priority, award_quota, source, recorded_at)
SELECT s.user_id, s.id, s.year, s.status, s.quotas, s.award_programme, s.award_university, s.award_priority, s.award_quota, :source, CAST(:now AS timestamptz)
FROM staged_grant_application s WHERE s.fate = 'NEW'
