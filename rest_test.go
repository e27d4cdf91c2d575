package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/migrations"
)

// canary is what no file may have; planted is what each must have, to show that
// the search finds.
const (
	canary  = "KANARIK"
	planted = "PLANTED"
)

// encodings are the ways in which a text may stand in a file: plain, hexadecimal,
// base64 at each alignment, UTF-16.
func encodings(text string) [][]byte {
	all := [][]byte{[]byte(text), []byte(hex.EncodeToString([]byte(text))), []byte(strings.ToUpper(hex.EncodeToString([]byte(text))))}
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + text))
		first, last := (shift*8+5)/6, (shift+len(text))*8/6 // of the letters that the text alone decides
		all = append(all, []byte(encoded[first:last]), []byte(strings.NewReplacer("+", "-", "/", "_").Replace(encoded[first:last])))
	}
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
	}
	return append(all, little, big)
}

// search looks for texts, and for numbers of people, in what may have them.
type search struct {
	texts   [][]byte
	numbers map[string]bool // IINs, and phones without their +
}

func newSearch(p *demo.Population) search {
	s := search{texts: slices.Concat(encodings(canary), encodings("+7771000")), numbers: map[string]bool{}}
	for _, a := range p.Applicants {
		s.numbers[string(a.Phone[1:])] = true
		if a.IIN != nil {
			s.numbers[string(*a.IIN)] = true
			s.texts = append(s.texts, []byte(hex.EncodeToString([]byte(*a.IIN))))
		}
	}
	return s
}

// in tells what of it stands in a content.
func (s search) in(content []byte) (found []string) {
	for _, text := range s.texts {
		if bytes.Contains(content, text) {
			found = append(found, string(text))
		}
	}
	digits := 0
	for i, b := range content {
		if b < '0' || b > '9' {
			digits = 0
			continue
		}
		digits++
		for _, length := range []int{11, 12} {
			if digits >= length && s.numbers[string(content[i+1-length:i+1])] {
				found = append(found, "a number of "+string(content[i+1-length:i]))
			}
		}
	}
	return found
}

// withCanaries puts a canary into each sealed field of some people that has a
// text, and others' kinds of values into the rest.
func withCanaries(p *demo.Population) {
	text := canary + " of somebody"
	email := applicant.Email(canary + "@example.com")
	for i := range p.Applicants {
		if a := &p.Applicants[i]; i%10 == 0 {
			a.FamilyName, a.GivenName, a.Patronymic, a.Address, a.Email = &text, &text, &text, &text, &email
		}
	}
	place := planted
	for i := range p.EntResults {
		if r := &p.EntResults[i]; i%10 == 0 {
			r.TesteeCode = &text
			r.Place = &place
		}
	}
}

// TestNothingAtRest: no file of the database, no dump of it and no log has a
// value of anybody, whatever the server did.
func TestNothingAtRest(t *testing.T) {
	data := demoFolder(t)
	cluster, err := demo.StartCluster(t.Context(), demo.ClusterOptions{Dir: filepath.Join(data, "postgres"), Progress: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	stop := func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	}
	p := demo.Generate(demo.Options{Users: 300, Seed: 1})
	withCanaries(p)
	fillAtRest(t, cluster, data, p)
	log := useDemo(t, data, cluster.DSN("kelisim_rest"))
	db, err := sqlx.ConnectContext(t.Context(), "postgres", cluster.DSN("kelisim_rest"))
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"CHECKPOINT", "SELECT pg_switch_wal()"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	_ = db.Close()
	dumps := dump(t, cluster.DSN("kelisim_rest"))
	stop()

	s := newSearch(p)
	for name, content := range dumps {
		check(t, s, name, content)
	}
	check(t, s, "the server's log", log)
	s.checkFolder(t, filepath.Join(data, "postgres"))
}

// fillAtRest fills a database of the cluster.
func fillAtRest(t *testing.T, cluster *demo.Cluster, data string, p *demo.Population) {
	t.Helper()
	if err := demo.CreateDatabase(t.Context(), cluster, "kelisim_rest"); err != nil {
		t.Fatal(err)
	}
	dsn := cluster.DSN("kelisim_rest")
	if _, err := postgres.Migrate(t.Context(), dsn, migrations.FS); err != nil {
		t.Fatal(err)
	}
	store, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConnections: 2, Now: time.Now, Driver: "postgres", Vault: vaultOf(t, data)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := demo.Fill(t.Context(), db, store.Keys, p); err != nil {
		t.Fatal(err)
	}
}

// useDemo serves the database, reads it, sends it canaries, rotates its keys, and
// returns what was logged.
func useDemo(t *testing.T, data, dsn string) []byte {
	t.Helper()
	environment := []string{"DATABASE_URL=" + dsn, "KELISIM_DATA=" + data}
	d := startDemo(t, data, environment...)
	if answer := d.ask(t, d.ready.Tokens.University["013"], allLeads); !strings.Contains(answer, canary) {
		t.Error("no canary in the answer: it was not put where it is read")
	}
	d.ask(t, d.ready.Tokens.App, "query @purpose(is: SUBJECT_ACCESS) { me { "+wholePerson+" } }")
	for _, query := range []string{
		`query @purpose(is: CONSULTATION) { leads(filter: {phone: "+77710009998"}) { totalCount } }`,
		`query @purpose(is: CONSULTATION) { leads(filter: {region: "KANARIK"}) { totalCount } }`,
		`query @purpose(is: CONSULTATION) { leads(after: "KANARIK") { totalCount } lead(id: "KANARIK") { id } }`,
	} {
		d.ask(t, d.ready.Tokens.University["013"], query)
	}
	for _, command := range []string{"rotate", "reindex"} {
		if status := run(context.WithoutCancel(t.Context()), []string{"keys", command}, environmentOf(environment), io.Discard, d.log); status != 0 {
			t.Errorf("keys %s: %s", command, d.log)
		}
	}
	_ = d.db.Close()
	d.cancel()
	<-d.status
	return []byte(d.log.String())
}

// dump is the database as pg_dump writes it, if this machine has that program.
func dump(t *testing.T, dsn string) map[string][]byte {
	t.Helper()
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if path, err := exec.LookPath("pg_dump"); err == nil {
		programs = append(programs, path)
	}
	if len(programs) == 0 {
		t.Log("this machine has no pg_dump: dumps are not looked at")
		return nil
	}
	dumps := map[string][]byte{}
	for _, format := range []string{"plain", "custom", "tar"} {
		args := []string{"--format", format, "--dbname", dsn}
		if format == "custom" {
			args = append(args, "--compress", "0")
		}
		content, err := exec.CommandContext(t.Context(), programs[len(programs)-1], args...).Output()
		if err != nil {
			t.Fatalf("pg_dump %s: %v", format, err)
		}
		if !bytes.Contains(content, []byte(planted)) {
			t.Errorf("the %s dump does not have what was planted", format)
		}
		dumps["the "+format+" dump"] = content
	}
	return dumps
}

// checkFolder looks at every file of a data directory, and whether what was
// planted is in the tables and in the WAL.
func (s search) checkFolder(t *testing.T, folder string) {
	t.Helper()
	plantedIn := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		check(t, s, name, content)
		if bytes.Contains(content, []byte(planted)) {
			plantedIn[filepath.Base(filepath.Dir(path))] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !plantedIn["pg_wal"] || len(plantedIn) < 2 {
		t.Errorf("what was planted is found in %v only", plantedIn)
	}
}

func check(t *testing.T, s search, name string, content []byte) {
	t.Helper()
	if found := s.in(content); len(found) > 0 {
		t.Errorf("%s has %d of the people's values, such as %q", name, len(found), found[0])
	}
}

// TestSearchFinds: the search would find a value, in each of its forms.
func TestSearchFinds(t *testing.T) {
	p := demo.Generate(demo.Options{Users: 20, Seed: 1})
	s := newSearch(p)
	for _, value := range []string{"x" + canary + "y", "tel " + string(p.Applicants[3].Phone) + ".", "=" + string(*p.Applicants[0].IIN) + ";"} {
		if len(s.in([]byte(value))) == 0 {
			t.Errorf("%q is not found", value)
		}
	}
	for shift := range 6 {
		value := strings.Repeat("z", shift) + canary + "tail"
		for name, encoded := range map[string]string{
			"hexadecimal": hex.EncodeToString([]byte(value)),
			"base64":      base64.StdEncoding.EncodeToString([]byte(value)),
			"base64url":   base64.RawURLEncoding.EncodeToString([]byte(value)),
		} {
			if len(s.in([]byte(encoded))) == 0 {
				t.Errorf("%s, shifted by %d: not found", name, shift)
			}
		}
	}
	if found := s.in([]byte("nothing of anybody, 123456789012 +77719990000")); len(found) > 0 {
		t.Errorf("found %q where nothing is", found)
	}
}
