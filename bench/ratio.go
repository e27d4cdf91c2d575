package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// ratio is a figure that is asked of Kelisim: its cost by another's, medians of one
// run at 32 connections.
type ratio struct {
	what  string
	most  float64
	is    float64
	known bool // both were measured
}

func (r ratio) String() string {
	switch {
	case !r.known:
		return "not measured"
	case r.is > r.most:
		return fmt.Sprintf("%.2f, too much", r.is)
	default:
		return fmt.Sprintf("%.2f", r.is)
	}
}

func (r results) ratios() []ratio {
	server := func(f figure) float64 { return f.ServerCPU }
	postgres := func(f figure) float64 { return f.PostgresCPU }
	both := func(f figure) float64 { return f.ServerCPU + f.PostgresCPU }
	const at = 32
	by := func(most float64, what, other, query string, cost func(figure) float64) ratio {
		own, others := r.of("kelisim", query, at), r.of(other, query, at)
		f := ratio{what: fmt.Sprintf("Kelisim ÷ %s, %s, %s", other, what, query), most: most}
		if len(own) > 0 && len(others) > 0 {
			a, _, _ := spread(own, cost)
			b, _, _ := spread(others, cost)
			f.is, f.known = a/b, true
		}
		return f
	}
	return []ratio{
		by(2.5, "server CPU", "limit", "leads50", server),
		by(1.2, "PostgreSQL CPU", "limit-sealed", "leads50", postgres),
		by(1.2, "PostgreSQL CPU", "limit-sealed", "leads500", postgres),
		by(0.4, "server CPU", "gqlgen", "leads50", server),
		by(0.4, "server CPU", "gqlgen", "leads500", server),
		by(0.6, "server and PostgreSQL CPU", "postgraphile", "leads50", both),
		by(0.6, "server and PostgreSQL CPU", "postgraphile", "me", both),
		by(0.2, "server and PostgreSQL CPU", "apollo", "leads50", both),
		by(0.5, "server and PostgreSQL CPU", "apollo", "me", both),
	}
}

var errTooMuch = errors.New("a figure is not within its bound")

// checkFigures prints the ratios of an earlier run, and fails where one is beyond its
// bound or was not measured.
func checkFigures(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var r results
	if err := json.Unmarshal(content, &r); err != nil {
		return err
	}
	for _, f := range r.ratios() {
		fmt.Printf("%-70s at most %.2g: %s\n", f.what, f.most, f)
		if !f.known || f.is > f.most {
			err = errTooMuch
		}
	}
	return err
}
