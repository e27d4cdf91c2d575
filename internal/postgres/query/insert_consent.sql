-- A consent that is given.
INSERT INTO consent (user_id, id, basis, university, survey, survey_version, state, categories, scopes, abroad, policy_version, language, given_at, expires_at)
VALUES (:user_id, :consent_id, :basis, :university, :survey, :survey_version, 'GIVEN', :categories, :scopes, :abroad, :version, :language, :now, :until)
