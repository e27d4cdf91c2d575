-- From now on look-ups go by this key.
UPDATE index_key SET in_use = true WHERE table_name = :table_name AND column_name = :column_name AND version = :version
