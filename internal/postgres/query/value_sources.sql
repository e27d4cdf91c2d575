-- Whence and when the values of a person's profile came.
SELECT s.column_name, s.source, s.at FROM value_source s WHERE s.user_id = :user_id ORDER BY s.column_name
