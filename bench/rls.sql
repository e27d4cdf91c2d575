-- After the people are there.
CREATE TABLE rls.applicant AS SELECT user_id, family_name, given_name, patronymic, phone, email, region FROM peer.applicant;
ALTER TABLE rls.applicant ADD PRIMARY KEY (user_id);
ALTER TABLE rls.lead ADD FOREIGN KEY (user_id) REFERENCES rls.applicant;
ALTER TABLE rls.ent_result ADD FOREIGN KEY (user_id) REFERENCES rls.applicant;
ALTER TABLE rls.lead ENABLE ROW LEVEL SECURITY;
ALTER TABLE rls.applicant ENABLE ROW LEVEL SECURITY;
ALTER TABLE rls.ent_result ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing ON rls.lead USING (university = current_setting('peer.university', true) AND ends_at > now());
CREATE POLICY asked ON rls.applicant USING (EXISTS (SELECT FROM rls.lead l WHERE l.user_id = applicant.user_id AND l.university = current_setting('peer.university', true)));
CREATE POLICY covered ON rls.ent_result USING (EXISTS (
    SELECT FROM rls.lead l WHERE l.user_id = ent_result.user_id AND l.university = current_setting('peer.university', true)
    AND l.covers & category_bit('ENT_RESULT') <> 0));
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'peer_reader') THEN CREATE ROLE peer_reader; END IF;
END $$;
GRANT USAGE ON SCHEMA rls, masked, public TO peer_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA rls TO peer_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA masked TO peer_reader;
