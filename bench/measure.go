package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// figure is one load on one server.
type figure struct {
	Server      string  `json:"server"`
	Query       string  `json:"query"`
	Connections int     `json:"connections"`
	Round       int     `json:"round"`
	PerSecond   float64 `json:"perSecond"`
	P50         float64 `json:"p50ms"`
	P99         float64 `json:"p99ms"`
	ServerCPU   float64 `json:"serverCPUms"`   // a request
	PostgresCPU float64 `json:"postgresCPUms"` // a request
	Resident    float64 `json:"residentMiB"`
	Allocations float64 `json:"allocations,omitempty"` // a request, of the programs of Go
}

// measure lets each server take its turn in each round.
func (b *bench) measure(ctx context.Context, o options) (results, error) {
	r := results{Users: len(b.database.people.Applicants), Long: o.long.String()}
	for round := range o.rounds {
		for _, c := range contenders() {
			if len(o.servers) > 0 && !slices.Contains(o.servers, c.name) {
				continue
			}
			figures, err := b.turn(ctx, o, c, round)
			if err != nil {
				return r, err
			}
			r.Figures = append(r.Figures, figures...)
		}
		if err := r.write(o.results); err != nil { // what has been measured so far
			return r, err
		}
	}
	return r, nil
}

// turn is one server's: started, checked, warmed up, loaded, stopped.
func (b *bench) turn(ctx context.Context, o options, c contender, round int) (figures []figure, err error) {
	p, err := c.start(ctx, b)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	warm := 2 * time.Second
	if c.node {
		warm = 7 * time.Second
	}
	for _, q := range queries() {
		if len(o.queries) > 0 && !slices.Contains(o.queries, q.name) {
			continue
		}
		questions, err := q.questions(c, b)
		if errors.Is(err, errNotAsked) {
			continue
		}
		if err == nil {
			err = q.verify(ctx, c, p.url, questions, b.truth)
		}
		if err == nil {
			const usual = 8
			_, err = load(ctx, p.url, questions, min(usual, cmp.Or(c.most(q), usual)), warm)
		}
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", c.name, q.name, err)
		}
		for _, n := range o.connections {
			if most := c.most(q); most > 0 && n > most {
				continue
			}
			var f figure
			err := p.profiled(ctx, c.profile(o.profiles, q.name, n), o.long, func() (err error) {
				f, err = b.one(ctx, p, questions, n, o.long)
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", c.name, q.name, err)
			}
			f.Server, f.Query, f.Connections, f.Round = c.name, q.name, n, round
			tell("%d %-16s %-8s %3d: %8.1f/s  p50 %7.2f ms  p99 %7.2f ms  CPU %7.3f + %7.3f ms  %5.0f MiB",
				round+1, f.Server, f.Query, n, f.PerSecond, f.P50, f.P99, f.ServerCPU, f.PostgresCPU, f.Resident)
			figures = append(figures, f)
		}
	}
	return figures, nil
}

// spent is what a server and PostgreSQL have used so far.
type spent struct {
	server, postgres time.Duration
	mallocs          float64
}

func (b *bench) spent(ctx context.Context, p *process) (s spent, err error) {
	if s.server, err = p.cpu(); err != nil {
		return s, err
	}
	if s.postgres, err = postgresCPU(b.database.postmaster); err != nil {
		return s, err
	}
	s.mallocs, err = p.mallocs(ctx)
	return s, err
}

// one is a load and what it cost.
func (b *bench) one(ctx context.Context, p *process, questions []question, connections int, long time.Duration) (f figure, err error) {
	before, err := b.spent(ctx, p)
	if err != nil {
		return f, err
	}
	l, err := load(ctx, p.url, questions, connections, long)
	if err != nil {
		return f, err
	}
	after, err := b.spent(ctx, p)
	if err != nil {
		return f, err
	}
	resident, err := p.resident()
	n := float64(l.requests)
	each := func(d time.Duration) float64 { return d.Seconds() * 1000 / n }
	const micro, mebi = 1000, 1 << 20
	return figure{
		PerSecond: n / l.took.Seconds(),
		P50:       float64(l.times.ValueAtQuantile(50)) / micro, P99: float64(l.times.ValueAtQuantile(99)) / micro,
		ServerCPU: each(after.server - before.server), PostgresCPU: each(after.postgres - before.postgres),
		Resident: float64(resident) / mebi, Allocations: (after.mallocs - before.mallocs) / n,
	}, err
}
