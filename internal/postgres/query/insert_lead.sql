-- The lead that stands on a consent: a new one, or the same with what was asked anew.
INSERT INTO lead (user_id, university, id, consent_id, requested_at, programme, preferred_language)
VALUES (:user_id, :university, :lead_id, :consent_id, :now, :programme, :language)
ON CONFLICT (user_id, consent_id) DO UPDATE
SET programme = coalesce(excluded.programme, lead.programme), preferred_language = coalesce(excluded.preferred_language, lead.preferred_language)
