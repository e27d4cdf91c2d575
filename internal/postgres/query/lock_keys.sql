-- Hold the keys, until the end of the transaction, against whoever changes which keys are in use: those
-- who write with them share the hold.
SELECT pg_advisory_xact_lock_shared(7391066) --@ write
SELECT pg_advisory_xact_lock(7391066)        --@ change
