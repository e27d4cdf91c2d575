-- +goose Up

-- Surveys (clause 4.8). A version is kept for ever, as its answers' consents name it; the latest can be answered.
CREATE TABLE survey (
    id             text NOT NULL CHECK (id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    version        integer NOT NULL CHECK (version > 0),
    published_at   timestamptz NOT NULL,
    closes_at      timestamptz,                                                -- NULL: open until another version says otherwise
    retention_days integer NOT NULL CHECK (retention_days BETWEEN 1 AND 1095), -- a term is never empty (94-V, art. 8 p. 4)
    definition     text NOT NULL,                                              -- what is asked and what for, as internal/applicant writes it
    sha256         text NOT NULL GENERATED ALWAYS AS (sha256_hex(definition)) STORED,
    PRIMARY KEY (id, version)
);
CREATE TRIGGER survey_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON survey
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A consent on SURVEY_CONSENT is one to a survey: to its version that was answered last, as each event says of its own.
ALTER TABLE consent
    ADD survey         text,
    ADD survey_version integer,
    ADD FOREIGN KEY (survey, survey_version) REFERENCES survey (id, version),
    ADD CONSTRAINT consent_names_its_survey CHECK ((basis = 'SURVEY_CONSENT') = (survey IS NOT NULL) AND (survey IS NULL) = (survey_version IS NULL));
ALTER TABLE consent_event ADD survey_version integer;

-- One consent of a person to a survey at a time. A term that is over is found when they answer again.
CREATE UNIQUE INDEX consent_to_survey_standing ON consent (user_id, survey)
    WHERE basis = 'SURVEY_CONSENT' AND withdrawn_at IS NULL AND state <> 'EXPIRED';

-- What a person answered, while the consent stands. There is a row for each question of the survey, so that the rows do
-- not tell which were answered: the values do, which are sealed.
CREATE TABLE survey_answer (
    user_id     uuid NOT NULL REFERENCES applicant,
    consent_id  uuid NOT NULL,
    n           smallint NOT NULL CHECK (n > 0), -- the place of the question in the survey
    field       text NOT NULL,                   -- the id of the question
    value       sealed NOT NULL,                 -- a list of texts in JSON, empty where there is no answer
    answered_at timestamptz NOT NULL,
    kept_until  timestamptz NOT NULL,            -- the end of the consent's term
    PRIMARY KEY (user_id, consent_id, n),
    UNIQUE (user_id, consent_id, field),
    FOREIGN KEY (user_id, consent_id) REFERENCES consent (user_id, id),
    CHECK (kept_until > answered_at)
);
CREATE INDEX survey_answer_by_end ON survey_answer (kept_until);
