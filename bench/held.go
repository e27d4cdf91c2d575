package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// hold loads Kelisim over 256 connections while consents are given and withdrawn and
// the keys are rotated; then with three times what it can answer, and once more with
// little. Nothing but being sent away may fail.
func hold(ctx context.Context, o options) error {
	b, stop, err := prepare(ctx, o, deal{universities, consentedLeads * o.users / 200_000})
	if err != nil {
		return err
	}
	defer stop()
	p, err := contenders()[0].start(ctx, b)
	if err != nil {
		return err
	}
	defer func() { _ = p.stop() }()
	questions, err := mixed(b)
	if err != nil {
		return err
	}
	h := &held{p: p, b: b, questions: questions}
	return h.run(ctx, o)
}

// held is a load with its outcomes.
type held struct {
	p         *process
	b         *bench
	questions []question
	lines     []string
}

func mixed(b *bench) ([]question, error) {
	var all []question
	for _, q := range queries() {
		if q.name != "leads50" && q.name != "me" && q.name != "lead" {
			continue
		}
		some, err := q.questions(contenders()[0], b)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func (h *held) run(ctx context.Context, o options) error {
	changing, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	var changes, rotations atomic.Int64
	group.Go(func() { h.change(changing, &changes) })
	group.Go(func() { h.rotate(changing, &rotations) })
	steady, err := h.phase(ctx, "256 connections", 256, 0, o.hold)
	stop()
	group.Wait()
	if err != nil {
		return err
	}
	const overload = 3
	if _, err = h.phase(ctx, "three times what it answered", 1024, overload*steady, o.hold/5); err != nil {
		return err
	}
	if _, err = h.phase(ctx, "32 connections, after that", 32, 0, o.hold/10); err != nil {
		return err
	}
	text := "| load | requests/s | sent away | p50 ms | p99 ms | memory MiB |\n|---|---|---|---|---|---|\n" + strings.Join(h.lines, "\n") +
		fmt.Sprintf("\n\nIn the first load %d consents were given and withdrawn, and the keys rotated %d times.\n", changes.Load(), rotations.Load())
	return writeBetween(o.tables, "<!-- held: written by make bench-hold -->", "<!-- end of held -->", text)
}

// phase loads for a time: as fast as it is answered, or at a rate. It returns how many
// were answered in a second, and fails where one failed otherwise than by being sent
// away.
func (h *held) phase(ctx context.Context, what string, connections int, rate float64, long time.Duration) (float64, error) {
	c := client(connections)
	defer c.CloseIdleConnections()
	times := hdrhistogram.New(1, 60_000_000, 3)
	var next, answered, shed atomic.Int64
	var mu sync.Mutex
	var failed error
	var group sync.WaitGroup
	began := time.Now()
	for range connections {
		group.Go(func() {
			for time.Since(began) < long {
				n := next.Add(1)
				if rate > 0 {
					time.Sleep(time.Until(began.Add(time.Duration(float64(n) / rate * float64(time.Second)))))
				}
				at := time.Now()
				status, body, err := send(ctx, c, h.p.url, h.questions[int(n)%len(h.questions)])
				took := time.Since(at)
				switch {
				case err == nil && status == http.StatusServiceUnavailable && strings.Contains(string(body), "RATE_LIMITED"):
					shed.Add(1)
				case err != nil || status != http.StatusOK || strings.Contains(string(body), `"errors"`):
					mu.Lock()
					failed = errors.Join(err, fmt.Errorf("%s: status %d, %.300s", what, status, body))
					mu.Unlock()
				default:
					answered.Add(1)
					mu.Lock()
					_ = times.RecordValue(took.Microseconds())
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	resident, err := h.p.resident()
	seconds := time.Since(began).Seconds()
	line := fmt.Sprintf("| %s | %.0f | %.0f | %.1f | %.1f | %.0f |", what, float64(answered.Load())/seconds, float64(shed.Load())/seconds,
		float64(times.ValueAtQuantile(50))/1000, float64(times.ValueAtQuantile(99))/1000, float64(resident)/(1<<20))
	tell("%s", line)
	h.lines = append(h.lines, line)
	return float64(answered.Load()) / seconds, errors.Join(failed, err)
}

// change gives consents and withdraws them, one person after the other.
func (h *held) change(ctx context.Context, changes *atomic.Int64) {
	c := client(1)
	defer c.CloseIdleConnections()
	const press = `mutation ($u: String!) @purpose(is: SERVICE) { requestConsultation(input: {university: $u}) { consent { id } } }`
	const end = `mutation ($id: ID!) @purpose(is: SERVICE) { withdrawConsent(id: $id) { state } }`
	for n := 0; ctx.Err() == nil; n++ {
		who := h.b.people[n%len(h.b.people)]
		given, err := ask(who, press, map[string]any{"u": h.b.database.codes[n%len(h.b.database.codes)]})
		if err != nil {
			return
		}
		_, body, err := send(ctx, c, h.p.url, given)
		_, id, found := strings.Cut(string(body), `"id":"`)
		if err != nil || !found {
			continue
		}
		id, _, _ = strings.Cut(id, `"`)
		if withdrawn, err := ask(who, end, map[string]any{"id": id}); err == nil {
			if _, body, err := send(ctx, c, h.p.url, withdrawn); err == nil && strings.Contains(string(body), "WITHDRAWN") {
				changes.Add(1)
			}
		}
	}
}

// rotate rotates the keys, again and again.
func (h *held) rotate(ctx context.Context, rotations *atomic.Int64) {
	for ctx.Err() == nil {
		cmd := exec.CommandContext(ctx, filepath.Join(h.b.folder, "kelisim"), "keys", "rotate")
		cmd.Env = append(os.Environ(), "DATABASE_URL="+h.b.database.dsn, "KELISIM_DATA="+h.b.folder, "KEY_STORE="+h.b.database.keys)
		cmd.Stderr = io.Discard
		if cmd.Run() == nil {
			rotations.Add(1)
		}
	}
}
