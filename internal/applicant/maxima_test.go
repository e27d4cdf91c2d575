package applicant_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

func readTable(t *testing.T, file string, columns ...string) (rows [][]string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != len(columns) || cells[len(cells)-1] == "" {
			t.Errorf("%s: %q", file, line)
			continue
		}
		rows = append(rows, cells)
	}
	if !slices.Equal(rows[0], columns) {
		t.Errorf("%s begins with %v", file, rows[0])
	}
	return rows[1:]
}

// TestMaximaTable: each year has each slot once, with a source, no threshold above
// its maximum, and maxima that add up to the total.
func TestMaximaTable(t *testing.T) {
	years := map[string]map[string]int{}
	for _, cells := range readTable(t, "ent_maxima.tsv", "year", "slot", "max", "threshold", "source") {
		year, slot := cells[0], cells[1]
		if years[year] == nil {
			years[year] = map[string]int{}
		}
		if _, twice := years[year][slot]; twice {
			t.Errorf("%s has %s twice", year, slot)
		}
		years[year][slot], _ = strconv.Atoi(cells[2])
		if threshold, _ := strconv.Atoi(cells[3]); threshold > years[year][slot] {
			t.Errorf("%s: the threshold of %s is above its maximum", year, slot)
		}
	}
	for year, m := range years {
		sum := m["HISTORY_KZ"] + m["MATH_LIT"] + m["READ_LIT"] + 2*m["PROFILE"]
		if _, listed := m["CREATIVE"]; len(m) != 6 || !listed || sum != m["TOTAL"] || sum == 0 {
			t.Errorf("%s: %v add up to %d", year, m, sum)
		}
	}
	for _, year := range []string{"2024", "2025", "2026"} {
		if years[year] == nil {
			t.Errorf("%s is missing", year)
		}
	}
}

// TestSessionsTable: windows are days in order, a year of its own stands before
// the years not listed, and those have each session.
func TestSessionsTable(t *testing.T) {
	others := map[applicant.EntSession]bool{}
	for _, cells := range readTable(t, "ent_sessions.tsv", "year", "session", "from", "to", "source") {
		session := applicant.EntSession(cells[1])
		for _, day := range cells[2:4] {
			if _, err := time.Parse("2006-01-02", "2024-"+day); err != nil {
				t.Error(err)
			}
		}
		if !session.Valid() || cells[2] > cells[3] || others[session] {
			t.Errorf("%v", cells)
		}
		if cells[0] == "*" {
			others[session] = true
		}
	}
	if len(others) != 4 {
		t.Errorf("the years not listed have %v", others)
	}
}
