-- The data keys of one person, or those of a group of many.
SELECT k.user_id, k.key_group, k.version, k.epoch, k.wrapped FROM data_key k
WHERE k.user_id = :user_id                                   --@ one
WHERE k.user_id = ANY (:users) AND k.key_group = :key_group  --@ many
