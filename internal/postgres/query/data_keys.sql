-- The data keys of one person.
SELECT k.key_group, k.version, k.epoch, k.wrapped FROM data_key k WHERE k.user_id = :user_id
