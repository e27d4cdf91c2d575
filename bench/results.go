package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// results are the figures of a run.
type results struct {
	Users   int      `json:"users"`
	Long    string   `json:"long"`
	Figures []figure `json:"figures"`
}

func (r results) write(file string) error {
	content, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(content, '\n'), 0o600)
}

// of are the figures of a server and a query at a number of connections.
func (r results) of(server, query string, connections int) []figure {
	return slices.DeleteFunc(slices.Clone(r.Figures), func(f figure) bool {
		return f.Server != server || f.Query != query || f.Connections != connections
	})
}

// spread is the median with the least and the greatest.
func spread(figures []figure, of func(figure) float64) (median, least, most float64) {
	values := make([]float64, len(figures))
	for i, f := range figures {
		values[i] = of(f)
	}
	slices.Sort(values)
	return values[len(values)/2], values[0], values[len(values)-1]
}

// The tables stand between these lines of the document.
const (
	tablesBegin = "<!-- tables: written by make bench -->"
	tablesEnd   = "<!-- end of tables -->"
)

var errNoPlace = errors.New("the document has no place for tables")

func (r results) writeTables(file string) error {
	return writeBetween(file, tablesBegin, tablesEnd, r.tables())
}

// writeBetween writes a text between two lines of a document.
func writeBetween(file, begin, end, text string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ends := strings.Cut(rest, end)
	if !found || !ends {
		return fmt.Errorf("%s: %w", file, errNoPlace)
	}
	return os.WriteFile(file, []byte(before+begin+"\n\n"+text+"\n"+end+after), 0o600)
}

func (r results) tables() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d people, %d processors, %s, loads of %s; median (least–most) of the rounds. CPU is in milliseconds a request.\n\n",
		r.Users, runtime.NumCPU(), runtime.Version(), r.Long)
	for _, q := range queries() {
		fmt.Fprintf(&b, "### %s: %s\n\n| server | connections | requests/s | p50 ms | p99 ms | server CPU | PostgreSQL CPU | memory MiB | allocations |\n|---|---|---|---|---|---|---|---|---|\n", q.name, q.what)
		for _, c := range contenders() {
			for _, n := range []int{1, 32, 256} {
				if figures := r.of(c.name, q.name, n); len(figures) > 0 {
					fmt.Fprintf(&b, "| %s | %d | %s |\n", c.what, n, row(figures))
				}
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("### Ratios\n\n| figure | at most | is |\n|---|---|---|\n")
	for _, f := range r.ratios() {
		fmt.Fprintf(&b, "| %s | %.2g | %s |\n", f.what, f.most, f)
	}
	return b.String()
}

func row(figures []figure) string {
	cells := []string{}
	for _, c := range []struct {
		of     func(figure) float64
		digits int
	}{
		{func(f figure) float64 { return f.PerSecond }, 0},
		{func(f figure) float64 { return f.P50 }, 2},
		{func(f figure) float64 { return f.P99 }, 2},
		{func(f figure) float64 { return f.ServerCPU }, 3},
		{func(f figure) float64 { return f.PostgresCPU }, 3},
		{func(f figure) float64 { return f.Resident }, 0},
		{func(f figure) float64 { return f.Allocations }, 0},
	} {
		median, least, most := spread(figures, c.of)
		cells = append(cells, fmt.Sprintf("%.*f (%.*f–%.*f)", c.digits, median, c.digits, least, c.digits, most))
	}
	return strings.Join(cells, " | ")
}
