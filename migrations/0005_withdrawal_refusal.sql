-- +goose Up

-- What the operator goes on with though a person withdrew it, and why: its answers (94-V, art. 8 p. 2, 25 p. 2 pp. 7).
CREATE TABLE withdrawal_refusal (
    user_id    uuid NOT NULL,
    consent_id uuid NOT NULL,
    n          bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    scopes     text[] NOT NULL CHECK (cardinality(scopes) > 0),
    ground     text NOT NULL CHECK (ground IN ('LAW', 'OBLIGATION', 'PUBLIC_SOURCE')),
    article    text NOT NULL CHECK (article <> ''),
    document   text NOT NULL CHECK (document <> ''),
    PRIMARY KEY (user_id, consent_id, n),
    FOREIGN KEY (user_id, consent_id) REFERENCES consent (user_id, id)
);
CREATE TRIGGER withdrawal_refusal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawal_refusal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
