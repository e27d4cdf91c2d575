-- Room for a batch of imported applications, for this connection alone and until the end of the transaction.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_grant_application (
    n                integer NOT NULL, -- the place in the batch
    user_id          uuid NOT NULL,
    id               uuid NOT NULL,    -- of the application that the person has already, once that is found
    year             smallint NOT NULL,
    status           text NOT NULL,
    quotas           text[] NOT NULL,
    programmes       text[] NOT NULL,
    universities     text[] NOT NULL,
    award_programme  text,
    award_university text,
    award_priority   smallint,
    award_quota      text,
    fate             text
) ON COMMIT DELETE ROWS
