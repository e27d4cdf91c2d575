-- The operator's answer that it goes on, and why.
INSERT INTO withdrawal_refusal (user_id, consent_id, at, scopes, ground, article, document)
VALUES (:user_id, :consent_id, :now, CAST(:scopes AS text[]), :ground, :article, :document)
