-- The people of the transcripts: one for each state that a record can be in. Synthetic throughout: IINs of
-- the serial block 99xx, telephone numbers around the numbering plan's example.

INSERT INTO client (client_id, name, audience, purposes, university, agreement_from, agreement_to, disabled, hosting_country) VALUES
    ('app', 'JOO.kz app', 'APP', '{IDENTIFICATION,AUTOFILL,INPUT_VALIDATION,ACCESS,SERVICE,SUBJECT_ACCESS}', NULL, NULL, NULL, false, 'KZ'),
    ('site', 'joo.kz', 'SITE', '{IDENTIFICATION,AUTOFILL,INPUT_VALIDATION,ACCESS,SERVICE,SUBJECT_ACCESS}', NULL, NULL, NULL, false, 'KZ'),
    ('site-access', 'joo.kz sign-in', 'SITE', '{ACCESS}', NULL, NULL, NULL, false, 'KZ'),
    ('university-013', 'university 013', 'UNIVERSITY', '{CONSULTATION}', '013', '2026-01-01', NULL, false, 'KZ'),
    ('university-027', 'university 027', 'UNIVERSITY', '{CONSULTATION}', '027', '2026-01-01', NULL, false, 'KZ'),
    ('university-190', 'university 190', 'UNIVERSITY', '{CONSULTATION}', '190', '2026-01-01', NULL, false, 'KZ'),
    ('university-lapsed', 'university 013, agreement over', 'UNIVERSITY', '{CONSULTATION}', '013', '2025-01-01', '2026-01-01', false, 'KZ'),
    ('university-disabled', 'university 013, disabled', 'UNIVERSITY', '{CONSULTATION}', '013', '2026-01-01', NULL, true, 'KZ'),
    ('university-001', 'university 001, which keeps its data abroad', 'UNIVERSITY', '{CONSULTATION}', '001', '2026-01-01', NULL, false, 'DE'),
    ('state-body', 'a state body', 'STATE_BODY', '{LEGAL_OBLIGATION}', NULL, '2026-01-01', NULL, false, 'KZ'),
    ('operator', 'the operator', 'OPERATOR', '{RIGHTS_HANDLING}', NULL, NULL, NULL, false, 'KZ');

-- full: everything filled in; all to 013, the default two to 027, nothing to 190.
-- two: the default two to 013.        scores: results and scores to 013, not region.
-- withdrawn, expired: all to 013 once. restricted: all to 013, data blocked.
-- stranger: never accepted the policy, never pressed the button.
INSERT INTO applicant (user_id, family_name, given_name, patronymic, iin, birth_date, sex, phone, email, profile_subjects, region, address, restricted_at, created_at) VALUES
    ('00000000-0000-4000-8000-000000000001', 'Үлгіқызы', 'Әсем', 'Үлгіқызы', '080716699104', '2008-07-16', 'FEMALE', '+77710009998', 'asem@example.com', '{MATH,INFORMATICS}', '710000000', 'Астана, ул. Примерная, 1', NULL, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000002', 'Образцов', 'Борис', NULL, '080115599001', '2008-01-15', 'MALE', '+77710000002', 'boris@example.com', '{MATH,PHYSICS}', '750000000', 'Алматы, ул. Примерная, 2', NULL, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000003', 'Сынақов', 'Ғалым', 'Сынақұлы', '071231599102', '2007-12-31', 'MALE', '+77710000003', 'galym@example.com', '{BIOLOGY,CHEMISTRY}', '710000000', 'Астана, ул. Примерная, 3', NULL, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000004', 'Пробная', 'Дина', NULL, '090301699000', '2009-03-01', 'FEMALE', '+77710000004', 'dina@example.com', '{MATH,INFORMATICS}', '710000000', 'Астана, ул. Примерная, 4', NULL, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000005', 'Мысалов', 'Ерлан', NULL, '071231599003', '2007-12-31', 'MALE', '+77710000005', 'erlan@example.com', '{MATH,INFORMATICS}', '710000000', 'Астана, ул. Примерная, 5', NULL, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000006', 'Тестова', 'Жанар', NULL, '080716699005', '2008-07-16', 'FEMALE', '+77710000006', 'zhanar@example.com', '{MATH,INFORMATICS}', '710000000', 'Астана, ул. Примерная, 6', '2026-10-01', '2026-01-01'),
    ('00000000-0000-4000-8000-000000000007', 'Никто', 'Зоя', NULL, '090301699506', '2009-03-01', 'FEMALE', '+77710000007', 'zoya@example.com', NULL, NULL, NULL, NULL, '2026-01-01');

INSERT INTO ent_result (user_id, id, year, session, total, subjects, scores, language, test_date, place, testee_code) VALUES
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000e1', 2026, 'MAIN', 120, '{HISTORY_KZ,MATH_LIT,READ_LIT,MATH,INFORMATICS}', '{18,9,9,42,42}', 'KK', '2026-06-01', 'ППЕНТ № 1, Астана', '990000001'),
    ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000e2', 2026, 'MAIN', 140, '{HISTORY_KZ,MATH_LIT,READ_LIT,MATH,PHYSICS}', '{20,10,10,50,50}', 'RU', '2026-06-02', 'ППЕНТ № 2, Алматы', '990000002'),
    ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-0000000000e3', 2026, 'MARCH', 90, '{HISTORY_KZ,MATH_LIT,READ_LIT,BIOLOGY,CHEMISTRY}', '{15,7,8,30,30}', 'KK', '2026-03-03', 'ППЕНТ № 1, Астана', '990000003'),
    ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-0000000000e6', 2026, 'MAIN', 130, '{HISTORY_KZ,MATH_LIT,READ_LIT,MATH,INFORMATICS}', '{20,10,10,45,45}', 'KK', '2026-06-06', 'ППЕНТ № 1, Астана', '990000006');

INSERT INTO grant_application (user_id, id, year, status, quotas, award_programme, award_university, award_priority, award_quota) VALUES
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a1', 2026, 'AWARDED', '{RURAL}', 'B057', '013', 2, 'RURAL'),
    ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-0000000000a3', 2026, 'AWARDED', '{}', 'BM086', '001', 1, NULL);
INSERT INTO grant_choice (user_id, application_id, priority, programme, university) VALUES
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a1', 1, 'B057', '190'),
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a1', 2, 'B057', '013'),
    ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-0000000000a3', 1, 'BM086', '001');

INSERT INTO consent (user_id, id, basis, university, categories, policy_version, given_at, expires_at, withdrawn_at)
SELECT user_id, ('00000000-0000-4000-8000-0000000010' || right(user_id::text, 2))::uuid, 'POLICY_CONSENT', NULL, '{}', 1, '2026-01-01', '2100-01-01', NULL
FROM applicant WHERE user_id <> '00000000-0000-4000-8000-000000000007';

INSERT INTO consent (user_id, id, basis, university, state, scopes, categories, policy_version, given_at, expires_at, withdrawn_at)
SELECT c.user_id::uuid, c.id::uuid, c.basis, c.university, CASE WHEN c.withdrawn_at IS NULL THEN 'GIVEN' ELSE 'WITHDRAWN' END, '{COLLECTION,PROCESSING,THIRD_PARTIES}',
    c.categories::text[], c.policy_version, c.given_at::timestamptz, c.expires_at::timestamptz, c.withdrawn_at::timestamptz
FROM (VALUES
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000002001', 'CONSULTATION_CONSENT', '013', '{FAMILY_NAME,GIVEN_NAME,PATRONYMIC,PHONE,EMAIL,ENT_RESULT,PROFILE_SUBJECTS,ENT_SCORES,ENT_LANGUAGE,REGION,GRANT_RESULT}', 1, '2026-07-01', '2100-01-01', NULL),
    ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000002701', 'CONSULTATION_CONSENT', '027', '{GIVEN_NAME,PHONE}', 1, '2026-07-01', '2100-01-01', NULL),
    ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000002002', 'CONSULTATION_CONSENT', '013', '{GIVEN_NAME,PHONE}', 1, '2026-07-02', '2100-01-01', NULL),
    ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000002003', 'CONSULTATION_CONSENT', '013', '{GIVEN_NAME,PHONE,ENT_RESULT,PROFILE_SUBJECTS,ENT_SCORES,GRANT_RESULT}', 1, '2026-07-03', '2100-01-01', NULL),
    ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000002004', 'CONSULTATION_CONSENT', '013', '{FAMILY_NAME,GIVEN_NAME,PHONE,EMAIL,REGION}', 1, '2026-07-04', '2100-01-01', '2026-08-04'),
    ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000002005', 'CONSULTATION_CONSENT', '013', '{FAMILY_NAME,GIVEN_NAME,PHONE,EMAIL,REGION}', 1, '2026-07-05', '2026-09-05', NULL),
    ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-000000002006', 'CONSULTATION_CONSENT', '013', '{FAMILY_NAME,GIVEN_NAME,PATRONYMIC,PHONE,EMAIL,ENT_RESULT,PROFILE_SUBJECTS,ENT_SCORES,ENT_LANGUAGE,REGION,GRANT_RESULT}', 1, '2026-07-06', '2100-01-01', NULL)
) AS c (user_id, id, basis, university, categories, policy_version, given_at, expires_at, withdrawn_at);

INSERT INTO consent_event (user_id, consent_id, seq, at, state, scopes, categories, until, policy_version, language, sha256, channel, client_id, evidence)
SELECT c.user_id, c.id, 1, c.given_at, 'GIVEN', c.scopes, c.categories, c.expires_at, c.policy_version, c.language, v.sha256, 'APP', 'app', 'loaded'
FROM consent c JOIN policy_text v ON v.version = c.policy_version AND v.language = c.language
UNION ALL
SELECT c.user_id, c.id, 2, c.withdrawn_at, 'WITHDRAWN', c.scopes, c.categories, NULL, c.policy_version, c.language, v.sha256, 'APP', 'app', 'loaded'
FROM consent c JOIN policy_text v ON v.version = c.policy_version AND v.language = c.language WHERE c.withdrawn_at IS NOT NULL;

INSERT INTO lead (user_id, university, id, consent_id, requested_at, programme, preferred_language) VALUES
    ('00000000-0000-4000-8000-000000000001', '013', '00000000-0000-4000-8000-00000000f131', '00000000-0000-4000-8000-000000002001', '2026-07-01', 'B057', 'KK'),
    ('00000000-0000-4000-8000-000000000001', '027', '00000000-0000-4000-8000-00000000f271', '00000000-0000-4000-8000-000000002701', '2026-07-01', 'B057', 'KK'),
    ('00000000-0000-4000-8000-000000000002', '013', '00000000-0000-4000-8000-00000000f132', '00000000-0000-4000-8000-000000002002', '2026-07-02', NULL, 'RU'),
    ('00000000-0000-4000-8000-000000000003', '013', '00000000-0000-4000-8000-00000000f133', '00000000-0000-4000-8000-000000002003', '2026-07-03', 'BM086', NULL),
    ('00000000-0000-4000-8000-000000000004', '013', '00000000-0000-4000-8000-00000000f134', '00000000-0000-4000-8000-000000002004', '2026-07-04', 'B057', 'RU'),
    ('00000000-0000-4000-8000-000000000005', '013', '00000000-0000-4000-8000-00000000f135', '00000000-0000-4000-8000-000000002005', '2026-07-05', 'B057', 'RU'),
    ('00000000-0000-4000-8000-000000000006', '013', '00000000-0000-4000-8000-00000000f136', '00000000-0000-4000-8000-000000002006', '2026-07-06', 'B057', 'RU');
