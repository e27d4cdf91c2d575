package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

// importing is a database of people without results and applications, and sheets of
// these.
type importing struct {
	*testing.T

	dsn, data   string
	db          *sqlx.DB
	store       *postgres.Store
	population  *demo.Population
	ent, grants string // files
}

// newImporting is for at least so many rows of results.
func newImporting(t *testing.T, rows int) *importing {
	t.Helper()
	i := &importing{T: t, dsn: postgrestest.DSN(t), data: t.TempDir(), population: demo.Generate(demo.Options{Users: rows, Seed: 4})}
	i.population.EntResults = i.population.EntResults[:rows]
	var err error
	if i.db, err = sqlx.ConnectContext(t.Context(), "postgres", i.dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.db.Close() })
	keys, err := vault.OpenDirectory(filepath.Join(i.data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	i.store, err = postgres.Open(t.Context(), i.dsn, postgres.Options{MaxConnections: 4, Now: time.Now, Driver: "postgres", Vault: vault.New(keys, vault.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.store.Close() })
	i.fill()
	return i
}

// fill writes the people to the database and what they have to the sheets.
func (i *importing) fill() {
	i.Helper()
	people := *i.population
	people.EntResults, people.GrantApplications, people.GrantChoices = nil, nil, nil
	if err := demo.Fill(i.Context(), i.db, i.store.Keys, &people); err != nil {
		i.Fatal(err)
	}
	iins := map[uuid.UUID]string{}
	for _, a := range i.population.Applicants {
		if a.IIN != nil {
			iins[a.UserID] = string(*a.IIN)
		}
	}
	i.ent, i.grants = filepath.Join(i.data, "ent.csv"), filepath.Join(i.data, "grants.csv")
	i.write(i.ent, entHeader(), entRows(i.population, iins))
	i.write(i.grants, grantsHeader(), grantRows(i.population, iins))
}

func (i *importing) write(file string, header []string, rows [][]string) {
	i.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(append([][]string{header}, rows...))
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		i.Fatal(err)
	}
}

func entHeader() []string {
	header := []string{"iin", "year", "session", "test_date", "language", "place", "testee_code"}
	for _, s := range subjectsOfTheEnt() {
		header = append(header, strings.ToLower(string(s)))
	}
	return header
}

func subjectsOfTheEnt() []applicant.Subject {
	return []applicant.Subject{
		applicant.SubjectHistoryKz, applicant.SubjectMathLit, applicant.SubjectReadLit, applicant.SubjectMath,
		applicant.SubjectPhysics, applicant.SubjectChemistry, applicant.SubjectBiology, applicant.SubjectGeography,
		applicant.SubjectInformatics, applicant.SubjectWorldHistory, applicant.SubjectLawBasics, applicant.SubjectForeignLanguage,
		applicant.SubjectKazakhLanguage, applicant.SubjectKazakhLiterature, applicant.SubjectRussianLanguage,
		applicant.SubjectRussianLiterature, applicant.SubjectCreative1, applicant.SubjectCreative2,
	}
}

func entRows(p *demo.Population, iins map[uuid.UUID]string) (rows [][]string) {
	for _, r := range p.EntResults {
		row := []string{iins[r.UserID], strconv.Itoa(r.Year), string(r.Session), "", string(r.Language), value(r.Place), value(r.TesteeCode)}
		if r.TestDate != nil {
			row[3] = r.TestDate.Format(time.DateOnly)
		}
		scores := map[applicant.Subject]string{}
		for i, s := range r.Subjects {
			scores[s] = strconv.FormatInt(r.Scores[i], 10)
		}
		for _, s := range subjectsOfTheEnt() {
			row = append(row, scores[s])
		}
		rows = append(rows, row)
	}
	return rows
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func grantsHeader() []string {
	return strings.Split("iin,year,status,quotas,award_priority,award_quota,programme_1,university_1,"+
		"programme_2,university_2,programme_3,university_3,programme_4,university_4", ",")
}

func grantRows(p *demo.Population, iins map[uuid.UUID]string) (rows [][]string) {
	choices := map[uuid.UUID][]string{}
	for _, c := range p.GrantChoices {
		choices[c.ApplicationID] = append(choices[c.ApplicationID], c.Programme, c.University)
	}
	for _, g := range p.GrantApplications {
		row := make([]string, 14)
		row[0], row[1], row[2] = iins[g.UserID], strconv.Itoa(g.Year), string(g.Status)
		for _, q := range g.Quotas {
			row[3] += " " + string(q)
		}
		if g.Award != nil {
			row[4] = strconv.Itoa(g.Award.Priority)
			if g.Award.Quota != nil {
				row[5] = string(*g.Award.Quota)
			}
		}
		copy(row[6:], choices[g.ID])
		rows = append(rows, row)
	}
	return rows
}

// counts are what an import told of its rows.
type counts struct{ rows, added, changed, same, rejected int }

var told = regexp.MustCompile(`(?m)^(\d+) rows: (\d+) new, (\d+) changed, (\d+) the same, (\d+) rejected$`)

// run runs an import to its end.
func (i *importing) run(kind, file string) counts {
	i.Helper()
	var out, errOut bytes.Buffer
	environment := environmentOf([]string{"DATABASE_URL=" + i.dsn, "KELISIM_DATA=" + i.data})
	begun := time.Now()
	status := run(context.WithoutCancel(i.Context()), []string{"import", kind, file}, environment, &out, &errOut)
	c := i.read(out.String())
	if want := min(c.rejected, 1); status != want {
		i.Fatalf("exit status %d: %s", status, errOut.String())
	}
	took := time.Since(begun)
	i.Logf("import %s: %.1f s, %.0f rows a second: %s%s", kind, took.Seconds(), float64(c.rows)/took.Seconds(), out.String(), errOut.String())
	return c
}

func (i *importing) read(out string) (c counts) {
	i.Helper()
	words := told.FindStringSubmatch(out)
	if words == nil {
		i.Fatalf("no count in %q", out)
	}
	for n, into := range []*int{&c.rows, &c.added, &c.changed, &c.same, &c.rejected} {
		*into, _ = strconv.Atoi(words[n+1])
	}
	return c
}

// TestImportOfMany: all of the people's results and applications are there after
// one import, and another changes nothing. IMPORT_ROWS says how many results.
func TestImportOfMany(t *testing.T) {
	rows, _ := strconv.Atoi(os.Getenv("IMPORT_ROWS"))
	i := newImporting(t, max(rows, 300))
	for kind, file := range map[string]string{"ent": i.ent, "grants": i.grants} {
		begun := time.Now()
		first := i.run(kind, file)
		t.Logf("%s: %d rows in %v", kind, first.rows, time.Since(begun))
		if first.added == 0 || first.added+first.rejected != first.rows {
			t.Errorf("%s: %+v", kind, first)
		}
		again := i.run(kind, file)
		if want := (counts{rows: first.rows, same: first.added, rejected: first.rejected}); again != want {
			t.Errorf("%s once more: %+v, want %+v", kind, again, want)
		}
	}
}

// TestKilledImport: an import is killed and interrupted at random moments, while keys
// are rotated and indexes made anew, and another imports the same. What is written is
// whole batches; the last one goes on, and then each row is there once.
func TestKilledImport(t *testing.T) {
	i := newImporting(t, 7000)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- i.rotate(ctx) }()
	begun := time.Now()
	i.start(time.Hour, nil)
	whole := time.Since(begun)
	i.clear()
	for n := range 4 {
		signal := []os.Signal{os.Kill, os.Interrupt}[n%2]
		status, out := i.start(whole/4+rand.N(whole*3/4), signal)
		if status > 1 || status == 1 && !strings.Contains(out, "rejected rows are in") && !strings.Contains(out, "interrupted; run it again to go on") {
			t.Errorf("exit status %d: %s", status, out)
		}
		t.Logf("after a while, %s: %d results", signal, i.results())
	}
	other := make(chan struct{})
	go func() { i.start(time.Hour, nil); close(other) }()
	if c := i.run("ent", i.ent); c.changed > 0 {
		t.Errorf("a result was another: %+v", c)
	}
	<-other
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	again := i.run("ent", i.ent)
	if again.same != i.results() || again.added+again.changed > 0 {
		t.Errorf("%d results, and once more: %+v", i.results(), again)
	}
	postgrestest.Unseal(t, i.db, vaultOf(t, i.data))
	var wrong int
	for _, r := range i.population.EntResults {
		if code := i.code(r); code != "" && code != value(r.TesteeCode) {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d results have another testee code", wrong)
	}
}

// start runs an import as a process of its own, which gets a signal after a while.
func (i *importing) start(after time.Duration, signal os.Signal) (status int, out string) {
	cmd := exec.CommandContext(i.Context(), "kelisim", "import", "ent", i.ent, "--rejects", filepath.Join(i.TempDir(), "rejects.csv"))
	cmd.Env = append(os.Environ(), "DATABASE_URL="+i.dsn, "KELISIM_DATA="+i.data)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		i.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Signal(signal) })
	defer timer.Stop()
	_ = cmd.Wait() // the status tells
	return cmd.ProcessState.ExitCode(), said.String()
}

// rotate rotates keys and makes indexes anew until ctx ends.
func (i *importing) rotate(ctx context.Context) error {
	for ctx.Err() == nil {
		_, err := i.store.Keys.Rotate(context.WithoutCancel(ctx), func(string, int, int) {})
		if err == nil {
			err = i.store.Keys.Reindex(context.WithoutCancel(ctx), func(string, int, int) {})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (i *importing) clear() {
	i.Helper()
	if _, err := i.db.ExecContext(i.Context(), "DELETE FROM ent_result"); err != nil {
		i.Fatal(err)
	}
}

func (i *importing) results() (n int) {
	i.Helper()
	if err := i.db.GetContext(i.Context(), &n, "SELECT count(*) FROM ent_result"); err != nil {
		i.Fatal(err)
	}
	return n
}

// code is the testee code that the database has for a result; empty where it has no
// such result.
func (i *importing) code(r demo.EntResult) (code string) {
	i.Helper()
	err := i.db.GetContext(i.Context(), &code, `SELECT coalesce(max(testee_code), '') FROM opened.ent_result
		WHERE user_id = $1 AND year = $2 AND session = $3 AND test_date IS NOT DISTINCT FROM $4::date`, r.UserID, r.Year, r.Session, r.TestDate)
	if err != nil {
		i.Fatal(err)
	}
	return code
}
