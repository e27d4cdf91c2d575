package demo

import (
	"context"
	"errors"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// duplicateDatabase is PostgreSQL's code for a database that exists already.
const duplicateDatabase = "42P04"

// CreateDatabase makes a database in a cluster if there is none of that name.
func CreateDatabase(ctx context.Context, c *Cluster, name string) error {
	err := c.exec(ctx, "CREATE DATABASE "+pq.QuoteIdentifier(name))
	var e *pq.Error
	if errors.As(err, &e) && e.Code == duplicateDatabase {
		return nil
	}
	return err
}

// RecreateDatabase makes an empty database in a cluster, in place of the one of
// that name.
func RecreateDatabase(ctx context.Context, c *Cluster, name string) error {
	if err := DropDatabase(ctx, c, name); err != nil {
		return err
	}
	return CreateDatabase(ctx, c, name)
}

// CloneDatabase makes a database as a copy of another, which nobody may be
// connected to.
func CloneDatabase(ctx context.Context, c *Cluster, name, template string) error {
	return c.exec(ctx, "CREATE DATABASE "+pq.QuoteIdentifier(name)+" TEMPLATE "+pq.QuoteIdentifier(template))
}

// DropDatabase removes a database from a cluster, whoever is connected to it.
func DropDatabase(ctx context.Context, c *Cluster, name string) error {
	return c.exec(ctx, "DROP DATABASE IF EXISTS "+pq.QuoteIdentifier(name)+" WITH (FORCE)")
}

func (c *Cluster) exec(ctx context.Context, statement string) error {
	db, err := sqlx.ConnectContext(ctx, "postgres", c.DSN("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// ErrForeignData is returned for a database that holds other data than the
// population's.
var ErrForeignData = errors.New("demo: the database holds other data already; the demo fills an empty one")

// Filled tells whether a database holds the population already. It fails with
// [ErrForeignData] where it holds anything else.
func Filled(ctx context.Context, db *sqlx.DB, p *Population) (bool, error) {
	var users, clients int
	if err := db.QueryRowxContext(ctx, "SELECT (SELECT count(*) FROM applicant), (SELECT count(*) FROM client)").Scan(&users, &clients); err != nil {
		return false, err
	}
	if users == 0 && clients == 0 {
		return false, nil
	}
	var last bool
	err := db.GetContext(ctx, &last, "SELECT EXISTS (SELECT FROM applicant WHERE user_id = $1)", p.Applicants[len(p.Applicants)-1].UserID)
	if err == nil && (!last || users != len(p.Applicants)) {
		err = ErrForeignData
	}
	return last, err
}
