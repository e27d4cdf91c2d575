package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/spf13/cobra"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/sms"
	"joo.kz/kelisim/migrations"
)

// demoTokenTTL is how long the demo's tokens are good.
const demoTokenTTL = 24 * time.Hour

// demonstration is the demo's flags.
type demonstration struct {
	population demo.Options
	readyFile  string
	out        io.Writer
	progress   io.Writer
	now        func() time.Time
}

func demoCommand(getenv func(string) string, now func() time.Time) *cobra.Command {
	var listen string
	d := demonstration{now: now}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the whole system on this machine with synthetic applicants",
		Long: "Run the whole system on this machine: a private PostgreSQL if DATABASE_URL is unset, the\n" +
			"migrations, synthetic applicants, the API with introspection; print the URL, tokens and three\n" +
			"queries to try; serve until interrupted. The same seed gives the same data.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := &environment{getenv: getenv}
			c := e.config()
			c.ListenAddr, c.Introspection = listen, true
			e.checkAddress("--listen", listen)
			if d.population.Users < 1 {
				e.fault("--users", "is at least 1")
			}
			if err := e.err(); err != nil {
				return err
			}
			d.out, d.progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return d.run(cmd.Context(), c)
		},
	}
	cmd.Flags().IntVar(&d.population.Users, "users", 2000, "how many applicants")
	cmd.Flags().Uint64Var(&d.population.Seed, "seed", 1, "seed of the synthetic data")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address to serve on")
	cmd.Flags().StringVar(&d.readyFile, "ready-file", "", "file to write, once the server answers, with its URL, tokens and database")
	return cmd
}

func (d demonstration) run(ctx context.Context, c config) error {
	keys, err := newKeyring(c)
	if err != nil {
		return err
	}
	dsn, stop, err := d.database(ctx, c)
	if err != nil {
		return err
	}
	defer stop()
	s, err := newServer(ctx, c, dsn, keys, sms.NewPrinter(d.out), d.now)
	if err != nil {
		return err
	}
	population, err := d.fill(ctx, s.store.Keys, dsn)
	if err != nil {
		return err
	}
	return s.serve(ctx, func(url string) error {
		r, err := d.ready(keys.sign, population, url, dsn)
		if err != nil {
			return err
		}
		return d.announce(r)
	})
}

// database is the database of DATABASE_URL, or else a fresh one in a private
// cluster.
func (d demonstration) database(ctx context.Context, c config) (dsn string, stop func(), err error) {
	const name = "kelisim_demo"
	if c.DatabaseURL != "" {
		dsn, stop = c.DatabaseURL, func() {}
	} else {
		cluster, err := privateCluster(ctx, c, d.progress)
		if err != nil {
			return "", nil, err
		}
		dsn, stop = cluster.DSN(name), func() { _ = cluster.Stop() }
		if err := demo.RecreateDatabase(ctx, cluster, name); err != nil {
			stop()
			return "", nil, err
		}
	}
	if _, err = postgres.Migrate(ctx, dsn, migrations.FS); err != nil {
		stop()
		return "", nil, err
	}
	return dsn, stop, nil
}

func (d demonstration) fill(ctx context.Context, keys *postgres.Keys, dsn string) (*demo.Population, error) {
	db, err := sqlx.ConnectContext(ctx, "postgres", dsn)
	if err != nil {
		return nil, postgres.Describe(err)
	}
	defer func() { _ = db.Close() }()
	population := demo.Generate(d.population)
	filled, err := demo.Filled(ctx, db, population)
	if err != nil || filled {
		return population, err
	}
	_, _ = fmt.Fprintf(d.progress, "filling the database with %d synthetic applicants …\n", d.population.Users)
	return population, demo.Fill(ctx, db, keys, population)
}

// ready is the ready file.
type ready struct {
	GraphQL  string `json:"graphql"`
	Database string `json:"database"`
	Tokens   tokens `json:"tokens"`
	User     string `json:"user"`
}

type tokens struct {
	App        string            `json:"app"`
	Site       string            `json:"site"`
	University map[string]string `json:"university"`
	StateBody  string            `json:"stateBody"`
	Operator   string            `json:"operator"`
}

func (d demonstration) ready(s auth.Signer, p *demo.Population, url, dsn string) (ready, error) {
	var failed error
	sign := func(client, user string) string {
		token, err := s.Sign(client, user, "", d.now(), demoTokenTTL)
		failed = errors.Join(failed, err)
		return token
	}
	user := p.User.String()
	r := ready{
		GraphQL:  url,
		Database: dsn,
		User:     user,
		Tokens: tokens{
			App:        sign("app", user),
			Site:       sign("site", user),
			University: map[string]string{},
			StateBody:  sign("state-body", ""),
			Operator:   sign("operator", ""),
		},
	}
	for _, code := range []string{"013", "027", "190"} {
		r.Tokens.University[code] = sign("university-"+code, "")
	}
	return r, failed
}

// announce prints what to try, and writes the ready file whole or not at all.
func (d demonstration) announce(r ready) error {
	_, _ = fmt.Fprintf(d.out, announcement, r.GraphQL, r.Tokens.App, r.Tokens.Site,
		r.Tokens.University["013"], r.Tokens.University["027"], r.Tokens.University["190"])
	if d.readyFile == "" {
		return nil
	}
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(d.readyFile), ".ready-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(append(content, '\n'))
	if err := errors.Join(err, draft.Close()); err != nil {
		return err
	}
	return os.Rename(draft.Name(), d.readyFile)
}

const announcement = `
Kelisim serves synthetic applicants at %[1]s (Ctrl-C ends it).
Three queries to try:

  # the app: the person's own record
  curl -s %[1]s -H 'Content-Type: application/json' -H 'Authorization: Bearer %[2]s' \
    -d '{"query":"query @purpose(is: SERVICE) { me { givenName familyName phone entResults { year total } } }"}'

  # the site: the same person, some of it masked
  curl -s %[1]s -H 'Content-Type: application/json' -H 'Authorization: Bearer %[3]s' \
    -d '{"query":"query @purpose(is: IDENTIFICATION) { me { givenName iin phone email } }"}'

  # university 013: those who asked it for a consultation
  curl -s %[1]s -H 'Content-Type: application/json' -H 'Authorization: Bearer %[4]s' \
    -d '{"query":"query @purpose(is: CONSULTATION) { leads(first: 3) { totalCount nodes { requestedAt covers user { givenName phone email iin } } } }"}'

Tokens of two more universities, 027 (the same person gave it less) and 190 (and nothing to it):

  %[5]s
  %[6]s

Short messages are printed here. To sign in, ask for a code with the app's token,

  curl -s %[1]s -H 'Content-Type: application/json' -H 'Authorization: Bearer %[2]s' \
    -d '{"query":"mutation { requestSignInCode(phone: \"+77710009998\") { id } }"}'

and then signIn(challenge: the id, code: the code).

`
