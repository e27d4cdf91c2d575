-- Where a university with an agreement in force keeps what it reads: abroad, if one of its clients does.
SELECT c.hosting_country FROM client c
WHERE c.university = :university AND c.audience = 'UNIVERSITY' AND NOT c.disabled
  AND c.agreement_from <= :now AND (c.agreement_to IS NULL OR c.agreement_to > :now)
ORDER BY c.hosting_country = 'KZ', c.hosting_country
LIMIT 1
