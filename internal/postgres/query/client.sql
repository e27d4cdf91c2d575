-- A client of the API by its id, and whether the session that a token of its names has ended.
SELECT c.client_id, c.audience, c.purposes, coalesce(c.university, '') AS university, c.hosting_country, c.agreement_from, c.agreement_to, c.disabled
     , NOT EXISTS (SELECT FROM session s WHERE s.user_id = :user_id AND s.session_id = :session_id AND s.client_id = c.client_id AND s.ended_at IS NULL) AS ended --@ session
FROM client c
WHERE c.client_id = :client_id
