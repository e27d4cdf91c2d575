-- Data keys that an earlier epoch wraps: their number, or a batch of them, held until they are wrapped anew.
SELECT count(*)                                                 --@ count
SELECT k.user_id, k.key_group, k.version, k.epoch, k.wrapped    --@ rows
FROM data_key k
WHERE k.epoch < :epoch
ORDER BY k.epoch LIMIT :limit FOR UPDATE --@ rows
