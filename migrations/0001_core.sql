-- +goose Up

-- Reference data: the same for everybody, about nobody. ---------------------------------------------

CREATE TABLE region (
    code    text PRIMARY KEY CHECK (code ~ '^\d{9}$'), -- KATO
    iso     text NOT NULL UNIQUE,                      -- ISO 3166-2
    name_ru text NOT NULL,
    name_kk text NOT NULL,
    name_en text NOT NULL,
    centre  text
);

CREATE TABLE university (
    code                text PRIMARY KEY CHECK (code ~ '^\d{3}$'), -- ОВПО
    name_ru             text NOT NULL,
    name_kk             text,
    short_ru            text NOT NULL,
    region              text REFERENCES region, -- where the source tells it; so too the next two
    dormitory           boolean,
    military_department boolean
);

CREATE TABLE profile_combination (
    code                 text PRIMARY KEY,
    subjects             text[] NOT NULL CHECK (cardinality(subjects) = 2),
    name_ru              text NOT NULL,
    name_kk              text NOT NULL,
    takers_2026_percent  numeric(4, 1)
);

CREATE TABLE programme (
    code                    text PRIMARY KEY CHECK (code ~ '^(B|BM)\d{3}$'), -- ГОП
    field                   text,                                            -- 6B01 … 6B12
    name_ru                 text NOT NULL,
    name_kk                 text,
    general_grants_2026_27  integer
);

CREATE TABLE programme_combination (
    programme   text NOT NULL REFERENCES programme,
    combination text NOT NULL REFERENCES profile_combination,
    PRIMARY KEY (programme, combination)
);

CREATE TABLE joint_programme (
    programme   text NOT NULL REFERENCES programme,
    tag         text NOT NULL,                       -- such as KZ-US
    name_ru     text NOT NULL,
    combination text NOT NULL REFERENCES profile_combination,
    grants      integer,
    PRIMARY KEY (programme, tag)
);

-- The privacy policy, version by version. -------------------------------------------------------------

-- PostgreSQL calls convert_to stable, since it depends on the database's encoding, which does not change.
-- +goose StatementBegin
CREATE FUNCTION sha256_hex(plain text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to(plain, 'UTF8')), 'hex');
-- +goose StatementEnd

-- A version, with the rules that it allows as internal/consent writes them. Whoever accepted it agreed to these,
-- whatever the schema's rules become. Kept for ever, as its texts are.
CREATE TABLE policy_version (
    version        integer PRIMARY KEY CHECK (version > 0),
    published_at   timestamptz NOT NULL,
    effective_from timestamptz NOT NULL, -- the highest version in effect is the one in force (clause 7.3)
    rules          text NOT NULL,
    base_language  text NOT NULL GENERATED ALWAYS AS ('RU') STORED
);

-- Its text in a language. There is always a Russian one, which stands in for those that are missing.
CREATE TABLE policy_text (
    version      integer NOT NULL REFERENCES policy_version,
    language     text NOT NULL CHECK (language IN ('KK', 'RU', 'EN')),
    published_at timestamptz NOT NULL,
    url          text NOT NULL,
    text         text NOT NULL,
    sha256       text NOT NULL GENERATED ALWAYS AS (sha256_hex(text)) STORED,
    PRIMARY KEY (version, language)
);
ALTER TABLE policy_version ADD CONSTRAINT policy_version_has_a_text
    FOREIGN KEY (version, base_language) REFERENCES policy_text (version, language) DEFERRABLE INITIALLY DEFERRED;

-- Its rules as statements join them (internal/consent, Reaches): the categories that a consent on a basis, given
-- under the version, lets an audience read for a purpose, in full and masked. What has no row is not read.
CREATE TABLE policy_rule (
    version     integer NOT NULL REFERENCES policy_version,
    audience    text NOT NULL,
    purpose     text NOT NULL,
    basis       text NOT NULL CHECK (basis IN ('POLICY_CONSENT', 'CONSULTATION_CONSENT', 'SURVEY_CONSENT')),
    full_bits   bigint NOT NULL,
    masked_bits bigint NOT NULL,
    PRIMARY KEY (version, audience, purpose, basis)
);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER policy_version_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_text_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_text
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_rule_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_rule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Categories of personal data as bits, numbered as the schema lists them. What a consent covers is kept
-- as words; the statements compare bits. Numbers are never changed and never used again.

-- +goose StatementBegin
CREATE FUNCTION category_bit(category text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 1::bigint << array_position(ARRAY[
    'FAMILY_NAME', 'GIVEN_NAME', 'PATRONYMIC', 'IIN', 'BIRTH_DATE', 'SEX', 'PHONE', 'EMAIL',
    'TESTEE_CODE', 'ENT_RESULT', 'PROFILE_SUBJECTS', 'ENT_SCORES', 'ENT_LANGUAGE', 'ENT_DATE', 'ENT_PLACE',
    'REGION', 'ADDRESS', 'GRANT_RESULT', 'GRANT_APPLICATION', 'GRANT_QUOTAS', 'SURVEY'
], category);
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION category_bits(categories text[]) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(bit_or(category_bit(c)), 0) FROM unnest(categories) AS c);
-- +goose StatementEnd

-- What knowing a value of the category reveals too (@implies).
-- +goose StatementBegin
CREATE FUNCTION category_implies(category text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE category
    WHEN 'IIN' THEN ARRAY['BIRTH_DATE', 'SEX']
    WHEN 'ENT_SCORES' THEN ARRAY['ENT_RESULT', 'PROFILE_SUBJECTS']
    WHEN 'ENT_LANGUAGE' THEN ARRAY['ENT_RESULT']
    WHEN 'ENT_DATE' THEN ARRAY['ENT_RESULT']
    WHEN 'ENT_PLACE' THEN ARRAY['ENT_RESULT', 'REGION']
    WHEN 'TESTEE_CODE' THEN ARRAY['ENT_RESULT']
    WHEN 'ADDRESS' THEN ARRAY['REGION']
    WHEN 'GRANT_APPLICATION' THEN ARRAY['GRANT_RESULT', 'PROFILE_SUBJECTS']
    WHEN 'GRANT_QUOTAS' THEN ARRAY['GRANT_RESULT']
    ELSE ARRAY[]::text[]
END;
-- +goose StatementEnd

-- A consent's categories are known ones, and closed under implication.
-- +goose StatementBegin
CREATE FUNCTION categories_closed(categories text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(bool_and(category_bit(c) IS NOT NULL AND category_implies(c) <@ categories), true)
        FROM unnest(categories) AS c);
-- +goose StatementEnd

-- Clients of the API. ---------------------------------------------------------------------------------

CREATE TABLE client (
    client_id      text PRIMARY KEY,
    name           text NOT NULL,
    audience       text NOT NULL CHECK (audience IN ('APP', 'SITE', 'UNIVERSITY', 'STATE_BODY', 'OPERATOR')),
    purposes       text[] NOT NULL,
    university     text REFERENCES university,
    agreement_from timestamptz,
    agreement_to   timestamptz,
    disabled       boolean NOT NULL DEFAULT false,
    hosting_country text NOT NULL DEFAULT 'KZ' CHECK (hosting_country ~ '^[A-Z]{2}$'), -- ISO 3166-1: where it keeps what it reads (94-V, art. 16)
    CHECK ((audience = 'UNIVERSITY') = (university IS NOT NULL)),
    CHECK (audience IN ('APP', 'SITE', 'OPERATOR') OR agreement_from IS NOT NULL)
);

-- Keys. Those that open them are in a key store apart from this database. ---------------------------------

-- Epochs: key-encryption keys of the key store, by number.
CREATE TABLE key_epoch (
    epoch       integer PRIMARY KEY CHECK (epoch > 0),
    created_at  timestamptz NOT NULL,
    check_value bytea NOT NULL -- opens with this epoch's key alone: shows whether a key store fits
);

-- The key of a blind index: HMAC-SHA-256 of a column's normalised value. Version 1, 3, 5 … fills the
-- column …_index_a, version 2, 4, 6 … the column …_index_b. Look-ups go by the one that is in use.
CREATE TABLE index_key (
    table_name  text NOT NULL,
    column_name text NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    in_use      boolean NOT NULL,
    epoch       integer NOT NULL REFERENCES key_epoch,
    wrapped     bytea NOT NULL,
    PRIMARY KEY (table_name, column_name, version)
);
CREATE UNIQUE INDEX index_key_in_use ON index_key (table_name, column_name) WHERE in_use;

-- What only a person's data key opens: format, key version, nonce, ciphertext and tag. Plain text does not fit.
CREATE DOMAIN sealed AS bytea CONSTRAINT sealed_format CHECK (get_byte(VALUE, 0) = 1 AND octet_length(VALUE) >= 33);

-- One person's data, keyed by user_id first. ------------------------------------------------------------

CREATE TABLE applicant (
    user_id          uuid PRIMARY KEY,
    family_name      sealed,
    given_name       sealed,
    patronymic       sealed,
    iin              sealed,
    iin_index_a      bytea UNIQUE,
    iin_index_b      bytea UNIQUE,
    birth_date       sealed, -- as 2008-07-16
    sex              text CHECK (sex IN ('MALE', 'FEMALE')),
    phone            sealed,
    phone_index_a    bytea UNIQUE,
    phone_index_b    bytea UNIQUE,
    email            sealed,
    email_index_a    bytea,
    email_index_b    bytea,
    profile_subjects text[],
    region           text REFERENCES region,
    address          sealed,
    restricted_at    timestamptz, -- since when the person's data are blocked (94-V, art. 1)
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz
);
CREATE INDEX applicant_email_a ON applicant (email_index_a);
CREATE INDEX applicant_email_b ON applicant (email_index_b);

-- A person's data keys, one for each group of categories: random, and wrapped by an epoch's key.
CREATE TABLE data_key (
    user_id   uuid NOT NULL REFERENCES applicant,
    key_group text NOT NULL CHECK (key_group IN ('IDENTITY', 'CONTACT', 'EXAM_CODE', 'SURVEY')),
    version   integer NOT NULL CHECK (version > 0),
    epoch     integer NOT NULL REFERENCES key_epoch,
    wrapped   bytea NOT NULL,
    PRIMARY KEY (user_id, key_group)
);
CREATE INDEX data_key_by_epoch ON data_key (epoch);

-- Every instance holds unwrapped keys for a while; it forgets those of a person whose key goes or changes.
-- +goose StatementBegin
CREATE FUNCTION forget_data_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('data_key', OLD.user_id::text);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER data_key_gone AFTER DELETE OR UPDATE OF version ON data_key FOR EACH ROW EXECUTE FUNCTION forget_data_key();

-- Whence and when the values of a profile came (facts of the person, not of the value).
CREATE TABLE value_source (
    user_id     uuid NOT NULL REFERENCES applicant,
    column_name text NOT NULL,
    source      text NOT NULL CHECK (source IN ('TYPED', 'IMPORTED', 'PUBLIC')),
    at          timestamptz NOT NULL,
    PRIMARY KEY (user_id, column_name)
);

CREATE TABLE ent_result (
    user_id     uuid NOT NULL REFERENCES applicant,
    id          uuid NOT NULL,
    year        smallint NOT NULL,
    session     text NOT NULL CHECK (session IN ('JANUARY', 'MARCH', 'MAIN', 'AUGUST')),
    total       smallint NOT NULL CHECK (total BETWEEN 0 AND 140),
    subjects    text[] NOT NULL, -- the subjects, in the order of the certificate …
    scores      smallint[] NOT NULL, -- … and the score in each
    language    text NOT NULL CHECK (language IN ('KK', 'RU', 'EN')),
    test_date   date,
    place       text,
    testee_code sealed, -- ИКТ
    testee_code_index_a bytea,
    testee_code_index_b bytea,
    source      text CHECK (source IN ('TYPED', 'IMPORTED', 'PUBLIC')), -- whence it came, where that is known …
    recorded_at timestamptz,                                            -- … and when
    PRIMARY KEY (user_id, id),
    CHECK (cardinality(subjects) = cardinality(scores)),
    CHECK ((source IS NULL) = (recorded_at IS NULL))
);
CREATE INDEX ent_result_testee_code_a ON ent_result (testee_code_index_a);
CREATE INDEX ent_result_testee_code_b ON ent_result (testee_code_index_b);

CREATE TABLE grant_application (
    user_id          uuid NOT NULL REFERENCES applicant,
    id               uuid NOT NULL,
    year             smallint NOT NULL,
    status           text NOT NULL,
    quotas           text[] NOT NULL,
    award_programme  text REFERENCES programme,
    award_university text REFERENCES university,
    award_priority   smallint CHECK (award_priority BETWEEN 1 AND 4),
    award_quota      text,
    source           text CHECK (source IN ('TYPED', 'IMPORTED', 'PUBLIC')), -- whence it came last, where that is known …
    recorded_at      timestamptz,                                            -- … and when
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, year),
    CHECK ((source IS NULL) = (recorded_at IS NULL)),
    CHECK ((award_programme IS NULL) = (award_university IS NULL)),
    CHECK ((award_programme IS NULL) = (award_priority IS NULL))
);

CREATE TABLE grant_choice (
    user_id        uuid NOT NULL,
    application_id uuid NOT NULL,
    priority       smallint NOT NULL CHECK (priority BETWEEN 1 AND 4),
    programme      text NOT NULL REFERENCES programme,
    university     text NOT NULL REFERENCES university,
    PRIMARY KEY (user_id, application_id, priority),
    FOREIGN KEY (user_id, application_id) REFERENCES grant_application
);

-- Consents, and the leads that stand on them. -------------------------------------------------------------

-- What a consent must cover to stand (internal/consent, Needs).
-- +goose StatementBegin
CREATE FUNCTION consent_needs(basis text, abroad boolean) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN basis <> 'CONSULTATION_CONSENT' THEN ARRAY['PROCESSING']
    WHEN abroad THEN ARRAY['COLLECTION', 'PROCESSING', 'THIRD_PARTIES', 'CROSS_BORDER']
    ELSE ARRAY['COLLECTION', 'PROCESSING', 'THIRD_PARTIES']
END;
-- +goose StatementEnd

-- A consent as it stands now. How it came to is in consent_event.
CREATE TABLE consent (
    user_id        uuid NOT NULL REFERENCES applicant,
    id             uuid NOT NULL,
    basis          text NOT NULL CHECK (basis IN ('POLICY_CONSENT', 'CONSULTATION_CONSENT', 'SURVEY_CONSENT')),
    university     text REFERENCES university,
    state          text NOT NULL DEFAULT 'GIVEN' CHECK (state IN ('GIVEN', 'RENEWED', 'REFUSED', 'WITHDRAWN', 'EXPIRED', 'INVALIDATED')),
    categories     text[] NOT NULL CHECK (categories_closed(categories)),
    covers         bigint NOT NULL GENERATED ALWAYS AS (category_bits(categories)) STORED,
    scopes         text[] NOT NULL DEFAULT '{COLLECTION,PROCESSING}' -- what is not withdrawn; a consultation asks for more
        CHECK (scopes <@ ARRAY['COLLECTION', 'PROCESSING', 'PUBLICATION', 'THIRD_PARTIES', 'CROSS_BORDER']),
    abroad         text CHECK (abroad ~ '^[A-Z]{2}$' AND abroad <> 'KZ'), -- where the university keeps its data, if not in Kazakhstan
    policy_version integer NOT NULL REFERENCES policy_version,
    language       text NOT NULL DEFAULT 'RU' CHECK (language IN ('KK', 'RU', 'EN')), -- of the text that was accepted
    given_at       timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL, -- a term is never empty (94-V, art. 8 p. 4)
    withdrawn_at   timestamptz,          -- or refused, or invalidated: since when it counts for nothing
    ends_at        timestamptz NOT NULL GENERATED ALWAYS AS (least(withdrawn_at, expires_at)) STORED,
    receipt        sealed,               -- of what was given or renewed last: it names the person
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, university, id),
    CHECK (expires_at > given_at),
    CHECK (withdrawn_at >= given_at),
    CHECK (withdrawn_at IS NOT NULL OR state IN ('GIVEN', 'RENEWED', 'EXPIRED')),
    CHECK (withdrawn_at IS NOT NULL OR consent_needs(basis, abroad IS NOT NULL) <@ scopes),
    CHECK (abroad IS NULL OR university IS NOT NULL),
    CHECK ((basis = 'CONSULTATION_CONSENT') = (university IS NOT NULL))
);
-- One consultation of a person with a university at a time. A term that is over is found when they ask again.
CREATE UNIQUE INDEX consent_standing ON consent (user_id, university)
    WHERE basis = 'CONSULTATION_CONSENT' AND withdrawn_at IS NULL AND state <> 'EXPIRED';

-- What happened to a consent: written once and never changed (94-V, art. 25 p. 2 pp. 5).
CREATE TABLE consent_event (
    user_id        uuid NOT NULL,
    consent_id     uuid NOT NULL,
    seq            integer NOT NULL CHECK (seq > 0),
    at             timestamptz NOT NULL,
    state          text NOT NULL CHECK (state IN ('GIVEN', 'RENEWED', 'REFUSED', 'WITHDRAWN', 'EXPIRED', 'INVALIDATED')),
    scopes         text[] NOT NULL, -- given, or withdrawn
    categories     text[] NOT NULL,
    until          timestamptz,     -- the end of the term, where given or renewed
    policy_version integer NOT NULL REFERENCES policy_version,
    language       text NOT NULL CHECK (language IN ('KK', 'RU', 'EN')),
    sha256         text NOT NULL,   -- of the text of the policy
    channel        text NOT NULL CHECK (channel IN ('APP', 'SITE', 'LETTER', 'CLOCK')),
    client_id      text,            -- of the app or the site
    evidence       text NOT NULL,   -- the request's id, or the document's reference
    PRIMARY KEY (user_id, consent_id, seq),
    FOREIGN KEY (user_id, consent_id) REFERENCES consent (user_id, id),
    CHECK ((until IS NOT NULL) = (state IN ('GIVEN', 'RENEWED')))
);

CREATE TRIGGER consent_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE lead (
    user_id            uuid NOT NULL REFERENCES applicant,
    university         text NOT NULL REFERENCES university,
    id                 uuid NOT NULL, -- random: the same person's leads have nothing in common
    consent_id         uuid NOT NULL,
    requested_at       timestamptz NOT NULL,
    programme          text REFERENCES programme,
    preferred_language text CHECK (preferred_language IN ('KK', 'RU', 'EN')),
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, consent_id), -- so one lead stands where one consent does
    FOREIGN KEY (user_id, university, consent_id) REFERENCES consent (user_id, university, id)
);
CREATE INDEX lead_by_request ON lead (university, requested_at, id);
CREATE INDEX lead_by_id ON lead (university, id);
