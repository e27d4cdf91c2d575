-- The applications of a batch that changed.
UPDATE grant_application g SET status = s.status, quotas = s.quotas, award_programme = s.award_programme, award_university = s.award_university
     , award_priority = s.award_priority, award_quota = s.award_quota, source = :source, recorded_at = :now
FROM staged_grant_application s WHERE s.fate = 'CHANGED' AND g.user_id = s.user_id AND g.id = s.id
