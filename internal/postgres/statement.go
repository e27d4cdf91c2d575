package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

//go:embed query/*.sql
var files embed.FS

// mark begins the names that a line of a statement belongs to.
const mark = "--@"

// statement is one file of query/.
type statement struct {
	name  string
	lines []line
}

type line struct {
	text  string
	names []string // of the features it belongs to; none: always
}

// statements are the files of query/, by name without extension.
type statements map[string]*statement

func readStatements() (statements, error) {
	entries, err := files.ReadDir("query")
	if err != nil {
		return nil, err
	}
	all := make(statements, len(entries))
	for _, f := range entries {
		text, err := files.ReadFile("query/" + f.Name())
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(f.Name(), ".sql")
		all[name] = parseStatement(name, string(text))
	}
	return all, nil
}

func parseStatement(name, text string) *statement {
	s := &statement{name: name}
	for l := range strings.Lines(text) {
		code, names, _ := strings.Cut(l, mark)
		code, _, _ = strings.Cut(code, "-- ")
		if code = strings.TrimRight(code, " \n"); code != "" {
			s.lines = append(s.lines, line{text: code, names: strings.Fields(names)})
		}
	}
	return s
}

// features are the names whose lines a statement is to have.
type features map[string]bool

func (l line) in(f features) bool {
	return len(l.names) == 0 || slices.ContainsFunc(l.names, func(n string) bool { return f[n] })
}

// errParameter is returned for a statement that names what it is not given. The
// error of sqlx would quote all that it is given.
var errParameter = errors.New("postgres: a parameter is missing")

// render is the statement with the lines of the features, and its parameters.
func (s *statement) render(f features, args map[string]any) (string, []any, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "/* %s */\n", s.name)
	for _, l := range s.lines {
		if l.in(f) {
			b.WriteString(l.text)
			b.WriteByte('\n')
		}
	}
	query, values, err := sqlx.Named(b.String(), args)
	if err != nil {
		return "", nil, fmt.Errorf("%w in %s", errParameter, s.name)
	}
	return sqlx.Rebind(sqlx.DOLLAR, query), values, nil
}

// rows runs a statement and scans all its rows into a slice of structs.
func (s statements) rows(ctx context.Context, q sqlx.QueryerContext, into any, name string, f features, args map[string]any) error {
	query, values, err := s[name].render(f, args)
	if err != nil {
		return err
	}
	return Describe(sqlx.SelectContext(ctx, q, into, query, values...))
}

// row runs a statement and scans its one row; it fails with sql.ErrNoRows where
// there is none.
func (s statements) row(ctx context.Context, q sqlx.QueryerContext, into any, name string, f features, args map[string]any) error {
	query, values, err := s[name].render(f, args)
	if err != nil {
		return err
	}
	return Describe(sqlx.GetContext(ctx, q, into, query, values...))
}

// exec runs a statement that returns no rows.
func (s statements) exec(ctx context.Context, q sqlx.ExecerContext, name string, f features, args map[string]any) error {
	query, values, err := s[name].render(f, args)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, query, values...)
	return Describe(err)
}
