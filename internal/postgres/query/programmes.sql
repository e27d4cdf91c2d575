-- The groups of educational programmes.
SELECT p.code, p.name_ru, p.name_kk FROM programme p ORDER BY p.code
