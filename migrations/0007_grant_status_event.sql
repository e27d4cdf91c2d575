-- +goose Up

-- The history of grant applications: what an application is when it comes, and each time that it comes anew.
CREATE TABLE grant_status_event (
    user_id        uuid NOT NULL,
    application_id uuid NOT NULL,
    n              bigint GENERATED ALWAYS AS IDENTITY,
    status         text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (user_id, application_id, n),
    FOREIGN KEY (user_id, application_id) REFERENCES grant_application
);

-- Whoever writes an application writes its history.
-- +goose StatementBegin
CREATE FUNCTION record_grant_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO grant_status_event (user_id, application_id, status, at)
    VALUES (NEW.user_id, NEW.id, NEW.status, NEW.recorded_at);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER grant_status_recorded AFTER INSERT OR UPDATE OF status, recorded_at ON grant_application
    FOR EACH ROW WHEN (NEW.recorded_at IS NOT NULL) EXECUTE FUNCTION record_grant_status();

CREATE TRIGGER grant_status_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_status_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
