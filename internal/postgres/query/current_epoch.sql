-- The epoch whose key wraps what is wrapped now; 0 where there is none yet.
SELECT coalesce(max(e.epoch), 0) FROM key_epoch e
