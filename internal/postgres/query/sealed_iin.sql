-- A person's IIN, sealed.
SELECT a.iin FROM applicant a WHERE a.user_id = :user_id
