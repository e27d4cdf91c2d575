-- A consent that is given again while it stands.
UPDATE consent SET state = 'RENEWED', categories = :categories, scopes = :scopes, abroad = :abroad
     , survey_version = :survey_version, policy_version = :version, language = :language, expires_at = :until
WHERE user_id = :user_id AND id = :consent_id
