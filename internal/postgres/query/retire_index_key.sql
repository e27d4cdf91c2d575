-- The end of a key that another version takes the place of.
DELETE FROM index_key WHERE table_name = :table_name AND column_name = :column_name AND version < :version
