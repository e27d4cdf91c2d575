-- Delete the answers that stand on a consent.
DELETE FROM survey_answer WHERE user_id = :user_id AND consent_id = :consent_id
