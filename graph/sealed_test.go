package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/privacy"
)

// sealedFields are the fields whose values are ciphertext in the database.
var sealedFields = map[string]bool{
	"familyName": true, "givenName": true, "patronymic": true, "iin": true, "birthDate": true,
	"phone": true, "email": true, "address": true, "testeeCode": true, "values": true,
}

// shownSealed counts the sealed values that an answer shows.
func shownSealed(value any) (n uint64) {
	switch v := value.(type) {
	case map[string]any:
		for key, below := range v {
			if sealedFields[key] && below != nil {
				n++
			}
			n += shownSealed(below)
		}
	case []any:
		for _, element := range v {
			n += shownSealed(element)
		}
	}
	return n
}

// TestDeciphersWhatItReleases: a page of leads deciphers each value that it
// shows, once, and no other.
func TestDeciphersWhatItReleases(t *testing.T) {
	a := newAPI(t, applicants(600))
	a.exec(everybodyAsks190, pq.StringArray(offered))
	someAsk := strings.ReplaceAll(everybodyAsks190, "'190'", "'001'")
	a.exec(someAsk, pq.StringArray{"EMAIL"})
	a.exec("UPDATE applicant SET restricted_at = '2026-10-01' WHERE user_id IN (SELECT user_id FROM lead WHERE university = '190' ORDER BY id LIMIT 100)")
	for name, test := range map[string]struct {
		university, query string
		none              bool
	}{
		"50 leads, everything":       {university: "190", query: "leads(first: 50) { nodes { " + selectAll(graph.Schema(), "Lead") + " } }"},
		"50 leads, the phone":        {university: "190", query: "leads(first: 50) { nodes { user { phone } } }"},
		"50 leads, one value":        {university: "001", query: "leads(first: 50) { nodes { user { givenName familyName phone email } } }"},
		"by filter, without a value": {university: "190", query: `leads(filter: {phone: "+77710009998"}) { totalCount nodes { id } }`, none: true},
		"never":                      {university: "190", query: "leads(first: 50) { nodes { user { iin birthDate address entResults { testeeCode } } } }", none: true},
		"clear values":               {university: "190", query: "leads(first: 50) { nodes { user { region { code } entResults { total } } } }", none: true},
	} {
		before := a.vault.Opened()
		answer := a.ask(university(test.university), consult+test.query+" }")
		opened, shown := a.vault.Opened()-before, shownSealed(parse(t, answer).Data)
		if opened != shown || (shown == 0) != test.none {
			t.Errorf("%s: %d deciphered, %d shown", name, opened, shown)
		}
	}
	before := a.vault.Opened()
	answer := a.ask(university("190"), consult+"leads(first: 50) { nodes { user { phone again: phone } same: user { phone } } } }")
	if opened, shown := a.vault.Opened()-before, shownSealed(parse(t, answer).Data); opened*2 != shown {
		t.Errorf("selected by three names, of which two are counted: %d deciphered, %d counted", opened, shown)
	}
}

// TestDeciphersOwnValues: the person's own, also where they are masked.
func TestDeciphersOwnValues(t *testing.T) {
	a := newAPI(t, peopleWhoAnswered)
	for _, c := range policyRules(t) {
		if c.audience != privacy.App && c.audience != privacy.Site {
			continue
		}
		before := a.vault.Opened()
		answer := a.ask(c.caller(), ways["me"].whole(c.purpose))
		if opened, shown := a.vault.Opened()-before, shownSealed(parse(t, answer).Data); opened != shown {
			t.Errorf("%s: %d deciphered, %d shown", c, opened, shown)
		}
	}
}

const (
	victim = "'" + full + "'"
	other  = "'00000000-0000-4000-8000-000000000002'"
)

// tamperings are ways to alter what the database holds of a person's phone.
var tamperings = map[string]string{
	"another person's":       `UPDATE applicant SET phone = (SELECT phone FROM applicant WHERE user_id = ` + other + `) WHERE user_id = ` + victim,
	"another column's":       `UPDATE applicant SET phone = email WHERE user_id = ` + victim,
	"another group's column": `UPDATE applicant SET phone = iin WHERE user_id = ` + victim,
	"another version's":      `UPDATE applicant SET phone = set_byte(phone, 4, 2) WHERE user_id = ` + victim,
	"key of another version": `UPDATE data_key SET version = 2 WHERE key_group = 'CONTACT' AND user_id = ` + victim,
	"a bit of the nonce":     `UPDATE applicant SET phone = set_bit(phone, 41, 1 - get_bit(phone, 41)) WHERE user_id = ` + victim,
	"a bit of the value":     `UPDATE applicant SET phone = set_bit(phone, 140, 1 - get_bit(phone, 140)) WHERE user_id = ` + victim,
	"a bit of the tag":       `UPDATE applicant SET phone = set_bit(phone, 8 * octet_length(phone) - 1, 1 - get_bit(phone, 8 * octet_length(phone) - 1)) WHERE user_id = ` + victim,
	"truncated":              `UPDATE applicant SET phone = substr(phone, 1, octet_length(phone) - 1) WHERE user_id = ` + victim,
	"extended":               `UPDATE applicant SET phone = phone || '\x00'::bytea WHERE user_id = ` + victim,
	"another's key": `UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE key_group = 'CONTACT' AND user_id = ` + other + `)
		WHERE key_group = 'CONTACT' AND user_id = ` + victim,
	"another group's key": `UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE key_group = 'IDENTITY' AND user_id = ` + victim + `)
		WHERE key_group = 'CONTACT' AND user_id = ` + victim,
	"no key": `DELETE FROM data_key WHERE key_group = 'CONTACT' AND user_id = ` + victim,
}

// TestTamperedValueIsRefused: the field is null with one INTERNAL error, the rest
// of the answer is as before, and the log names the column and no value.
func TestTamperedValueIsRefused(t *testing.T) {
	a := newAPI(t, people)
	log, secrets := logged(t), a.secrets()
	a.exec("CREATE TABLE kept_applicant AS TABLE applicant; CREATE TABLE kept_key AS TABLE data_key")
	for name, statement := range tamperings {
		t.Run(name, func(t *testing.T) {
			a.exec(statement)
			for reader, query := range map[string]string{
				"app":        "query @purpose(is: SUBJECT_ACCESS) { me { givenName iin phone region { code } } }",
				"university": consult + `lead(id: "` + fullLead + `") { id user { givenName phone region { code } } } }`,
			} {
				caller := university("013")
				if reader == "app" {
					caller = person(privacy.App, full)
				}
				log.take()
				answer := a.ask(caller, query)
				checkTampered(t, parse(t, answer))
				text := log.take()
				for _, secret := range secrets {
					if strings.Contains(text, secret) {
						t.Errorf("%s: %q in the log: %s", reader, secret, text)
					}
				}
				if strings.Count(text, "applicant.phone") != 1 || !strings.Contains(text, "CONTACT") {
					t.Errorf("%s: the log does not name the column once: %s", reader, text)
				}
			}
			a.exec("UPDATE applicant a SET phone = k.phone FROM kept_applicant k WHERE k.user_id = a.user_id; " +
				"DELETE FROM data_key; INSERT INTO data_key SELECT * FROM kept_key")
		})
	}
}

func checkTampered(t *testing.T, r response) {
	t.Helper()
	if diff := cmp.Diff([]string{"INTERNAL"}, r.codes()); diff != "" {
		t.Fatalf("codes (-want +got):\n%s", diff)
	}
	if path, _ := r.Errors[0].Extensions["path"].(string); !strings.HasSuffix(path, ".phone") {
		t.Errorf("the error is at %q", path)
	}
	user, ok := r.Data["me"].(map[string]any)
	if !ok {
		lead, _ := r.Data["lead"].(map[string]any)
		user, _ = lead["user"].(map[string]any)
	}
	delete(user, "iin")
	want := map[string]any{"givenName": "Әсем", "phone": nil, "region": map[string]any{"code": "710000000"}}
	if diff := cmp.Diff(want, user); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
