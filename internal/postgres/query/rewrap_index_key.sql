-- A key of a blind index, wrapped anew.
UPDATE index_key SET epoch = :epoch, wrapped = :wrapped WHERE table_name = :table_name AND column_name = :column_name AND version = :version
