package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/rogpeppe/go-internal/testscript"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/vault"
)

func TestMain(m *testing.M) {
	testscript.Main(withPostgres{m}, map[string]func(){"kelisim": main})
}

// withPostgres stops the PostgreSQL of the tests when they are done.
type withPostgres struct{ m *testing.M }

func (w withPostgres) Run() int { return postgrestest.Run(w.m) }

// TestScript runs the transcripts: each is a rule of the product, shown on the
// real program with a database of its own. UPDATE=1 writes the answers anew.
//
// Besides the commands of testscript they have
//
//	serve [NAME=VALUE …]                  start kelisim serve with testdata/people.sql loaded
//	ask CLIENT[:PERSON] FILE [VARIABLES]  POST a query and print the answer; "-" is nobody, "@FILE" whoever has the
//	                                      token in a file; $ACCEPT_LANGUAGE and $DEVICE_ID go along
//	sql FILE                              change the database
//	save KEY FILE                         keep a text of the last answer as a file, and for SAVED and SAVED_FILE in variables
//	gateway [STATUS]                      start a gateway of short messages, for serve, that answers with a status
//	log                                   stop serving, and print all that has been logged
//	sms                                   print the last message, and keep its code for CODE in variables
//	forge KIND                            make a bad token, as $TOKEN
//	request [-as CLIENT[:PERSON]] [-H HEADER] METHOD PATH [FILE]
//	                                      any HTTP request; prints the status and the body
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			s := &script{}
			e.Values["script"] = s
			return s.setUp(e)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":   command((*script).serve),
			"ask":     command((*script).ask),
			"sql":     command((*script).sql),
			"save":    command((*script).save),
			"forge":   command((*script).forge),
			"gateway": command((*script).gateway),
			"log":     command((*script).log),
			"sms":     command((*script).sms),
			"request": command((*script).request),
		},
	})
}

// script is what a running transcript has.
type script struct {
	t      testing.TB
	dsn    string
	data   string
	signer auth.Signer
	url    string
	stop   func() // the program that serves
	sent   messages
	saved  []string // names and values for variables
}

func command(run func(*script, *testscript.TestScript, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		s, _ := ts.Value("script").(*script)
		err := run(s, ts, args)
		if neg == (err == nil) {
			ts.Fatalf("%v", err)
		}
	}
}

func (s *script) setUp(e *testscript.Env) error {
	t, ok := e.T().(interface{ TB() testing.TB })
	if ok {
		s.t = t.TB()
	} else {
		s.t, _ = e.T().(testing.TB)
	}
	s.data = filepath.Join(e.WorkDir, "data")
	key, err := auth.DevelopmentKey(filepath.Join(s.data, "signing-key.pem"))
	if err != nil {
		return err
	}
	if s.signer, err = newSigner(key); err != nil {
		return err
	}
	keys, err := auth.PublicKeys(key)
	if err != nil {
		return err
	}
	set, err := keys.JSON(context.Background())
	if err != nil {
		return err
	}
	repository, err := os.Getwd()
	if err != nil {
		return err
	}
	for _, name := range []string{"HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS"} { // scripts may build
		e.Setenv(name, os.Getenv(name))
	}
	e.Setenv("REPOSITORY", repository)
	e.Setenv("KELISIM_DATA", s.data)
	e.Setenv("OPERATOR_BIN", "010140000014")
	e.Setenv("JWT_KEYS", filepath.Join(s.data, "jwks.json"))
	return errors.Join(
		os.WriteFile(filepath.Join(s.data, "jwks.json"), set, 0o600),
		os.WriteFile(filepath.Join(s.data, "cursor.key"), bytes.Repeat([]byte{7}, graph.CursorKeySize), 0o600),
	)
}

func newSigner(key ed25519.PrivateKey) (auth.Signer, error) {
	id, err := auth.KeyID(key)
	return auth.Signer{Key: key, KeyID: id, Issuer: "https://joo.kz", Audience: "https://joo.kz/graphql"}, err
}

// serve starts the program as a process of its own.
func (s *script) serve(ts *testscript.TestScript, args []string) error {
	if s.dsn == "" {
		if err := s.populate(); err != nil {
			return err
		}
		ts.Setenv("DATABASE_URL", s.dsn)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "kelisim", "serve")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(), "DATABASE_URL="+s.dsn, "KELISIM_DATA="+s.data,
		"JWT_KEYS="+ts.Getenv("JWT_KEYS"), "OPERATOR_BIN=010140000014", "LISTEN_ADDR=127.0.0.1:0", "SMS_GATEWAY_URL="+ts.Getenv("SMS_GATEWAY_URL"))
	cmd.Env = append(cmd.Env, args...)
	log, err := cmd.StderrPipe()
	if err != nil {
		stop()
		return err
	}
	if err := cmd.Start(); err != nil {
		stop()
		return err
	}
	kept := make(chan struct{})
	s.stop = sync.OnceFunc(func() { stop(); <-kept; _ = cmd.Wait() })
	ts.Defer(s.stop)
	s.url, err = servedURL(log, filepath.Join(s.data, "log"), kept)
	return err
}

// servedURL waits until the log tells the address, and keeps the log to its end.
func servedURL(log io.Reader, keep string, kept chan<- struct{}) (string, error) {
	file, err := os.OpenFile(keep, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		close(kept)
		return "", err
	}
	lines := bufio.NewScanner(io.TeeReader(log, file))
	for lines.Scan() {
		var line struct{ Msg, URL string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			go func() { defer close(kept); _, _ = io.Copy(file, log) }()
			return strings.TrimSuffix(line.URL, "/graphql"), nil
		}
	}
	close(kept)
	return "", errors.New("the server did not start")
}

// log ends the program, so that it has logged all it will, and prints that.
func (s *script) log(ts *testscript.TestScript, _ []string) error {
	s.stop()
	_, err := ts.Stdout().Write([]byte(ts.ReadFile(filepath.Join(s.data, "log"))))
	return err
}

func (s *script) populate() error {
	s.dsn = postgrestest.DSN(s.t)
	people, err := os.ReadFile("testdata/people.sql")
	if err != nil {
		return err
	}
	return s.execute(string(people))
}

// execute runs statements in which values of sealed columns may stand in clear.
func (s *script) execute(statements string) error {
	db, err := sqlx.Connect("postgres", s.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	store, err := vault.OpenDirectory(filepath.Join(s.data, "keys"))
	if err != nil {
		return err
	}
	return postgrestest.Load(context.Background(), db, vault.New(store, vault.Options{}), statements)
}

func (s *script) sql(ts *testscript.TestScript, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: sql FILE")
	}
	return s.execute(ts.ReadFile(args[0]))
}

// ask posts a query and prints the answer, its errors in the order of their paths.
// END_CURSOR in the variables is the last endCursor that was answered.
func (s *script) ask(ts *testscript.TestScript, args []string) error {
	if len(args) < 2 {
		return errors.New("usage: ask CLIENT[:PERSON] FILE [VARIABLES]")
	}
	token, err := s.token(ts, args[0])
	if err != nil {
		return err
	}
	body := map[string]any{"query": ts.ReadFile(args[1])}
	if len(args) > 2 {
		values := append(slices.Clone(s.saved), "END_CURSOR", ts.Getenv("END_CURSOR"), "CODE", ts.Getenv("CODE"), "SAVED", ts.Getenv("SAVED"))
		body["variables"] = json.RawMessage(strings.NewReplacer(values...).Replace(ts.ReadFile(args[2])))
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, s.url+"/graphql", bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	for name, value := range map[string]string{"Accept-Language": ts.Getenv("ACCEPT_LANGUAGE"), "Device-Id": ts.Getenv("DEVICE_ID")} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := do(request)
	if err != nil {
		return err
	}
	if _, after, found := strings.Cut(string(answer.body), `"endCursor": "`); found {
		cursor, _, _ := strings.Cut(after, `"`)
		ts.Setenv("END_CURSOR", cursor)
	}
	_, err = ts.Stdout().Write(answer.body)
	return err
}

// save keeps the first text that the last answer has under a key.
func (s *script) save(ts *testscript.TestScript, args []string) error {
	if len(args) != 2 {
		return errors.New("usage: save KEY FILE")
	}
	_, after, found := strings.Cut(ts.ReadFile("stdout"), `"`+args[0]+`": "`)
	if !found {
		return errors.New("the answer has no such text")
	}
	text, _, _ := strings.Cut(after, `"`)
	ts.Setenv("SAVED", text)
	s.saved = append([]string{"SAVED_" + strings.ToUpper(args[1]), text}, s.saved...)
	return os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600)
}

// token is the token of a client, such as university-013, and for app and site
// of a person of testdata/people.sql by number, such as app:1.
func (s *script) token(ts *testscript.TestScript, who string) (string, error) {
	client, person, found := strings.Cut(who, ":")
	switch {
	case who == "-":
		return "", nil
	case strings.HasPrefix(who, "@"):
		return strings.TrimSpace(ts.ReadFile(who[1:])), nil
	case who == "forged":
		return ts.Getenv("TOKEN"), nil
	case found:
		person = fmt.Sprintf("00000000-0000-4000-8000-%012s", person)
	}
	return s.signer.Sign(client, person, "", time.Now(), time.Hour)
}

// do sends a request and reads the whole answer, indented where it is JSON.
func do(request *http.Request) (answered, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer func() { _ = response.Body.Close() }()
	a := answered{status: response.StatusCode, media: response.Header.Get("Content-Type")}
	if request.Header.Get("Accept-Language") != "" {
		a.media += "\nContent-Language: " + response.Header.Get("Content-Language") + "\nVary: " + strings.Join(response.Header.Values("Vary"), ", ")
	}
	if origin := response.Header.Get("Access-Control-Allow-Origin"); origin != "" {
		a.media += "\nAccess-Control-Allow-Origin: " + origin
	}
	a.body, err = io.ReadAll(response.Body)
	if err == nil && strings.Contains(a.media, "json") {
		a.body, err = tidy(a.body)
	}
	return a, err
}

type answered struct {
	status int
	media  string // and its language, if one was asked for, and the origin that may read it, if the answer names one
	body   []byte
}

// tidy indents an answer and sorts its errors, whose order means nothing.
func tidy(body []byte) ([]byte, error) {
	var answer struct {
		Errors     []map[string]any `json:"errors,omitempty"`
		Data       json.RawMessage  `json:"data,omitempty"`
		Extensions json.RawMessage  `json:"extensions,omitempty"`
		Keys       json.RawMessage  `json:"keys,omitempty"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	slices.SortStableFunc(answer.Errors, func(a, b map[string]any) int {
		return cmp.Compare(fmt.Sprint(a["extensions"]), fmt.Sprint(b["extensions"]))
	})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(answer)
	return b.Bytes(), err
}

// request sends any request and prints the status, the media type and the body.
func (s *script) request(ts *testscript.TestScript, args []string) error {
	header := http.Header{}
	for ; len(args) > 1 && strings.HasPrefix(args[0], "-"); args = args[2:] {
		name, value, _ := strings.Cut(args[1], ": ")
		if args[0] == "-as" {
			token, err := s.token(ts, args[1])
			if err != nil {
				return err
			}
			name, value = "Authorization", "Bearer "+token
		}
		header.Add(name, value)
	}
	if len(args) < 2 {
		return errors.New("usage: request [-as CLIENT[:PERSON]] [-H HEADER] METHOD PATH [FILE]")
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(ts.ReadFile(args[2]))
	}
	request, err := http.NewRequest(args[0], s.url+args[1], body)
	if err != nil {
		return err
	}
	request.Header = header
	answer, err := do(request)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(ts.Stdout(), "%d %s\n%s", answer.status, answer.media, answer.body)
	return err
}
