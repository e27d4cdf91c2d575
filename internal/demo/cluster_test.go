package demo_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres/postgrestest"
)

// TestMain lets the test binary be the program that is killed while it has a
// cluster.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "cluster" {
		if err := holdCluster(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(postgrestest.Run(m))
}

// holdCluster starts a cluster, writes its DSN and waits for standard input to
// end.
func holdCluster(dir string) error {
	c, err := demo.StartCluster(context.Background(), demo.ClusterOptions{Dir: dir})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(os.Stdout, c.DSN("postgres"))
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, c.Stop())
}

func TestClusterKeepsItsData(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := start(t, demo.ClusterOptions{Dir: dir})
	execute(t, first, `CREATE TABLE kept (word text)`)
	execute(t, first, `INSERT INTO kept VALUES ('сәлем')`)
	for range 2 {
		if err := first.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if answers(t, first.DSN("postgres")) {
		t.Error("the server answers after Stop")
	}
	second := start(t, demo.ClusterOptions{Dir: dir})
	if got := query(t, second, `SELECT word FROM kept`); got != "сәлем" {
		t.Errorf("kept %q", got)
	}
}

func TestClusterSettings(t *testing.T) {
	t.Parallel()
	c := start(t, demo.ClusterOptions{Dir: folder(t), Ephemeral: true})
	for _, tt := range []struct{ statement, want string }{
		{`SELECT current_user`, "kelisim"},
		{`SHOW server_encoding`, "UTF8"},
		{`SHOW listen_addresses`, "127.0.0.1"},
		{`SHOW unix_socket_directories`, ""},
		{`SHOW fsync`, "off"},
		{`SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules`, "scram-sha-256"},
	} {
		if got := query(t, c, tt.statement); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.statement, got, tt.want)
		}
	}
	if answers(t, strings.Replace(c.DSN("postgres"), "kelisim:", "kelisim:x", 1)) {
		t.Error("a wrong password is accepted")
	}
}

func TestClusterEphemeralLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	lasting := start(t, demo.ClusterOptions{Dir: dir})
	before := list(t, dir)
	a := start(t, demo.ClusterOptions{Dir: dir, Ephemeral: true})
	b := start(t, demo.ClusterOptions{Dir: dir, Ephemeral: true})
	execute(t, a, `CREATE DATABASE other`)
	if !answers(t, a.DSN("other")) || answers(t, b.DSN("other")) {
		t.Error("clusters share their databases")
	}
	for _, c := range []*demo.Cluster{a, b} {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
	if after := list(t, dir); after != before {
		t.Errorf("left %s, want %s", after, before)
	}
	if !answers(t, lasting.DSN("postgres")) {
		t.Error("the lasting cluster is gone")
	}
}

func TestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "cluster", dir)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dsn, err := bufio.NewReader(out).ReadString('\n')
	dsn = strings.TrimSpace(dsn)
	if err != nil || !answers(t, dsn) {
		t.Fatalf("no cluster: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	start(t, demo.ClusterOptions{Dir: dir}) // at once, while the other may still be ending
	for deadline := time.Now().Add(5 * time.Second); answers(t, dsn); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server outlives its killed process")
		}
	}
}

func TestClusterInUse(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first := start(t, demo.ClusterOptions{Dir: dir})
	_, err := demo.StartCluster(t.Context(), demo.ClusterOptions{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "another PostgreSQL runs on "+dir) {
		t.Errorf("second start: %v", err)
	}
	if !answers(t, first.DSN("postgres")) {
		t.Error("the first cluster is gone")
	}
}

func TestClusterStaleLock(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := start(t, demo.ClusterOptions{Dir: dir}).Stop(); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "cluster", "data")
	other := exec.CommandContext(t.Context(), "sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Wait() })
	for what, pid := range map[string]int{"dead": 1 << 30, "another": other.Process.Pid} {
		lock := fmt.Sprintf("%d\n%s\n1700000000\n5432\n\n127.0.0.1\n        0         0\nready   \n", pid, data)
		file := filepath.Join(data, "postmaster.pid")
		if err := errors.Join(os.WriteFile(file, []byte(lock), 0o644), os.Chmod(file, 0o644)); err != nil {
			t.Fatal(err)
		}
		c, err := demo.StartCluster(t.Context(), demo.ClusterOptions{Dir: dir})
		if err != nil {
			t.Errorf("%s process in the lock file: %v", what, err)
			continue
		}
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestClusterLogHoldsNoValues(t *testing.T) {
	t.Parallel()
	const secret = "080115599001"
	dir := folder(t)
	c := start(t, demo.ClusterOptions{Dir: dir})
	db := open(t, c.DSN("postgres"))
	execute(t, c, `CREATE TABLE person (iin text PRIMARY KEY)`)
	execute(t, c, `INSERT INTO person VALUES ('`+secret+`')`)
	for _, tt := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO person VALUES ($1)`, []any{secret}},
		{`INSERT INTO person VALUES ('` + secret + `')`, nil},
		{`SELECT $1::text::date`, []any{secret}},
		{`SELEKT '` + secret + `'`, nil},
		{`DO $$ BEGIN RAISE EXCEPTION '` + secret + `'; END $$`, nil},
		{`DO $$ BEGIN RAISE WARNING '` + secret + `'; ASSERT false, '` + secret + `'; END $$`, nil},
	} {
		if _, err := db.ExecContext(t.Context(), tt.statement, tt.args...); err == nil {
			t.Errorf("%s: no error", tt.statement)
		}
	}
	crash(t, db, secret)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(dir, "cluster", "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(log, []byte("ready to accept connections")) || bytes.Contains(log, []byte(secret)) {
		t.Errorf("the log holds no news, or a value:\n%s", log)
	}
}

func TestClusterContext(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, patience := range []time.Duration{0, 200 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		c, err := demo.StartCluster(ctx, demo.ClusterOptions{Dir: dir, Ephemeral: true})
		cancel()
		if err == nil {
			_ = c.Stop()
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v: %v", patience, err)
		}
		if left := list(t, dir); left != "[]" {
			t.Errorf("%v: left %s", patience, left)
		}
	}
}

func TestClusterDownload(t *testing.T) {
	t.Parallel()
	var downloads atomic.Int32
	repository := serve(t, archive(t), &downloads)
	dir := folder(t)
	for range 2 {
		var progress bytes.Buffer
		c := start(t, demo.ClusterOptions{
			Dir: dir, Repository: repository + "/", SearchPath: []string{t.TempDir()}, Progress: &progress,
		})
		for _, name := range []string{"BINDIR", "SHAREDIR", "PKGLIBDIR"} {
			place := query(t, c, `SELECT setting FROM pg_config WHERE name = '`+name+`'`)
			if !strings.HasPrefix(place, dir) {
				t.Errorf("%s is %s, not in %s", name, place, dir)
			}
		}
		if err := c.Stop(); err != nil {
			t.Fatal(err)
		}
		t.Log(progress.String())
	}
	if got := downloads.Load(); got != 1 {
		t.Errorf("downloaded %d times", got)
	}
	if got, want := list(t, dir), "[binaries cluster]"; got != want {
		t.Errorf("left %s, want %s", got, want)
	}
}

func TestClusterWithoutPostgreSQL(t *testing.T) {
	t.Parallel()
	repository := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(repository.Close)
	for name, search := range map[string]string{"none": t.TempDir(), "too old": postgres14(t)} {
		dir := folder(t)
		_, err := demo.StartCluster(t.Context(), demo.ClusterOptions{
			Dir: dir, Repository: repository.URL, SearchPath: []string{search},
		})
		if err == nil || !strings.Contains(err.Error(), "install PostgreSQL, or set DATABASE_URL") {
			t.Errorf("%s: %v", name, err)
		}
		if left := list(t, dir); left != "[]" {
			t.Errorf("%s: left %s", name, left)
		}
	}
}

func TestClusterOtherVersionsData(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	data := filepath.Join(dir, "cluster", "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("99\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := demo.StartCluster(t.Context(), demo.ClusterOptions{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "is PostgreSQL 99's, which is not installed") {
		t.Error(err)
	}
}

func TestClusterOutOfReach(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root has folders that its PostgreSQL cannot reach")
	}
	dir := filepath.Join(t.TempDir(), "closed", "here")
	if err := os.Mkdir(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	var progress bytes.Buffer
	c := start(t, demo.ClusterOptions{Dir: dir, Progress: &progress, Ephemeral: true})
	told, _, _ := strings.Cut(progress.String(), "\n")
	before, standIn, found := strings.Cut(told, ": using ")
	if !found || !strings.HasPrefix(before, dir+" is out of reach") {
		t.Fatalf("told %q", told)
	}
	if place := query(t, c, `SHOW data_directory`); !strings.HasPrefix(place, standIn+"/") {
		t.Errorf("the data is in %s, not %s", place, standIn)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(standIn); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", standIn, err)
	}
	if err := os.Symlink(t.TempDir(), standIn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(standIn) })
	if _, err := demo.StartCluster(t.Context(), demo.ClusterOptions{Dir: dir}); err == nil {
		t.Error("follows a link in the place of its folder")
	}
}

// folder returns a folder that PostgreSQL's account can reach.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func start(t *testing.T, o demo.ClusterOptions) *demo.Cluster {
	t.Helper()
	c, err := demo.StartCluster(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func answers(t *testing.T, dsn string) bool {
	t.Helper()
	return open(t, dsn).PingContext(t.Context()) == nil
}

func execute(t *testing.T, c *demo.Cluster, statement string) {
	t.Helper()
	if _, err := open(t, c.DSN("postgres")).ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, c *demo.Cluster, statement string) string {
	t.Helper()
	var answer string
	if err := open(t, c.DSN("postgres")).QueryRowContext(t.Context(), statement).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// crash has a server process die over a statement that holds the secret, and
// waits until the server has recovered.
func crash(t *testing.T, db *sql.DB, secret string) {
	t.Helper()
	statement := `SELECT '` + secret + `', pg_sleep(60)`
	done := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(t.Context(), statement)
		done <- err
	}()
	var pid int
	for pid == 0 {
		_ = db.QueryRowContext(t.Context(), `SELECT pid FROM pg_stat_activity
			WHERE query = $1 AND wait_event = 'PgSleep'`, statement).Scan(&pid)
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("the statement ended well")
	}
	for db.PingContext(t.Context()) != nil {
		time.Sleep(20 * time.Millisecond)
	}
}

func list(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return fmt.Sprint(names)
}

// postgres14 makes a folder with programs that say they are PostgreSQL 14.
func postgres14(t *testing.T) string {
	t.Helper()
	bin := folder(t)
	for _, name := range []string{"initdb", "postgres"} {
		program, script := filepath.Join(bin, name), "#!/bin/sh\necho 'postgres (PostgreSQL) 14.18'\n"
		if err := errors.Join(os.WriteFile(program, []byte(script), 0o700), os.Chmod(program, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

// serve offers a jar as a Maven repository does, and counts its downloads.
func serve(t *testing.T, jar []byte, downloads *atomic.Int32) string {
	t.Helper()
	sum := fmt.Sprintf("%x", sha256.Sum256(jar))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /io/zonky/test/postgres/{artifact}/{version}/{file}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("artifact") + "-" + r.PathValue("version") + ".jar"
		switch r.PathValue("file") {
		case name:
			downloads.Add(1)
			_, _ = w.Write(jar)
		case name + ".sha256":
			_, _ = io.WriteString(w, sum)
		default:
			http.NotFound(w, r)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// archive packs the PostgreSQL of this machine the way that the repository
// has it: a jar that holds a compressed tar with bin, lib and share. PostgreSQL
// finds its files relative to its program, links followed, as they were
// installed; so they keep their places, and bin gets links.
func archive(t *testing.T) []byte {
	t.Helper()
	bin := installed(t)
	share, lib := config(t, bin, "--sharedir"), config(t, bin, "--pkglibdir")
	root := filepath.Dir(bin)
	for !strings.HasPrefix(share, root+"/") || !strings.HasPrefix(lib, root+"/") {
		root = filepath.Dir(root)
	}
	links := t.TempDir()
	if err := os.Mkdir(filepath.Join(links, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"-cJf", filepath.Join(links, "postgres.txz"), "--exclude=bitcode", "--exclude=llvmjit*", "--exclude=man", "-C", root}
	inside := func(path string) string {
		rel, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		return rel
	}
	for _, program := range []string{"initdb", "postgres", "pg_ctl"} {
		args = append(args, inside(filepath.Join(bin, program)))
		link := filepath.Join(links, "bin", program)
		if err := os.Symlink(filepath.Join("..", inside(bin), program), link); err != nil {
			t.Fatal(err)
		}
	}
	args = append(args, inside(share), inside(lib))
	if inside(bin) != "bin" {
		args = append(args, "-C", links, "bin")
	}
	cmd := exec.CommandContext(t.Context(), "tar", args...)
	cmd.Env = append(os.Environ(), "XZ_OPT=-0")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, output)
	}
	content, err := os.ReadFile(filepath.Join(links, "postgres.txz"))
	if err != nil {
		t.Fatal(err)
	}
	return jar(t, content)
}

func jar(t *testing.T, content []byte) []byte {
	t.Helper()
	var jar bytes.Buffer
	w := zip.NewWriter(&jar)
	file, err := w.CreateHeader(&zip.FileHeader{Name: "postgres.txz", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return jar.Bytes()
}

// installed returns the folder with PostgreSQL's programs on this machine, as
// the cluster finds it.
func installed(t *testing.T) string {
	t.Helper()
	c, err := demo.StartCluster(t.Context(), demo.ClusterOptions{
		Dir: folder(t), Ephemeral: true, Repository: "http://127.0.0.1:1",
	})
	if err != nil && strings.Contains(err.Error(), "no PostgreSQL 15 or newer is installed") {
		t.Skip("nothing to pack: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	bin := query(t, c, `SELECT setting FROM pg_config WHERE name = 'BINDIR'`)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	return bin
}

func config(t *testing.T, bin, what string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), filepath.Join(bin, "pg_config"), what).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}
