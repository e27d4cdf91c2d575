-- The universities.
SELECT u.code, u.name_ru, u.name_kk, coalesce(u.region, '') AS region FROM university u ORDER BY u.code
