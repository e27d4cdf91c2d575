-- +goose Up

-- Sign-in. Whose number a challenge is for is in the challenge itself, which its client holds and the server alone
-- can open: these tables have no telephone number, no code and no token, in clear or sealed.

-- A code that was sent, of one use.
CREATE TABLE one_time_code (
    code_id    uuid PRIMARY KEY,
    code_hash  bytea NOT NULL, -- HMAC-SHA-256 under a key that the database does not have: there are only a million codes
    tries      smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX one_time_code_by_expiry ON one_time_code (expires_at);

CREATE TABLE session (
    user_id    uuid NOT NULL REFERENCES applicant,
    session_id uuid NOT NULL,
    client_id  text NOT NULL REFERENCES client,
    created_at timestamptz NOT NULL,
    used_at    timestamptz NOT NULL, -- when it was begun or refreshed last
    expires_at timestamptz NOT NULL, -- with its youngest refresh token
    ended_at   timestamptz,
    PRIMARY KEY (user_id, session_id)
);
CREATE INDEX session_by_expiry ON session (expires_at);

-- The refresh tokens of a session: the youngest has no use yet, the others one. A second use ends the session.
CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY, -- SHA-256 of more than 128 random bits
    user_id    uuid NOT NULL,
    session_id uuid NOT NULL,
    uses       integer NOT NULL DEFAULT 0,
    FOREIGN KEY (user_id, session_id) REFERENCES session ON DELETE CASCADE
);
CREATE INDEX refresh_token_by_session ON refresh_token (user_id, session_id);

-- What is left of a rate limit (the generic cell rate algorithm, ITU-T I.371): a bucket is full again at due.
CREATE TABLE rate_limit (
    bucket        bytea PRIMARY KEY, -- HMAC-SHA-256 of what is limited: a number, a device, a client, an address
    due           timestamptz NOT NULL,
    refused_until timestamptz        -- of the last request, if it was refused
);
CREATE INDEX rate_limit_by_due ON rate_limit (due);
