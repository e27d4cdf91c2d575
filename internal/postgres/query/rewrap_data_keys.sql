-- Data keys, wrapped anew.
UPDATE data_key k SET epoch = :epoch, wrapped = n.wrapped
FROM unnest(CAST(:users AS uuid[]), CAST(:groups AS text[]), CAST(:wrapped AS bytea[])) AS n (user_id, key_group, wrapped)
WHERE k.user_id = n.user_id AND k.key_group = n.key_group
