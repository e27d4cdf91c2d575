-- Hold a person's data against other writers, until the end of the transaction.
SELECT a.user_id FROM applicant a WHERE a.user_id = :user_id FOR UPDATE
