-- Forget what nobody asks for any more.
DELETE FROM one_time_code WHERE expires_at < :now --@ one_time_code
DELETE FROM session WHERE expires_at < :now       --@ session
DELETE FROM rate_limit WHERE due < :now           --@ rate_limit
DELETE FROM survey_answer WHERE kept_until <= :now --@ survey_answer
