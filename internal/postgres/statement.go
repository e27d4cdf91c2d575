package postgres

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

//go:embed query/*.sql
var queries embed.FS

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

// statements reads all of query/, by file name without extension.
func statements() (map[string]*statement, error) {
	files, err := queries.ReadDir("query")
	if err != nil {
		return nil, err
	}
	all := make(map[string]*statement, len(files))
	for _, f := range files {
		text, err := queries.ReadFile("query/" + f.Name())
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
	return sqlx.Rebind(sqlx.DOLLAR, query), values, err
}
