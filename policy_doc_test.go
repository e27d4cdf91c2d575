package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// clauseRow is a row of docs/policy.md.
type clauseRow struct {
	clauses           []string
	field, code, test string // what it names
}

var (
	clauseBegins    = regexp.MustCompile(`(?m)^\s*(?:- )?(\d+\.\d+(?:\.\d+)*)\.\s`)
	clauseRowBegins = regexp.MustCompile(`^\| (\d+\.[\d.]+(?:, \d+\.[\d.]+)*) `)
	quoted          = regexp.MustCompile("`([^`]+)`")
	commandRow      = regexp.MustCompile("(?m)^\\| `(kelisim [a-z]+ [a-z]+)")
	testFunction    = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// Every clause of the policy has a row in docs/policy.md, and every row a clause.
func TestPolicyDocumentHasEveryClause(t *testing.T) {
	has := map[string]bool{}
	for _, r := range readClauseRows(t) {
		for _, number := range r.clauses {
			has[number] = true
		}
	}
	clauses := clauseBegins.FindAllStringSubmatch(read(t, "migrations/0003_policy.sql"), -1)
	if len(clauses) != 51 {
		t.Errorf("the policy has %d clauses", len(clauses))
	}
	for _, c := range clauses {
		if !has[c[1]] {
			t.Errorf("clause %s has no row", c[1])
		}
		delete(has, c[1])
	}
	for number := range has {
		t.Errorf("the policy has no clause %s", number)
	}
}

// Every field, command, file, transcript and test that a row names is there, and a
// row names some of each, or none of any.
func TestPolicyDocumentNamesWhatThereIs(t *testing.T) {
	names := namesOf(t)
	for _, r := range readClauseRows(t) {
		for kind, cell := range map[string]string{"field": r.field, "code": r.code, "test": r.test} {
			named := quoted.FindAllStringSubmatch(cell, -1)
			if len(named) == 0 && (r.field != "–" || cell != "–") {
				t.Errorf("%s names no %s", r.clauses, kind)
			}
			for _, n := range named {
				if !names[kind+" "+n[1]] {
					t.Errorf("%s names the %s %s, which is not there", r.clauses, kind, n[1])
				}
			}
		}
	}
}

func readClauseRows(t *testing.T) (rows []clauseRow) {
	t.Helper()
	for line := range strings.Lines(read(t, "docs/policy.md")) {
		numbers := clauseRowBegins.FindStringSubmatch(line)
		if numbers == nil {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 5 {
			t.Fatalf("not a row: %s", line)
		}
		rows = append(rows, clauseRow{strings.Split(numbers[1], ", "), cells[2], cells[3], strings.TrimSpace(cells[4])})
	}
	return rows
}

// namesOf is all that may be named, with its kind.
func namesOf(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{"field /privacy-policy": strings.Contains(read(t, "routes.go"), "/privacy-policy")}
	for _, c := range commandRow.FindAllStringSubmatch(read(t, "README.md"), -1) {
		names["field "+c[1]] = true
	}
	for _, coordinate := range coordinates(t) {
		names["field "+coordinate] = true
	}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err == nil && entry.IsDir() && path != "." && strings.HasPrefix(path, "."):
			return fs.SkipDir
		case err != nil || entry.IsDir():
			return err
		case strings.HasSuffix(path, "_test.go"):
			for _, f := range testFunction.FindAllStringSubmatch(read(t, path), -1) {
				names["test "+f[1]] = true
			}
		case strings.HasSuffix(path, ".txtar"):
			names["test "+filepath.Base(path)] = true
		default:
			names["code "+filepath.ToSlash(path)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// coordinates are the types of the schema, their fields and values, and the
// directives. A query and a mutation go by their own names.
func coordinates(t *testing.T) (all []string) {
	t.Helper()
	schema, err := parser.ParseSchema(&ast.Source{Input: read(t, "schema.graphqls")})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range schema.Directives {
		all = append(all, "@"+d.Name)
	}
	for _, d := range schema.Definitions {
		within := d.Name + "."
		if d.Name == "Query" || d.Name == "Mutation" {
			within = ""
		}
		all = append(all, d.Name)
		for _, f := range d.Fields {
			all = append(all, within+f.Name)
		}
		for _, v := range d.EnumValues {
			all = append(all, within+v.Name)
		}
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
