package graph_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// another is a person who has a value in each sealed column, as full has.
const another = "00000000-0000-4000-8000-000000000003"

// shownColumn is a sealed column of the person full, and where in an answer a
// reader is shown it.
type shownColumn struct {
	postgres.SealedColumn

	path []any
}

// sealedReader reads sealed columns of the person full, among others.
type sealedReader struct {
	caller  *auth.Caller
	query   string
	columns []shownColumn
}

const contacts = `leads(first: 500) { totalCount nodes { id user {
	familyName givenName patronymic phone email region { code } entResults { total } } } } }`

// sealedReaders are a person, who reads each sealed column of their own, and a
// university.
func sealedReaders(t *testing.T) map[string]sealedReader {
	t.Helper()
	me := sealedReader{caller: person(privacy.App, full), query: ways["me"].whole("SUBJECT_ACCESS")}
	leads := sealedReader{caller: university("013"), query: consult + contacts}
	for coordinate, from := range places {
		typeName, field, _ := strings.Cut(coordinate, ".")
		for _, c := range postgres.SealedColumns() {
			switch {
			case c.Table == "survey_answer" || c.Table == "consent": // see surveyReader
			case !slices.Contains(from, place{c.Table, c.Column}):
			case typeName == "User":
				me.columns = append(me.columns, shownColumn{c, []any{"me", field}})
				if strings.Contains(contacts, field) {
					leads.columns = append(leads.columns, shownColumn{c, []any{"leads", "nodes", 3.0, "user", field}})
				}
			default:
				me.columns = append(me.columns, shownColumn{c, []any{"me", "entResults", 0.0, field}})
			}
		}
	}
	if len(me.columns) != len(sealedFields)-1 || len(leads.columns) != 5 {
		t.Fatalf("the person is shown %d sealed columns, the university %d", len(me.columns), len(leads.columns))
	}
	return map[string]sealedReader{"me": me, "leads": leads}
}

// forgeries are SQL expressions for what may stand in a column in place of its
// value of some bytes.
func forgeries(c postgres.SealedColumn, size int) map[string]string {
	all := map[string]string{
		"another person's":  fmt.Sprintf("(SELECT %s FROM %s WHERE user_id = '%s')", c.Column, c.Table, another),
		"another version":   fmt.Sprintf("set_byte(%s, 4, 2)", c.Column),
		"truncated":         fmt.Sprintf("substr(%s, 1, octet_length(%[1]s) - 1)", c.Column),
		"of an empty value": fmt.Sprintf("substr(%s, 1, 33)", c.Column),
		"only a header":     fmt.Sprintf("substr(%s, 1, 5)", c.Column),
		"nothing":           "''",
		"extended":          c.Column + ` || '\x00'`,
		"extended in front": `'\x01' || ` + c.Column,
		"plain text":        "'secret9901'",
	}
	for _, o := range postgres.SealedColumns() {
		if o.Place != c.Place && (o.Table == "applicant" || o.Table == "ent_result") {
			all["from "+o.Table+"."+o.Column] = fmt.Sprintf("(SELECT %s FROM %s WHERE user_id = '%s')", o.Column, o.Table, full)
		}
	}
	// Format, version, nonce, ciphertext and tag: first and last byte of each.
	for _, at := range []int{0, 1, 4, 5, 16, 17, size - 17, size - 16, size - 1} {
		all[fmt.Sprintf("a bit of byte %d", at)] = fmt.Sprintf("set_bit(%s, %d, 1 - get_bit(%[1]s, %[2]d))", c.Column, at*8+at%8)
	}
	return all
}

// TestForgedValueDoesNotOpen in any sealed column: it is null, with one error at
// its place, and nothing else of the answer is altered.
func TestForgedValueDoesNotOpen(t *testing.T) {
	f := newForger(t)
	for name, reader := range sealedReaders(t) {
		for _, c := range reader.columns {
			t.Run(name+"/"+c.Column, func(t *testing.T) {
				size := f.rows("SELECT octet_length("+c.Column+") AS n FROM "+c.Table+" WHERE user_id = $1", full)[0]["n"].(int64)
				for what, expression := range forgeries(c.SealedColumn, int(size)) {
					f.check(t, what, reader, []shownColumn{c},
						fmt.Sprintf("UPDATE %s SET %s = %s WHERE user_id = '%s'", c.Table, c.Column, expression, full))
				}
			})
		}
	}
}

// forgedKeys are what may be done to a person's key of a group: %k is the row of
// data_key k.
var forgedKeys = map[string]string{
	"deleted":                "DELETE FROM data_key k WHERE %k",
	"version raised":         "UPDATE data_key k SET version = 2 WHERE %k",
	"epoch nobody holds":     "INSERT INTO key_epoch VALUES (2, '2026-11-20', ''); UPDATE data_key k SET epoch = 2 WHERE %k",
	"a bit":                  "UPDATE data_key k SET wrapped = set_bit(wrapped, 200, 1 - get_bit(wrapped, 200)) WHERE %k",
	"emptied":                "UPDATE data_key k SET wrapped = '' WHERE %k",
	"another person's":       "UPDATE data_key k SET wrapped = o.wrapped FROM data_key o WHERE %k AND o.key_group = k.key_group AND o.user_id = '" + another + "'",
	"of another group":       "UPDATE data_key k SET wrapped = o.wrapped FROM data_key o WHERE %k AND o.key_group = (CASE k.key_group WHEN 'CONTACT' THEN 'IDENTITY' ELSE 'CONTACT' END) AND o.user_id = k.user_id",
	"renamed to a group":     "UPDATE data_key k SET key_group = 'SURVEY' WHERE %k",
	"a check value as a key": "UPDATE data_key k SET wrapped = e.check_value FROM key_epoch e WHERE %k AND e.epoch = k.epoch",
	"with all values": `UPDATE data_key k SET wrapped = o.wrapped FROM data_key o WHERE %k AND o.key_group = k.key_group AND o.user_id = '` + another + `';
		UPDATE applicant t SET family_name = o.family_name, given_name = o.given_name, patronymic = o.patronymic, iin = o.iin, birth_date = o.birth_date,
			phone = o.phone, email = o.email, address = o.address FROM applicant o WHERE t.user_id = '` + full + `' AND o.user_id = '` + another + `';
		UPDATE ent_result t SET testee_code = o.testee_code FROM ent_result o WHERE t.user_id = '` + full + `' AND o.user_id = '` + another + `';
		UPDATE survey_answer t SET value = o.value FROM survey_answer o WHERE t.user_id = '` + full + `' AND o.user_id = '` + another + `' AND o.n = t.n`,
}

// TestForgedKeyOpensNothing of its person and group; all else opens.
func TestForgedKeyOpensNothing(t *testing.T) {
	f := newForger(t)
	for name, reader := range sealedReaders(t) {
		for _, group := range []vault.Group{vault.Identity, vault.Contact, vault.ExamCode} {
			t.Run(fmt.Sprintf("%s/%s", name, group), func(t *testing.T) {
				for what, change := range forgedKeys {
					shut := slices.DeleteFunc(slices.Clone(reader.columns), func(c shownColumn) bool {
						return c.Group != group && what != "with all values"
					})
					row := "k.user_id = '" + full + "' AND k.key_group = '" + string(group) + "'"
					f.check(t, what, reader, shut, strings.ReplaceAll(change, "%k", row))
				}
			})
		}
	}
}

// forger alters sealed values and keys behind the API's back.
type forger struct {
	*api

	log     *buffer
	secrets []string
	before  map[string]string // answers, by query
}

// newForger keeps what will be altered, and has the columns take whatever is
// written.
func newForger(t *testing.T) *forger {
	t.Helper()
	return newForgerOf(t, people)
}

func newForgerOf(t *testing.T, fill func(*testing.T, *sqlx.DB, *vault.Vault)) *forger {
	t.Helper()
	a := newAPI(t, fill)
	f := &forger{api: a, log: logged(t), secrets: append(a.secrets(), "secret9901"), before: map[string]string{}}
	a.exec("ALTER DOMAIN sealed DROP CONSTRAINT sealed_format")
	for _, table := range []string{"applicant", "ent_result", "data_key", "survey_answer"} {
		a.exec("CREATE TABLE kept_" + table + " AS TABLE " + table)
	}
	for _, c := range postgres.SealedColumns() {
		f.conceal("SELECT " + c.Column + " AS bytes FROM " + c.Table + " WHERE " + c.Column + " IS NOT NULL")
	}
	f.conceal("SELECT wrapped AS bytes FROM data_key")
	return f
}

// conceal counts bytes of the database among the secrets, as they may be written.
func (f *forger) conceal(query string) {
	f.t.Helper()
	for _, row := range f.rows(query) {
		// After the header, and in groups of three, as base64 has them.
		b := row["bytes"].([]byte)[6:18]
		f.secrets = append(f.secrets, hex.EncodeToString(b), base64.StdEncoding.EncodeToString(b))
	}
}

// check tells whether after a change some columns are null with an error at each
// place, whether all else is as before, and whether the log says where and no
// more. The change is undone.
func (f *forger) check(t *testing.T, what string, reader sealedReader, shut []shownColumn, change string) {
	t.Helper()
	if f.before[reader.query] == "" {
		f.before[reader.query] = f.ask(reader.caller, reader.query)
	}
	f.log.take()
	f.exec(change)
	answer, log := f.ask(reader.caller, reader.query), f.log.take()
	f.exec(`DELETE FROM data_key; INSERT INTO data_key SELECT * FROM kept_data_key; DELETE FROM key_epoch WHERE epoch = 2;
		UPDATE ent_result t SET testee_code = k.testee_code FROM kept_ent_result k WHERE k.id = t.id;
		UPDATE survey_answer t SET value = k.value FROM kept_survey_answer k WHERE k.user_id = t.user_id AND k.n = t.n;
		UPDATE applicant t SET family_name = k.family_name, given_name = k.given_name, patronymic = k.patronymic, iin = k.iin,
			birth_date = k.birth_date, phone = k.phone, email = k.email, address = k.address FROM kept_applicant k WHERE k.user_id = t.user_id`)
	checkShut(t, what, f.before[reader.query], answer, shut)
	if got := strings.Count(log, "\n"); got != len(shut) {
		t.Errorf("%s: %d lines are logged, want %d:\n%s", what, got, len(shut), log)
	}
	for _, c := range shut {
		if !strings.Contains(log, c.Table+"."+c.Column+",") {
			t.Errorf("%s: the log does not name %s.%s:\n%s", what, c.Table, c.Column, log)
		}
	}
	checkTells(t, what, f.secrets, answer, log)
}

// checkShut compares an answer with what it was: the columns that are shut are
// null, with an error each, and the rest is as it was, but for the summary,
// which an answer that failed has not.
func checkShut(t *testing.T, what, before, answer string, shut []shownColumn) {
	t.Helper()
	want, got := parse(t, before), parse(t, answer)
	if len(shut) > 0 {
		want.Extensions = nil
	}
	var paths, wantPaths []string
	for _, c := range shut {
		if !setNull(want.Data, c.path) {
			t.Errorf("%s: nothing at %v before", what, c.path)
		}
		wantPaths = append(wantPaths, fmt.Sprint(c.path, " INTERNAL"))
	}
	for _, e := range got.Errors {
		paths = append(paths, fmt.Sprint(e.Path, " ", e.Extensions["code"]))
	}
	slices.Sort(paths)
	slices.Sort(wantPaths)
	if !slices.Equal(paths, wantPaths) {
		t.Errorf("%s: errors %v, want %v", what, paths, wantPaths)
	}
	if diff := cmp.Diff(want.Data, got.Data); diff != "" {
		t.Errorf("%s: data (-want +got):\n%s", what, diff)
	}
	if diff := cmp.Diff(want.Extensions, got.Extensions); diff != "" {
		t.Errorf("%s: extensions (-want +got):\n%s", what, diff)
	}
}

// setNull makes what stands at a path null, and tells whether it was not.
func setNull(data any, path []any) bool {
	for _, key := range path[:len(path)-1] {
		if index, ok := key.(float64); ok {
			data = data.([]any)[int(index)]
		} else {
			data = data.(map[string]any)[key.(string)]
		}
	}
	last, object := path[len(path)-1].(string), data.(map[string]any)
	was := object[last]
	object[last] = nil
	return was != nil
}

// checkTells tells whether the log or the errors of an answer tell of anybody, or
// the errors of the database.
func checkTells(t *testing.T, what string, secrets []string, answer, log string) {
	t.Helper()
	errors, err := json.Marshal(parse(t, answer).Errors)
	if err != nil {
		t.Fatal(err)
	}
	if found := innards.FindString(string(errors)); found != "" {
		t.Errorf("%s: %q in %s", what, found, errors)
	}
	for _, secret := range secrets {
		if strings.Contains(string(errors), secret) || strings.Contains(log, secret) {
			t.Errorf("%s: %q in the errors or the log:\n%s\n%s", what, secret, errors, log)
		}
	}
}
