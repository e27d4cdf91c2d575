-- Room for a batch of imported results, for this connection alone and until the end of the transaction. It is files on
-- the disk as any table: what is sealed in ent_result is sealed here.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_ent_result (
    n           integer NOT NULL, -- the place in the batch
    user_id     uuid NOT NULL,
    id          uuid NOT NULL,    -- of the result that the person has already, once that is found
    year        smallint NOT NULL,
    session     text NOT NULL,
    total       smallint NOT NULL,
    subjects    text[] NOT NULL,
    scores      smallint[] NOT NULL,
    language    text NOT NULL,
    test_date   date,
    place       text,
    testee_code sealed,
    testee_code_index_a bytea,
    testee_code_index_b bytea,
    fate        text
) ON COMMIT DELETE ROWS
