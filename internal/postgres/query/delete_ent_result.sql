-- Remove a result of the ENT; no row where the person has none of that id.
DELETE FROM ent_result WHERE user_id = :user_id AND id = :id RETURNING id
