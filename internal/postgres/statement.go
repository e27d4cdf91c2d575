package postgres

import (
	"context"
	"embed"
	"fmt"
	"reflect"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jmoiron/sqlx"
	"github.com/jmoiron/sqlx/reflectx"
)

//go:embed query/*.sql query/part/*.sql
var files embed.FS

// mark begins the names that a line of a statement belongs to; insert, a line that
// stands for a part that several statements have.
const (
	mark   = "--@"
	insert = "--+"
)

// mostForms is how many forms of one statement are kept.
const mostForms = 256

// statement is one file of query/.
type statement struct {
	name  string
	lines []line
	forms *lru.Cache[string, form] // by which lines they have
}

// form is a statement with some of its lines, and its parameters in order.
type form struct {
	text       string
	parameters []string
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
		if f.IsDir() {
			continue
		}
		text, err := files.ReadFile("query/" + f.Name())
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(f.Name(), ".sql")
		if all[name], err = parseStatement(name, string(text)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func parseStatement(name, text string) (*statement, error) {
	forms, err := lru.New[string, form](mostForms)
	if err != nil {
		return nil, err
	}
	lines, err := parseLines(text)
	return &statement{name: name, lines: lines, forms: forms}, err
}

func parseLines(text string) (lines []line, err error) {
	for l := range strings.Lines(text) {
		if part, is := strings.CutPrefix(l, insert); is {
			inserted, err := files.ReadFile("query/part/" + strings.TrimSpace(part) + ".sql")
			if err != nil {
				return nil, err
			}
			more, err := parseLines(string(inserted))
			if err != nil {
				return nil, err
			}
			lines = append(lines, more...)
			continue
		}
		code, names, _ := strings.Cut(l, mark)
		code, _, _ = strings.Cut(code, "-- ")
		if code = strings.TrimRight(code, " \n"); code != "" {
			lines = append(lines, line{text: code, names: strings.Fields(names)})
		}
	}
	return lines, nil
}

// features are the names whose lines a statement is to have.
type features map[string]bool

func (l line) in(f features) bool {
	return len(l.names) == 0 || slices.ContainsFunc(l.names, func(n string) bool { return f[n] })
}

// render is the statement with the lines of the features, and the values of its
// parameters.
func (s *statement) render(f features, args map[string]any) (string, []any, error) {
	which := make([]byte, len(s.lines))
	for i, l := range s.lines {
		if l.in(f) {
			which[i] = 1
		}
	}
	rendered, found := s.forms.Get(string(which))
	if !found {
		var err error
		if rendered, err = s.form(which, args); err != nil {
			return "", nil, err
		}
		s.forms.Add(string(which), rendered)
	}
	values := make([]any, len(rendered.parameters))
	for i, name := range rendered.parameters {
		value, given := args[name]
		if !given {
			return "", nil, fmt.Errorf("statement %s: no argument %s", s.name, name)
		}
		values[i] = value
	}
	return rendered.text, values, nil
}

// form renders the statement with some of its lines. It fails where a parameter
// has no argument.
func (s *statement) form(which []byte, args map[string]any) (form, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "/* %s */\n", s.name)
	for i, l := range s.lines {
		if which[i] == 1 {
			b.WriteString(l.text)
			b.WriteByte('\n')
		}
	}
	names := make(map[string]any, len(args))
	for name := range args {
		names[name] = name
	}
	query, parameters, err := sqlx.Named(b.String(), names)
	rendered := form{text: sqlx.Rebind(sqlx.DOLLAR, query)}
	for _, p := range parameters {
		name, _ := p.(string)
		rendered.parameters = append(rendered.parameters, name)
	}
	return rendered, err
}

// rows runs a statement and scans all its rows into a slice of structs.
func (s statements) rows(ctx context.Context, q sqlx.QueryerContext, into any, name string, f features, args map[string]any) error {
	query, values, err := s[name].render(f, args)
	if err != nil {
		return err
	}
	return Describe(sqlx.SelectContext(ctx, q, into, query, values...))
}

// each runs a statement and scans its rows, one after the other, into the same
// struct.
func (s statements) each(ctx context.Context, q sqlx.QueryerContext, row any, do func() error, name string, f features, args map[string]any) error {
	query, values, err := s[name].render(f, args)
	if err != nil {
		return err
	}
	rows, err := q.QueryxContext(ctx, query, values...)
	if err != nil {
		return Describe(err)
	}
	defer func() { _ = rows.Close() }()
	into, err := destinations(rows, row)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return Describe(err)
		}
		if err := do(); err != nil {
			return err
		}
	}
	return Describe(rows.Err())
}

// destinations are the fields of a struct that the columns of rows go to.
func destinations(rows *sqlx.Rows, row any) ([]any, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	v := reflect.ValueOf(row).Elem()
	into := make([]any, len(columns))
	for i, path := range rows.Mapper.TraversalsByName(v.Type(), columns) {
		if len(path) == 0 {
			return nil, fmt.Errorf("no field for column %s", columns[i])
		}
		into[i] = reflectx.FieldByIndexes(v, path).Addr().Interface()
	}
	return into, nil
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
