-- The regions of Kazakhstan.
SELECT r.code, r.name_ru, r.name_kk FROM region r ORDER BY r.code
