-- The leads of one university that stand: a page of them, one of them, or their number; each with what hangs on its person.
-- A value, a filter and a sort key read a column only where this lead's consent covers it, the version of
-- the policy that it was given under allows it, and the person's data are not restricted: o.readable is
-- what may be read of the row. What is looked up of a lead is looked up by its key, lead by lead, so that a page costs what
-- it shows whatever the planner believes of the values. It does not know :limit, and takes that for a tenth of the leads: so
-- it is told first that a page has 500 at most, and goes by the index however many leads there are.
SELECT count(*) AS count, (SELECT max(n.version) FROM policy_version n WHERE n.effective_from <= :now) AS in_force --@ count
SELECT p.*                                                                                                       --@ rows
     , x.*                                                                                                       --@ User.entResults User.grantApplications
FROM (                                                                                                           --@ rows
SELECT * FROM (                                                                                                  --@ page
SELECT l.id AS lead_id, l.requested_at, l.user_id, a.restricted_at IS NOT NULL AS restricted, o.readable         --@ rows
     , l.university                                                                                              --@ User.grantApplications
     , c.covers, coalesce(v.full_bits, 0) AS full_bits, coalesce(v.masked_bits, 0) AS masked_bits                --@ rows
     , (SELECT max(n.version) FROM policy_version n WHERE n.effective_from <= :now) AS in_force                  --@ rows
     , c.id AS consent_id, c.given_at, c.expires_at, c.policy_version                                            --@ Lead.consent
     , CASE WHEN a.restricted_at IS NULL THEN l.programme END AS programme                                       --@ Lead.programme
     , CASE WHEN a.restricted_at IS NULL THEN l.preferred_language END AS preferred_language                     --@ Lead.preferredLanguage
     , CASE WHEN o.readable & category_bit('FAMILY_NAME') <> 0 THEN a.family_name END AS family_name             --@ User.familyName
     , CASE WHEN o.readable & category_bit('GIVEN_NAME') <> 0 THEN a.given_name END AS given_name                --@ User.givenName
     , CASE WHEN o.readable & category_bit('PATRONYMIC') <> 0 THEN a.patronymic END AS patronymic                --@ User.patronymic
     , CASE WHEN o.readable & category_bit('IIN') <> 0 THEN a.iin END AS iin                                     --@ User.iin
     , CASE WHEN o.readable & category_bit('BIRTH_DATE') <> 0 THEN a.birth_date END AS birth_date                --@ User.birthDate
     , CASE WHEN o.readable & category_bit('SEX') <> 0 THEN a.sex END AS sex                                     --@ User.sex
     , CASE WHEN o.readable & category_bit('PHONE') <> 0 THEN a.phone END AS phone                               --@ User.phone
     , CASE WHEN o.readable & category_bit('EMAIL') <> 0 THEN a.email END AS email                               --@ User.email
     , CASE WHEN o.readable & category_bit('PROFILE_SUBJECTS') <> 0 THEN a.profile_subjects END AS profile_subjects --@ User.profileSubjects
     , CASE WHEN o.readable & category_bit('REGION') <> 0 THEN a.region END AS region                            --@ User.region
     , CASE WHEN o.readable & category_bit('ADDRESS') <> 0 THEN a.address END AS address                         --@ User.address
     , ik.version AS "identity.version", ik.epoch AS "identity.epoch", ik.wrapped AS "identity.wrapped"          --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
     , ck.version AS "contact.version", ck.epoch AS "contact.epoch", ck.wrapped AS "contact.wrapped"             --@ User.phone User.email User.address
     , coalesce(t.total, -1) AS sort_total                                                                       --@ LeadOrder.TOTAL_DESC
FROM lead l
CROSS JOIN LATERAL (SELECT * FROM consent c WHERE c.user_id = l.user_id AND c.id = l.consent_id LIMIT 1) c
CROSS JOIN LATERAL (SELECT * FROM applicant a WHERE a.user_id = l.user_id LIMIT 1) a
LEFT JOIN policy_rule v ON v.version = c.policy_version AND v.audience = 'UNIVERSITY' AND v.purpose = 'CONSULTATION' AND v.basis = c.basis
CROSS JOIN LATERAL (SELECT CASE WHEN a.restricted_at IS NULL THEN c.covers & coalesce(v.full_bits | v.masked_bits, 0) ELSE 0 END AS readable) o
LEFT JOIN LATERAL (SELECT * FROM data_key k WHERE k.user_id = l.user_id AND k.key_group = 'IDENTITY'             --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
    AND o.readable & category_bits(ARRAY['FAMILY_NAME', 'GIVEN_NAME', 'PATRONYMIC', 'IIN', 'BIRTH_DATE']) <> 0 LIMIT 1) ik ON true --@ User.familyName User.givenName User.patronymic User.iin User.birthDate
LEFT JOIN LATERAL (SELECT * FROM data_key k WHERE k.user_id = l.user_id AND k.key_group = 'CONTACT'              --@ User.phone User.email User.address
    AND o.readable & category_bits(ARRAY['PHONE', 'EMAIL', 'ADDRESS']) <> 0 LIMIT 1) ck ON true                  --@ User.phone User.email User.address
LEFT JOIN LATERAL (                                                                                              --@ LeadOrder.TOTAL_DESC
    SELECT max(r.total) AS total FROM ent_result r                                                               --@ LeadOrder.TOTAL_DESC
    WHERE r.user_id = l.user_id AND o.readable & category_bit('ENT_RESULT') <> 0) t ON true                      --@ LeadOrder.TOTAL_DESC
WHERE l.university = :university
  AND c.university = l.university AND c.basis = 'CONSULTATION_CONSENT' AND c.given_at <= :now AND c.withdrawn_at IS NULL AND c.expires_at > :now
  AND c.abroad = :abroad                                                                                           --@ abroad
  AND l.id = :lead_id                                                                                            --@ lead
  AND l.requested_at >= :requested_since                                                                         --@ LeadFilter.requestedSince
  AND a.restricted_at IS NULL AND l.programme = :programme                                                       --@ LeadFilter.programme
  AND o.readable & category_bit('REGION') <> 0 AND a.region = :region                                            --@ LeadFilter.region
  AND o.readable & category_bit('ENT_RESULT') <> 0                                                               --@ LeadFilter.minTotal
  AND EXISTS (SELECT FROM ent_result r WHERE r.user_id = l.user_id AND r.total >= :min_total)                    --@ LeadFilter.minTotal
  AND o.readable & category_bit('PROFILE_SUBJECTS') <> 0                                                         --@ LeadFilter.profileSubjects
  AND a.profile_subjects @> :profile_subjects                                                                    --@ LeadFilter.profileSubjects
  AND o.readable & category_bit('ENT_LANGUAGE') <> 0                                                             --@ LeadFilter.language
  AND EXISTS (SELECT FROM ent_result r WHERE r.user_id = l.user_id AND r.language = :language)                   --@ LeadFilter.language
  AND o.readable & v.full_bits & category_bit('PHONE') <> 0                                                      --@ LeadFilter.phone
  AND l.user_id = (SELECT w.user_id FROM applicant w WHERE w.phone_index_a = :phone_index)                       --@ applicant.phone.a
  AND l.user_id = (SELECT w.user_id FROM applicant w WHERE w.phone_index_b = :phone_index)                       --@ applicant.phone.b
  AND (l.requested_at, l.id) < (:after_requested_at, :after_id)                                                  --@ after.REQUESTED_AT_DESC
  AND (l.requested_at, l.id) > (:after_requested_at, :after_id)                                                  --@ after.REQUESTED_AT_ASC
  AND (coalesce(t.total, -1) < :after_total                                                                      --@ after.TOTAL_DESC
       OR coalesce(t.total, -1) = :after_total AND l.id > :after_id)                                             --@ after.TOTAL_DESC
ORDER BY l.requested_at DESC, l.id DESC                                                                          --@ LeadOrder.REQUESTED_AT_DESC
ORDER BY l.requested_at, l.id                                                                                    --@ LeadOrder.REQUESTED_AT_ASC
ORDER BY coalesce(t.total, -1) DESC, l.id                                                                        --@ LeadOrder.TOTAL_DESC
LIMIT 501                                                                                                        --@ page
) p                                                                                                              --@ page
ORDER BY p.requested_at DESC, p.lead_id DESC                                                                     --@ LeadOrder.REQUESTED_AT_DESC
ORDER BY p.requested_at, p.lead_id                                                                               --@ LeadOrder.REQUESTED_AT_ASC
ORDER BY p.sort_total DESC, p.lead_id                                                                            --@ LeadOrder.TOTAL_DESC
LIMIT :limit                                                                                                     --@ page
) p                                                                                                              --@ rows
LEFT JOIN LATERAL (                                                                                              --@ User.entResults User.grantApplications
--+ lists
) x ON true                                                                                                      --@ User.entResults User.grantApplications
ORDER BY p.requested_at DESC, p.lead_id DESC                                                                     --@ LeadOrder.REQUESTED_AT_DESC
ORDER BY p.requested_at, p.lead_id                                                                               --@ LeadOrder.REQUESTED_AT_ASC
ORDER BY p.sort_total DESC, p.lead_id                                                                            --@ LeadOrder.TOTAL_DESC
ORDER BY p.lead_id                                                                                               --@ lead
 , x."result.n" DESC NULLS LAST                                                                                  --@ User.entResults
 , x."application.n"                                                                                             --@ User.grantApplications
 , x."choice.n"                                                                                                  --@ GrantApplication.choices
 , x."change.n"                                                                                                  --@ GrantApplication.history
