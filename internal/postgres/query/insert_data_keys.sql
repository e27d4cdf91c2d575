-- New data keys of a group, of many people.
INSERT INTO data_key (user_id, key_group, version, epoch, wrapped)
SELECT n.user_id, CAST(:key_group AS text), CAST(:version AS integer), CAST(:epoch AS integer), n.wrapped
FROM unnest(CAST(:users AS uuid[]), CAST(:wrapped AS bytea[])) AS n (user_id, wrapped)
