package main

import (
	"database/sql"
	"strings"
)

// page is a page of leads, or one of them, with the ENT results as far as the consent
// covers each.
const page = `
WITH page AS (
	SELECT l.id, l.requested_at, l.user_id, c.covers
	FROM lead l
	JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id
	WHERE l.university = $1 AND c.withdrawn_at IS NULL AND c.expires_at > now() {where}
	ORDER BY l.requested_at DESC, l.id DESC
	{limit})
SELECT p.id, p.requested_at
	, CASE WHEN p.covers & category_bit('FAMILY_NAME') <> 0 THEN a.family_name END
	, CASE WHEN p.covers & category_bit('GIVEN_NAME') <> 0 THEN a.given_name END
	, CASE WHEN p.covers & category_bit('PATRONYMIC') <> 0 THEN a.patronymic END
	, CASE WHEN p.covers & category_bit('PHONE') <> 0 THEN a.phone END
	, CASE WHEN p.covers & category_bit('EMAIL') <> 0 THEN a.email END
	, CASE WHEN p.covers & category_bit('REGION') <> 0 THEN a.region END
	, p.covers & category_bit('ENT_RESULT') <> 0, r.total
	, CASE WHEN p.covers & category_bit('ENT_SCORES') <> 0 THEN r.subjects END
	, CASE WHEN p.covers & category_bit('ENT_SCORES') <> 0 THEN r.scores END
	{keys}
FROM page p
JOIN {applicant} a ON a.user_id = p.user_id
{joins}
LEFT JOIN ent_result r ON r.user_id = p.user_id AND p.covers & category_bit('ENT_RESULT') <> 0
ORDER BY p.requested_at DESC, p.id DESC, r.year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], r.session) DESC, r.total DESC, r.id`

const (
	sealedKeys  = `, ik.version, ik.epoch, ik.wrapped, ck.version, ck.epoch, ck.wrapped`
	sealedJoins = `
LEFT JOIN data_key ik ON ik.user_id = p.user_id AND ik.key_group = 'IDENTITY'
LEFT JOIN data_key ck ON ck.user_id = p.user_id AND ck.key_group = 'CONTACT'`
)

const person = `
SELECT a.family_name, a.given_name, a.patronymic, a.iin, a.birth_date, a.sex, a.phone, a.email, a.region, a.address, a.profile_subjects
	, r.year, r.session, r.total, r.language, r.subjects, r.scores
FROM peer.applicant a LEFT JOIN ent_result r ON r.user_id = a.user_id
WHERE a.user_id = $1
ORDER BY r.year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], r.session) DESC, r.total DESC, r.id`

const applications = `
SELECT g.id, g.year, g.status, c.priority, c.programme, c.university
FROM grant_application g LEFT JOIN grant_choice c ON c.user_id = g.user_id AND c.application_id = g.id
WHERE g.user_id = $1 ORDER BY g.year DESC, c.priority`

// statements are prepared once, and kept.
type statements struct {
	sealed                           bool
	leads, lead, person, application *sql.Stmt
}

func prepare(db *sql.DB, sealed bool) (*statements, error) {
	s := &statements{sealed: sealed}
	for into, text := range map[**sql.Stmt]string{
		&s.leads:       written(sealed, "", "LIMIT $2"),
		&s.lead:        written(sealed, "AND l.id = $2", ""),
		&s.person:      person,
		&s.application: applications,
	} {
		var err error
		if *into, err = db.Prepare(text); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func written(sealed bool, where, limit string) string {
	applicant, keys, joins := "peer.applicant", "", ""
	if sealed {
		applicant, keys, joins = "applicant", sealedKeys, sealedJoins
	}
	return strings.NewReplacer("{where}", where, "{limit}", limit, "{applicant}", applicant, "{keys}", keys, "{joins}", joins).Replace(page)
}
