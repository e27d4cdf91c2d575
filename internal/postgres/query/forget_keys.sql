-- Tell every instance to forget all keys that it has unwrapped.
SELECT pg_notify('data_key', '')
