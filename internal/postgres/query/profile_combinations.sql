-- The combinations of profile subjects.
SELECT p.code, p.subjects, p.name_ru, p.name_kk FROM profile_combination p ORDER BY p.code
