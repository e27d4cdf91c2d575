package proof_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const conformanceFile = "testdata/conformance.tsv"

// row is what each reader must get of one coordinate of the schema: a line of
// testdata/conformance.tsv, which people review.
type row struct {
	coordinate string            // Type.field, Type.field(argument:), Input.field or Enum.VALUE
	category   string            // of @pii; empty for none
	audience   []string          // of @audience; nil for none
	cells      map[string]string // by AUDIENCE:PURPOSE, a letter of legend
	kept       []place           // where the database keeps it; the one column that is written by hand
	because    string            // of @open
	field      bool              // of an object: what an answer shows
}

// place is a column of the database, or all of a table.
type place struct{ table, column string }

const legend = `# What each reader must get of each field, argument, filter and sort key of schema.graphqls. A difference in this file is
# a change of what the policy shows, to be looked at by people. All but the column "kept in" follows from the schema and
# policy-rules.tsv: UPDATE=1 go test ./internal/proof -run EveryCoordinateHasItsRow
#   F  in full          M  masked      D, C  in full where the person's consent to that university covers it
#   S  in full where the person's own consent to that survey stands
#   -  refused, NOT_PERMITTED (2.1.5)                    A  refused, AUDIENCE_NOT_ALLOWED (2.1.5)
#   o  open to whoever reads the person at all, for any purpose they are registered for
#   p  about nobody: needs no purpose                    w  given by the person, not read
# A person who has accepted no policy is refused F and M with POLICY_NOT_ACCEPTED (1.5), but for SUBJECT_ACCESS.
# kept in: the column, or with * the table, that no statement may name where the coordinate is refused.
`

func header() []string {
	return slices.Concat([]string{"coordinate", "category", "audience"}, pairs(), []string{"kept in", "open because"})
}

func (r row) String() string {
	words := []string{r.coordinate, r.category, strings.Join(r.audience, " ")}
	for _, pair := range pairs() {
		words = append(words, r.cells[pair])
	}
	kept := make([]string, len(r.kept))
	for i, p := range r.kept {
		kept[i] = p.String()
	}
	return strings.Join(append(words, strings.Join(kept, " "), r.because), "\t")
}

func (p place) String() string { return p.table + "." + p.column }

func parseRow(line string) row {
	words := strings.Split(line, "\t")
	r := row{coordinate: words[0], category: words[1], audience: strings.Fields(words[2]), cells: map[string]string{}}
	for i, pair := range pairs() {
		r.cells[pair] = words[3+i]
	}
	for word := range strings.FieldsSeq(words[len(words)-2]) {
		table, column, _ := strings.Cut(word, ".")
		r.kept = append(r.kept, place{table, column})
	}
	r.because = words[len(words)-1]
	return r
}

// conformance are the rows as people have reviewed them.
func conformance(t *testing.T) map[string]row {
	t.Helper()
	content, err := os.ReadFile(conformanceFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimRight(string(content), "\n"), "\n"), func(l string) bool { return strings.HasPrefix(l, "#") })
	if lines[0] != strings.Join(header(), "\t") {
		t.Fatalf("%s has the columns %s", conformanceFile, lines[0])
	}
	rows := map[string]row{}
	for _, line := range lines[1:] {
		r := parseRow(line)
		if _, twice := rows[r.coordinate]; twice {
			t.Fatalf("%s: %s has two rows", conformanceFile, r.coordinate)
		}
		rows[r.coordinate] = r
	}
	return rows
}

func writeConformance(t *testing.T, rows []row) {
	t.Helper()
	text := legend + strings.Join(header(), "\t") + "\n"
	for _, r := range rows {
		text += r.String() + "\n"
	}
	if err := os.WriteFile(conformanceFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// faults tells how the rows that people have reviewed and those that the schema
// and the policy ask for differ.
func faults(reviewed map[string]row, wanted []row) (all []string) {
	known := map[string]bool{}
	for _, want := range wanted {
		known[want.coordinate] = true
		got, found := reviewed[want.coordinate]
		want.kept = got.kept
		switch {
		case !found:
			all = append(all, fmt.Sprintf("%s has no row in internal/proof/%s. Run UPDATE=1 go test ./internal/proof -run EveryCoordinateHasItsRow, read the row, "+
				"and say in its column \"kept in\" where the database keeps it:\n%s", want.coordinate, conformanceFile, want))
		case got.String() != want.String():
			all = append(all, fmt.Sprintf("%s: the row in %s is not what the schema and the policy say. If the policy has changed, UPDATE=1 writes the row anew.\nrow    %s\npolicy %s",
				want.coordinate, conformanceFile, got, want))
		case want.field && want.category != "" && len(got.kept) == 0:
			all = append(all, fmt.Sprintf("%s: say in the column \"kept in\" of its row in %s where the database keeps it, as table.column or table.*", want.coordinate, conformanceFile))
		}
	}
	for coordinate := range reviewed {
		if !known[coordinate] {
			all = append(all, fmt.Sprintf("%s has a row in %s and is not in the schema: take the row out, or see what became of it", coordinate, conformanceFile))
		}
	}
	slices.Sort(all)
	return all
}

// theSchema is the schema as it is written, with the @pii of inputs.
func theSchema(t *testing.T, change ...string) *ast.Schema {
	t.Helper()
	content, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(change...).Replace(string(content))
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
