-- A batch of imported applications.
COPY staged_grant_application (n, user_id, id, year, status, quotas, programmes, universities,
    award_programme, award_university, award_priority, award_quota) FROM STDIN
