-- What is left of a consent: some scopes, or nothing.
UPDATE consent SET state = 'EXPIRED'                                                             --@ expired
UPDATE consent SET scopes = :scopes                                                              --@ narrowed
UPDATE consent SET scopes = '{}', state = 'WITHDRAWN', withdrawn_at = greatest(CAST(:now AS timestamptz), given_at) --@ withdrawn
WHERE user_id = :user_id AND id = :consent_id
