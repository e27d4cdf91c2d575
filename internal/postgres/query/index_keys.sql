-- The keys of the blind indexes: of all, or the one that look-ups in a column go by.
SELECT x.table_name, x.column_name, x.version, x.in_use, x.epoch, x.wrapped
FROM index_key x
WHERE x.in_use AND x.table_name = :table_name AND x.column_name = :column_name --@ in_use
ORDER BY x.table_name, x.column_name, x.version
