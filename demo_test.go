package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

// TestDemo starts the demo as its user does, and holds what it answers against
// the policy's rules and its own database.
func TestDemo(t *testing.T) {
	data := demoFolder(t)
	d := startDemo(t, data)
	postgrestest.Unseal(t, d.db, vaultOf(t, data))
	t.Run("ready file", d.testReadyFile)
	for client := range d.own() {
		for _, purpose := range purposesOf(t) {
			t.Run(client+" for "+purpose, func(t *testing.T) { d.testMe(t, client, purpose) })
		}
	}
	answers := map[string]string{}
	for code := range d.ready.Tokens.University {
		t.Run("university "+code, func(t *testing.T) { answers[code] = d.testLeads(t, code) })
	}
	t.Run("the demo's user", func(t *testing.T) { d.testUser(t, answers) })
	d.testStop(t)

	again := startDemo(t, data)
	postgrestest.Unseal(t, again.db, vaultOf(t, data))
	t.Run("again", func(t *testing.T) {
		for code, answer := range answers {
			if diff := cmp.Diff(answer, again.ask(t, again.ready.Tokens.University[code], allLeads)); diff != "" {
				t.Errorf("the leads of %s:\n%s", code, diff)
			}
		}
	})
	again.testStop(t)
}

type runningDemo struct {
	file   string
	log    *demoLog
	status <-chan int
	cancel func()
	db     *sqlx.DB
	rules  policyTable
	ready  struct {
		GraphQL, Database, User string
		Tokens                  struct {
			App, Site, StateBody, Operator string
			University                     map[string]string
		}
	}
}

// demoLog may be written by several goroutines.
type demoLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *demoLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *demoLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// demoFolder is a temporary folder that PostgreSQL's account can get into.
func demoFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o711); err != nil {
		t.Fatal(err)
	}
	return folder
}

// startDemo runs the demo in this process, with more of an environment if asked,
// and returns when its ready file is there.
func startDemo(t *testing.T, data string, environment ...string) *runningDemo {
	t.Helper()
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	ctx, cancel := context.WithCancel(t.Context())
	status := make(chan int, 1)
	d := &runningDemo{
		file: filepath.Join(t.TempDir(), "ready.json"), log: &demoLog{},
		status: status, cancel: cancel, rules: policyRules(t),
	}
	getenv := environmentOf(append(environment, "KELISIM_DATA="+data))
	args := []string{"demo", "--users", "300", "--listen", "127.0.0.1:0", "--ready-file", d.file}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		status <- run(ctx, args, getenv, io.Discard, d.log)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	d.await(t, ended)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", d.ready.Database)
	if err != nil {
		t.Fatal(err)
	}
	d.db = db
	t.Cleanup(func() { _ = db.Close() })
	return d
}

// environmentOf is an environment of NAME=VALUE and nothing else.
func environmentOf(variables []string) func(string) string {
	return func(name string) string {
		for _, v := range variables {
			if value, found := strings.CutPrefix(v, name+"="); found {
				return value
			}
		}
		return ""
	}
}

// vaultOf opens the demo's key store.
func vaultOf(t *testing.T, data string) *vault.Vault {
	t.Helper()
	store, err := vault.OpenDirectory(filepath.Join(data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(store, vault.Options{})
}

func (d *runningDemo) await(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	for {
		content, err := os.ReadFile(d.file)
		if err == nil {
			err = json.Unmarshal(content, &d.ready)
		}
		switch {
		case err == nil:
			return
		case !errors.Is(err, os.ErrNotExist):
			t.Fatal(err)
		}
		select {
		case <-ended:
			t.Fatalf("the demo ended:\n%s", d.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ask returns the body of the answer.
func (d *runningDemo) ask(t *testing.T, token, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.ready.GraphQL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %s", response.StatusCode, err, answer)
	}
	return string(answer)
}

// get reads one row of one column.
func get[T any](t *testing.T, d *runningDemo, query string, args ...any) (v T) {
	t.Helper()
	if err := d.db.GetContext(t.Context(), &v, query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// own are the tokens of those that read for the person signed in.
func (d *runningDemo) own() map[string]string {
	return map[string]string{"APP": d.ready.Tokens.App, "SITE": d.ready.Tokens.Site}
}

// The ready file is its owner's alone; its tokens are good, each for its own
// audience.
func (d *runningDemo) testReadyFile(t *testing.T) {
	info, err := os.Stat(d.file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode(); mode != 0o600 {
		t.Errorf("mode %v, want 0600", mode)
	}
	if codes := slices.Sorted(maps.Keys(d.ready.Tokens.University)); !slices.Equal(codes, []string{"013", "027", "190"}) {
		t.Errorf("universities %v", codes)
	}
	if n := get[int](t, d, "SELECT count(*) FROM applicant"); n != 300 {
		t.Errorf("%d applicants, want 300", n)
	}
	for audience, token := range map[string]string{
		"APP": d.ready.Tokens.App, "SITE": d.ready.Tokens.Site, "UNIVERSITY": d.ready.Tokens.University["013"],
		"STATE_BODY": d.ready.Tokens.StateBody, "OPERATOR": d.ready.Tokens.Operator,
	} {
		var answer struct {
			Data struct{ Explain struct{ Audience string } }
		}
		parseAnswer(t, d.ask(t, token, `{ explain(document: "{ programmes { code } }") { audience } }`), &answer)
		if got := answer.Data.Explain.Audience; got != audience {
			t.Errorf("a token is good for %q, want %q", got, audience)
		}
	}
}

// testStop interrupts the demo. It ends in good order and takes its PostgreSQL
// with it; its log tells of nobody.
func (d *runningDemo) testStop(t *testing.T) {
	t.Helper()
	values := personalValues(t, d)
	_ = d.db.Close()
	d.cancel()
	select {
	case status := <-d.status:
		if status != 0 {
			t.Errorf("exit status %d:\n%s", status, d.log)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the demo does not end")
	}
	for _, address := range []string{d.ready.GraphQL, d.ready.Database} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s still answers: %v %v", u.Host, c, err)
		}
	}
	if i := slices.IndexFunc(values, func(v string) bool { return strings.Contains(d.log.String(), v) }); i >= 0 {
		t.Errorf("%s in the log:\n%s", values[i], d.log)
	}
}

func personalValues(t *testing.T, d *runningDemo) (all []string) {
	t.Helper()
	err := d.db.SelectContext(t.Context(), &all,
		"SELECT v FROM opened.applicant, unnest(ARRAY[iin, phone, email, address]) v WHERE v IS NOT NULL UNION SELECT testee_code FROM opened.ent_result WHERE testee_code IS NOT NULL UNION SELECT value FROM opened.survey_answer WHERE length(value) > 6")
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	return all
}

func parseAnswer(t *testing.T, answer string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(answer), into); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
}
