-- A client of the API by its id.
SELECT c.client_id, c.audience, c.purposes, coalesce(c.university, '') AS university, c.agreement_from, c.agreement_to, c.disabled
FROM client c
WHERE c.client_id = :client_id
