package main

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
	"joo.kz/kelisim/migrations"
)

// consentedLeads is how many leads a university has for each of 200,000 people, a
// tenth of which were withdrawn, have expired, or cover little.
const consentedLeads = 4400

// universities is how many there are that people asked for a consultation.
const universities = 50

// peersSchema is what the other servers read: the sealed values in clear, and
// what their ways of masking need; rlsSchema is made of what is filled in.
var (
	//go:embed peers.sql
	peersSchema string
	//go:embed rls.sql
	rlsSchema string
)

// deal is to how many universities how many leads are dealt out each.
type deal struct{ universities, leads int }

// population is the demo's people, with leads dealt out evenly to universities.
func population(users int, codes []string, leads int) *demo.Population {
	p := demo.Generate(demo.Options{Users: users, Seed: 1})
	p.Clients = slices.DeleteFunc(p.Clients, func(c demo.Client) bool { return c.Audience == privacy.University })
	p.Consents = slices.DeleteFunc(p.Consents, func(c demo.Consent) bool { return c.Basis == privacy.ConsultationConsent })
	p.Leads = nil
	for i := range p.Applicants {
		p.Applicants[i].RestrictedAt = nil
	}
	asked := withResults(p)
	each := min(leads, len(asked)*3/4)
	for n, code := range codes {
		p.Clients = append(p.Clients, university(code))
		for i := range each {
			lead(p, asked[(n*each+i*step)%len(asked)], code, n*each+i)
		}
	}
	return p
}

// withResults are the people that have an ENT result, as most leads do.
func withResults(p *demo.Population) []uuid.UUID {
	var all []uuid.UUID
	for _, r := range p.EntResults {
		if len(all) == 0 || all[len(all)-1] != r.UserID {
			all = append(all, r.UserID)
		}
	}
	if len(all)%step == 0 {
		all = all[1:] // so that steps come to everybody
	}
	return all
}

// step is how far apart the people of a university are.
const step = 37

func university(code string) demo.Client {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return demo.Client{
		ID: "university-" + code, Name: code, Audience: privacy.University, Purposes: []privacy.Purpose{privacy.Consultation},
		University: &code, AgreementFrom: &from,
	}
}

// lead adds the nth consultation: of ten, one has ended and one covers the default
// alone.
func lead(p *demo.Population, user uuid.UUID, university string, n int) {
	at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n*17%4_000_000) * time.Second)
	c := demo.Consent{
		UserID: user, ID: id("consent", n), Basis: privacy.ConsultationConsent, University: &university,
		Categories: covers(n), GivenAt: at, ExpiresAt: time.Date(farYear, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	switch n % 40 {
	case 7, 19, 31:
		c.WithdrawnAt = new(at.Add(time.Hour))
	case 23:
		c.ExpiresAt = at.Add(time.Hour)
	}
	p.Consents = append(p.Consents, c)
	p.Leads = append(p.Leads, demo.Lead{UserID: user, University: university, ID: id("lead", n), ConsentID: c.ID, RequestedAt: at})
}

func covers(n int) privacy.Set {
	if n%10 == 3 {
		return privacy.SetOf(privacy.GivenName, privacy.Phone)
	}
	return privacy.SetOf(privacy.FamilyName, privacy.GivenName, privacy.Patronymic, privacy.Phone, privacy.Email, privacy.EntResult,
		privacy.ProfileSubjects, privacy.EntScores, privacy.EntLanguage, privacy.Region)
}

func id(kind string, n int) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", kind, n))
}

// database is a filled database with the vault that opens it.
type database struct {
	dsn        string
	postmaster int      // its process
	keys       string   // folder of the key store
	codes      []string // of the universities
	people     *demo.Population
}

// open fills a database in a private PostgreSQL with a population.
func open(ctx context.Context, cluster *demo.Cluster, name, keys string, users int, to deal) (*database, error) {
	d := &database{dsn: cluster.DSN(name), keys: keys}
	if err := demo.RecreateDatabase(ctx, cluster, name); err != nil {
		return nil, err
	}
	if _, err := postgres.Migrate(ctx, d.dsn, migrations.FS); err != nil {
		return nil, err
	}
	return d, d.fill(ctx, users, to)
}

func (d *database) fill(ctx context.Context, users int, to deal) error {
	store, err := vault.OpenDirectory(d.keys)
	if err != nil {
		return err
	}
	db, err := sqlx.ConnectContext(ctx, "postgres", d.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := db.SelectContext(ctx, &d.codes, "SELECT code FROM university ORDER BY code LIMIT $1", to.universities); err != nil {
		return err
	}
	d.people = population(users, d.codes, to.leads)
	keys, err := postgres.NewKeys(db, vault.New(store, vault.Options{}), time.Now)
	if err != nil {
		return err
	}
	if err := keys.Prepare(ctx); err != nil {
		return err
	}
	if err := demo.Fill(ctx, db, keys, d.people); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, peersSchema); err != nil {
		return err
	}
	if err := copyPeople(ctx, db, d.people.Applicants); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, rlsSchema); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	var backend int
	if err := db.GetContext(ctx, &backend, "SELECT pg_backend_pid()"); err != nil {
		return err
	}
	d.postmaster, err = parent(backend)
	return err
}

// copyPeople fills the table of values in clear.
func copyPeople(ctx context.Context, db *sqlx.DB, people []demo.Applicant) error {
	columns := strings.Fields("user_id family_name given_name patronymic iin birth_date sex phone email profile_subjects region address")
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	stmt, err := tx.PrepareContext(ctx, pq.CopyInSchema("peer", "applicant", columns...))
	if err != nil {
		return err
	}
	for _, a := range people {
		subjects := make(pq.StringArray, len(a.ProfileSubjects))
		for i, s := range a.ProfileSubjects {
			subjects[i] = string(s)
		}
		if _, err := stmt.ExecContext(ctx, a.UserID, a.FamilyName, a.GivenName, a.Patronymic, a.IIN, a.BirthDate, a.Sex, string(a.Phone), a.Email, subjects, a.Region, a.Address); err != nil {
			return err
		}
	}
	if _, err := stmt.ExecContext(ctx); err != nil {
		return err
	}
	if err := stmt.Close(); err != nil {
		return err
	}
	return tx.Commit()
}

// farYear is when the consents that stand expire.
const farYear = 2030
