-- A new key of a blind index.
INSERT INTO index_key (table_name, column_name, version, in_use, epoch, wrapped)
VALUES (:table_name, :column_name, :version, :in_use, :epoch, :wrapped)
