package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/pressly/goose/v3"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// Store is the database.
type Store struct {
	// Catalogue is the reference data as it was when the store was opened.
	Catalogue *applicant.Catalogue

	// Keys are the keys of the database.
	Keys *Keys

	db            *sqlx.DB
	now           func() time.Time
	terms         map[privacy.Basis]time.Duration
	sessionTerm   time.Duration
	guardianUnder int
	statements    statements
}

// Options of a connection.
type Options struct {
	MaxConnections int
	Now            func() time.Time
	Driver         string // of database/sql; "postgres" unless a test listens to the statements
	Vault          *vault.Vault
	Terms          map[privacy.Basis]time.Duration // of consents, where not consent.DefaultTerm
	SessionTerm    time.Duration                   // of a session that is not refreshed
	GuardianUnder  int                             // the age, in years, under which a guardian confirms a consultation; 0 for none
}

// Open connects to a migrated database, prepares its keys as [Keys.Prepare]
// does, and reads its catalogue.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	opened, err := openDatabase(o.Driver, dsn)
	if err != nil {
		return nil, err
	}
	db := sqlx.NewDb(opened, "postgres")
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("database: %w", errors.Join(Describe(err), db.Close()))
	}
	db.SetMaxOpenConns(o.MaxConnections)
	db.SetMaxIdleConns(o.MaxConnections)
	s := &Store{db: db, now: o.Now, terms: o.Terms, sessionTerm: o.SessionTerm, guardianUnder: o.GuardianUnder}
	if err := s.prepare(ctx, o.Vault); err != nil {
		return nil, errors.Join(Describe(err), db.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, v *vault.Vault) (err error) {
	if s.Keys, err = NewKeys(s.db, v, s.now); err != nil {
		return err
	}
	s.statements = s.Keys.statements
	if err = s.Keys.Prepare(ctx); err != nil {
		return err
	}
	s.Catalogue, err = s.catalogue(ctx)
	return err
}

// term is how long a consent on a basis stands.
func (s *Store) term(b privacy.Basis) time.Duration {
	if set := s.terms[b]; set > 0 {
		return set
	}
	return consent.DefaultTerm(b)
}

// termOf is how long a consent that is given stands: one to a survey as long as
// that keeps the answers.
func (s *Store) termOf(g *Granted) time.Duration {
	if g.Survey != nil {
		return g.Survey.Retention()
	}
	return s.term(g.Basis)
}

// Close closes the connections.
func (s *Store) Close() error { return s.db.Close() }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return Describe(s.db.PingContext(ctx)) }

// Migrate applies the migrations that a database does not have yet, and returns
// how many those were.
func Migrate(ctx context.Context, dsn string, migrations fs.FS) (int, error) {
	db, err := sqlx.ConnectContext(ctx, "postgres", dsn)
	if err != nil {
		return 0, Describe(err)
	}
	defer func() { _ = db.Close() }()
	provider, err := goose.NewProvider(goose.DialectPostgres, db.DB, migrations)
	if err != nil {
		return 0, err
	}
	done, err := provider.Up(ctx)
	return len(done), err
}

// Error is what may be told of an error of the database: the driver's messages
// and details quote values of rows.
type Error struct{ Code, Name, Table, Constraint string }

func (e *Error) Error() string {
	return fmt.Sprintf("postgres: %s (%s) table=%q constraint=%q", e.Code, e.Name, e.Table, e.Constraint)
}

// Describe makes an error of the database an [Error]; any other stays as it is.
func Describe(err error) error {
	var e *pq.Error
	if !errors.As(err, &e) {
		return err
	}
	return &Error{Code: string(e.Code), Name: e.Code.Name(), Table: e.Table, Constraint: e.Constraint}
}
