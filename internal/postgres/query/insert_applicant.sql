-- A person who signs in for the first time.
INSERT INTO applicant (user_id, created_at) VALUES (:user_id, :now)
