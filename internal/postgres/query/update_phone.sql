-- The number that a person signs in with.
UPDATE applicant SET phone = CAST(:phone AS bytea), phone_index_a = :phone_index_a, phone_index_b = :phone_index_b, updated_at = :now
WHERE user_id = :user_id
