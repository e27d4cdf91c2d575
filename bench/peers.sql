-- What the other servers read: values in clear, and two usual ways of PostgreSQL to mask them. Kelisim never sees it.

CREATE SCHEMA peer;
CREATE TABLE peer.applicant (
    user_id uuid PRIMARY KEY, family_name text, given_name text, patronymic text, iin text, birth_date date, sex text,
    phone text, email text, profile_subjects text[], region text, address text
);

-- A masking view for each table, by the consent of each row. -------------------------------------------

CREATE SCHEMA masked;
CREATE VIEW masked.lead AS
SELECT l.id, l.requested_at
     , CASE WHEN c.covers & category_bit('FAMILY_NAME') <> 0 THEN a.family_name END AS family_name
     , CASE WHEN c.covers & category_bit('GIVEN_NAME') <> 0 THEN a.given_name END AS given_name
     , CASE WHEN c.covers & category_bit('PATRONYMIC') <> 0 THEN a.patronymic END AS patronymic
     , CASE WHEN c.covers & category_bit('PHONE') <> 0 THEN a.phone END AS phone
     , CASE WHEN c.covers & category_bit('EMAIL') <> 0 THEN a.email END AS email
     , CASE WHEN c.covers & category_bit('REGION') <> 0 THEN a.region END AS region
FROM public.lead l
JOIN public.consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id
JOIN peer.applicant a ON a.user_id = l.user_id
WHERE l.university = current_setting('peer.university', true) AND c.withdrawn_at IS NULL AND c.expires_at > now();
CREATE VIEW masked.ent_result AS
SELECT r.id, l.id AS lead_id, r.total
     , CASE WHEN c.covers & category_bit('ENT_SCORES') <> 0 THEN r.subjects END AS subjects
     , CASE WHEN c.covers & category_bit('ENT_SCORES') <> 0 THEN r.scores END AS scores
FROM public.ent_result r
JOIN public.lead l ON l.user_id = r.user_id
JOIN public.consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id
WHERE l.university = current_setting('peer.university', true) AND c.withdrawn_at IS NULL AND c.expires_at > now()
  AND c.covers & category_bit('ENT_RESULT') <> 0;
CREATE VIEW masked.own_record AS
SELECT a.* FROM peer.applicant a WHERE a.user_id = CAST(nullif(current_setting('peer.user', true), '') AS uuid);
CREATE VIEW masked.my_result AS
SELECT r.user_id, r.id, r.year, r.session, r.total, r.language, r.subjects, r.scores
FROM public.ent_result r WHERE r.user_id = CAST(nullif(current_setting('peer.user', true), '') AS uuid);
CREATE VIEW masked.my_application AS
SELECT g.user_id, g.id, g.year, g.status
FROM public.grant_application g WHERE g.user_id = CAST(nullif(current_setting('peer.user', true), '') AS uuid);
CREATE VIEW masked.my_choice AS
SELECT c.user_id, c.application_id, c.priority, c.programme, c.university
FROM public.grant_choice c WHERE c.user_id = CAST(nullif(current_setting('peer.user', true), '') AS uuid);
COMMENT ON VIEW masked.lead IS E'@primaryKey id';
COMMENT ON VIEW masked.ent_result IS E'@primaryKey id,lead_id\n@foreignKey (lead_id) references masked.lead (id)';
COMMENT ON VIEW masked.own_record IS E'@primaryKey user_id';
COMMENT ON VIEW masked.my_result IS E'@primaryKey id\n@foreignKey (user_id) references masked.own_record (user_id)';
COMMENT ON VIEW masked.my_application IS E'@primaryKey id\n@foreignKey (user_id) references masked.own_record (user_id)';
COMMENT ON VIEW masked.my_choice IS E'@primaryKey application_id,priority\n@foreignKey (application_id) references masked.my_application (id)';

-- Row-level security, which hides rows and no columns: coarser than what the others do. ------------------

CREATE SCHEMA rls;
CREATE TABLE rls.lead AS
SELECT l.*, c.covers, c.ends_at FROM public.lead l JOIN public.consent c ON c.user_id = l.user_id AND c.id = l.consent_id;
ALTER TABLE rls.lead ADD PRIMARY KEY (id);
CREATE INDEX ON rls.lead (university, requested_at, id);
CREATE INDEX ON rls.lead (user_id, university);
CREATE TABLE rls.ent_result AS SELECT id, user_id, total, subjects, scores FROM public.ent_result;
ALTER TABLE rls.ent_result ADD PRIMARY KEY (id);
CREATE INDEX ON rls.ent_result (user_id);
