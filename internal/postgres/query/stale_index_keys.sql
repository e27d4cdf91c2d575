-- The keys of blind indexes that an earlier epoch wraps.
SELECT x.table_name, x.column_name, x.version, x.in_use, x.epoch, x.wrapped FROM index_key x WHERE x.epoch < :epoch FOR UPDATE
