-- The receipt of a consent.
UPDATE consent SET receipt = CAST(:receipt AS bytea) WHERE user_id = :user_id AND id = :consent_id
