-- Remove the choices of the applications of a batch that changed, before others take their place.
DELETE FROM grant_choice h USING staged_grant_application s WHERE s.fate = 'CHANGED' AND h.user_id = s.user_id AND h.application_id = s.id
