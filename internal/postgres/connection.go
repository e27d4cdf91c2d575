package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// keptStatements is how many statements a connection keeps: what clients ask for
// takes a few dozen. Whoever asks for all kinds of things has them planned anew.
const keptStatements = 128

// connector opens connections of a driver that keep what they have prepared.
type connector struct {
	driver driver.Driver
	dsn    string
}

// openDatabase opens a database whose connections keep their statements. A kept
// statement is planned once for all its parameters: to plan one that joins ten
// tables takes longer than to run it. So the statements are written such that
// there is one good plan.
func openDatabase(driverName, dsn string) (*sql.DB, error) {
	named, err := sql.Open(driverName, "") // connects to nothing
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{driver: named.Driver(), dsn: plannedOnce(dsn)}), named.Close()
}

// plannedOnce is an address, or a list of settings, with one more setting.
func plannedOnce(dsn string) string {
	const name, value = "plan_cache_mode", "force_generic_plan"
	u, err := url.Parse(dsn)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return dsn + " " + name + "=" + value
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// Driver is the driver.
func (c connector) Driver() driver.Driver { return c.driver }

// Connect opens a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(conn)
	if !ok {
		return nil, driver.ErrSkip
	}
	statements, err := simplelru.NewLRU(keptStatements, func(_ string, s driver.Stmt) { _ = s.Close() })
	return &connection{conn: conn, statements: statements}, err
}

// conn is what a connection of the driver can do.
type conn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
}

// connection prepares each statement that has parameters or rows once, and keeps it.
type connection struct {
	conn

	statements *simplelru.LRU[string, driver.Stmt]
}

// QueryContext runs a kept statement. One that fails is not kept: its tables may
// have become others.
func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		c.statements.Remove(query)
	}
	return rows, err
}

// ExecContext runs a kept statement, or one without parameters as it is.
func (c *connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.conn.ExecContext(ctx, query, args)
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		c.statements.Remove(query)
	}
	return result, err
}

func (c *connection) statement(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.statements.Get(query); ok {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err == nil {
		c.statements.Add(query, s)
	}
	return s, err
}

// CheckNamedValue has the driver convert a parameter.
func (c *connection) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// Ping asks the driver whether the database answers.
func (c *connection) Ping(ctx context.Context) error {
	if p, ok := c.conn.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// IsValid tells whether the connection can be used again.
func (c *connection) IsValid() bool {
	v, ok := c.conn.(driver.Validator)
	return !ok || v.IsValid()
}
