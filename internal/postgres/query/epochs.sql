-- The epochs, with how many keys each wraps.
SELECT e.epoch, e.created_at, e.check_value
     , (SELECT count(*) FROM data_key k WHERE k.epoch = e.epoch) AS data_keys
     , (SELECT count(*) FROM index_key x WHERE x.epoch = e.epoch) AS index_keys
FROM key_epoch e
ORDER BY e.epoch
