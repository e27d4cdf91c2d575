package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	collectBegin = "<!-- collect: written by make bench-gogc -->"
	collectEnd   = "<!-- end of collect -->"
)

// collect measures Kelisim with several settings of GOGC, each in turn in each round,
// and writes its table.
func collect(ctx context.Context, o options) error {
	b, stop, err := prepare(ctx, o, deal{universities, consentedLeads * o.users / 200_000})
	if err != nil {
		return err
	}
	defer stop()
	var r results
	for round := range o.rounds {
		for _, percent := range o.gogc {
			figures, err := b.collectOne(ctx, o, percent, round)
			if err != nil {
				return err
			}
			r.Figures = append(r.Figures, figures...)
		}
	}
	return writeBetween(o.tables, collectBegin, collectEnd, collectTable(r, o.gogc))
}

// collectOne is a turn of a setting, which stands where the name of a server stands.
func (b *bench) collectOne(ctx context.Context, o options, percent, round int) (figures []figure, err error) {
	c := contenders()[0]
	c.env = []string{"GOGC=" + strconv.Itoa(percent)}
	p, err := c.start(ctx, b)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	for _, q := range queries() {
		if q.name == "refused" || q.name == "lead" {
			continue
		}
		questions, err := q.questions(c, b)
		if err != nil {
			return nil, err
		}
		if _, err := load(ctx, p.url, questions, 8, 2*time.Second); err != nil {
			return nil, err
		}
		f, err := b.one(ctx, p, questions, 32, o.long)
		if err != nil {
			return nil, err
		}
		f.Server, f.Query, f.Connections, f.Round = strconv.Itoa(percent), q.name, 32, round
		tell("%d GOGC=%d %s: CPU %.3f + %.3f ms, %.0f MiB", round+1, percent, q.name, f.ServerCPU, f.PostgresCPU, f.Resident)
		figures = append(figures, f)
	}
	return figures, nil
}

func collectTable(r results, percents []int) string {
	var b strings.Builder
	b.WriteString("| question | GOGC | server CPU ms | memory MiB |\n|---|---|---|---|\n")
	for _, q := range queries() {
		for _, percent := range percents {
			figures := r.of(strconv.Itoa(percent), q.name, 32)
			if len(figures) == 0 {
				continue
			}
			cost, least, most := spread(figures, func(f figure) float64 { return f.ServerCPU })
			memory, _, _ := spread(figures, func(f figure) float64 { return f.Resident })
			fmt.Fprintf(&b, "| %s | %d | %.3f (%.3f–%.3f) | %.0f |\n", q.name, percent, cost, least, most, memory)
		}
	}
	return b.String()
}
