// Package demo makes Kelisim run with nothing prepared: a private PostgreSQL
// of its own, and synthetic applicants.
package demo

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver that asks whether the server is up
)

const superuser = "kelisim"

var errPortTaken = errors.New("the port was taken by another program")

// ClusterOptions say where a private PostgreSQL lives and where its programs
// come from.
type ClusterOptions struct {
	// Dir is the folder for the data, and for PostgreSQL itself where it is
	// downloaded; made when absent. Run as root, PostgreSQL gets an
	// unprivileged account; if that cannot get to Dir, a folder among the
	// temporary files, always the same for one Dir, stands in for it.
	Dir string
	// Repository is the base URL of a Maven repository with PostgreSQL's
	// programs, used only where none is installed; "" is Maven Central.
	Repository string
	// SearchPath holds the folders searched for PostgreSQL's programs; nil
	// is the PATH and the usual places.
	SearchPath []string
	// Progress is told what takes long; nil discards it.
	Progress io.Writer
	// Ephemeral gives the cluster data of its own that is never flushed to
	// the disk and is gone after Stop. Several can share a Dir, and none
	// touches what a lasting cluster keeps there.
	Ephemeral bool
	// Settings are more of the server's settings, as name=value.
	Settings []string
}

// Cluster is a running PostgreSQL that belongs to this process alone: it
// listens on 127.0.0.1 with a random password, and on Linux it ends when this
// process does, however that ends.
type Cluster struct {
	site      *site
	programs  programs
	ephemeral bool
	more      []string // settings
	home      string   // holds data, password and log
	password  string
	port      int
	server    *process
	stop      func() error
}

// StartCluster starts PostgreSQL 15 or newer and returns when it accepts
// connections. It creates the cluster where Dir holds none, and obtains
// PostgreSQL where none is installed. The context governs the start only.
//
// An error tells what to do where PostgreSQL can neither be found nor
// downloaded, where another server runs on the data, and quotes the server's
// log where it did not come up.
func StartCluster(ctx context.Context, o ClusterOptions) (*Cluster, error) {
	s, err := newSite(o.Dir, o.Progress)
	if err != nil {
		return nil, err
	}
	c := &Cluster{site: s, ephemeral: o.Ephemeral, more: o.Settings}
	c.stop = sync.OnceValue(c.shutdown)
	if err := c.start(ctx, o); err != nil {
		_ = c.Stop() // it never ran: err says all there is to say
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	return c, nil
}

// DSN returns the address of a database of the cluster for its superuser, in
// the form that lib/pq takes. A new cluster has the database "postgres".
func (c *Cluster) DSN(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, c.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Stop disconnects everyone, ends the server and waits for that; an ephemeral
// cluster's data is removed. Calls after the first do nothing and return the
// same. An error means that the server did not end in good order, or that
// data could not be removed.
func (c *Cluster) Stop() error { return c.stop() }

func (c *Cluster) start(ctx context.Context, o ClusterOptions) error {
	lasting := filepath.Join(c.site.folder, "cluster")
	if !c.ephemeral && exists(lasting) {
		c.home = lasting
	}
	var err error
	if c.programs, err = c.site.locate(ctx, o, c.major()); err != nil {
		return err
	}
	if c.home == "" {
		if err := c.create(ctx, lasting); err != nil {
			return err
		}
	}
	password, err := os.ReadFile(filepath.Join(c.home, "password"))
	if err != nil {
		return err
	}
	c.password = string(password)
	return c.serve(ctx)
}

// major returns the version of PostgreSQL that made the data, 0 without data.
func (c *Cluster) major() int {
	if c.home == "" {
		return 0
	}
	version, _ := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	major, _ := strconv.Atoi(strings.TrimSpace(string(version)))
	return major
}

func (c *Cluster) data() string { return filepath.Join(c.home, "data") }

// create makes the home of a new cluster. A lasting one gets its name when it
// is complete, so that an interrupted start leaves nothing half made under it.
func (c *Cluster) create(ctx context.Context, lasting string) error {
	c.site.tell("creating a PostgreSQL %d cluster in %s", c.programs.major, c.site.folder)
	pattern := "new-*"
	if c.ephemeral {
		pattern = "ephemeral-*"
	}
	home, err := os.MkdirTemp(c.site.folder, pattern)
	if err != nil {
		return err
	}
	c.home = home
	err = c.initialise(ctx)
	if err == nil && !c.ephemeral {
		c.home, err = lasting, os.Rename(home, lasting)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(home))
	}
	return nil
}

// initialise runs initdb. The locale is C so that text sorts the same on every
// machine.
func (c *Cluster) initialise(ctx context.Context) error {
	password, err := c.prepare()
	if err != nil {
		return err
	}
	args := []string{
		"--pgdata=" + c.data(), "--username=" + superuser, "--pwfile=" + password,
		"--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-instructions",
	}
	if c.ephemeral {
		args = append(args, "--no-sync")
	}
	output, err := c.site.run(ctx, c.home, c.programs.path("initdb"), args...)
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, tail(output))
	}
	return nil
}

// prepare makes what initdb starts from and returns the file of the password.
// The account owns that and the data, but not the home: nothing there can be
// swapped for a link that we would follow as root.
func (c *Cluster) prepare() (string, error) {
	password := filepath.Join(c.home, "password")
	return password, errors.Join(
		os.Chmod(c.home, 0o711), //nolint:gosec // the account has to pass; what lies within is closed
		os.Mkdir(c.data(), 0o700),
		os.WriteFile(password, []byte(rand.Text()), 0o600),
		c.site.account.own(c.data()),
		c.site.account.own(password),
	)
}

// serve starts the server, on another port where the one that the kernel
// offered is taken before the server gets it.
func (c *Cluster) serve(ctx context.Context) error {
	c.site.tell("starting PostgreSQL %d from %s", c.programs.major, c.programs.bin)
	c.vacate(ctx)
	err := errPortTaken
	for range 5 {
		if err = c.serveOnce(ctx); !errors.Is(err, errPortTaken) {
			break
		}
	}
	return err
}

// vacate gives a server whose parent was killed the moment it needs to end.
func (c *Cluster) vacate(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	for held(c.data()) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (c *Cluster) serveOnce(ctx context.Context) error {
	log, err := os.OpenFile(c.Log(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	if c.port, err = freePort(ctx); err != nil {
		return err
	}
	cmd := c.site.command(context.WithoutCancel(ctx), c.home, c.programs.path("postgres"), c.settings()...)
	cmd.Stdout, cmd.Stderr = log, log
	if c.server, err = launch(cmd); err != nil {
		return err
	}
	return c.await(ctx)
}

// Log is the file that the server logs to, without what its messages quote.
func (c *Cluster) Log() string { return filepath.Join(c.home, "server.log") }

// settings are the server's arguments. Errors of statements stay out of the
// log with all that they quote: statements, parameters and rows hold personal
// values.
func (c *Cluster) settings() []string {
	settings := []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(c.port),
		"unix_socket_directories=",
		"max_connections=200",
		"log_destination=stderr",
		"logging_collector=off",
		"log_min_messages=log",
		"log_error_verbosity=terse",
		"log_statement=none",
		"log_min_error_statement=panic",
		"log_min_duration_statement=-1",
		"log_parameter_max_length=0",
		"log_parameter_max_length_on_error=0",
	}
	if c.ephemeral {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", c.data()}
	for _, setting := range append(settings, c.more...) {
		args = append(args, "-c", setting)
	}
	return args
}

// await returns nil once the server answers, and why it does not otherwise.
// The time limit, which the driver takes from the DSN alone, is for a program
// that took the port and says nothing.
func (c *Cluster) await(ctx context.Context) error {
	db, err := sql.Open("postgres", c.DSN("postgres")+"&connect_timeout=2")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for db.PingContext(ctx) != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.server.ended:
			return c.failure()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// failure tells from the log why the server ended while it started.
func (c *Cluster) failure() error {
	content, _ := os.ReadFile(c.Log())
	log := tail(string(content))
	switch {
	case strings.Contains(log, "could not bind"):
		return errPortTaken
	case strings.Contains(log, `lock file "postmaster.pid" already exists`):
		return fmt.Errorf("another PostgreSQL runs on %s: stop it, or choose another folder", c.data())
	default:
		return errors.New("the server ended while it started; the end of its log:\n" + log)
	}
}

func (c *Cluster) shutdown() error {
	var err error
	if c.server != nil {
		err = c.server.end()
	}
	if c.ephemeral {
		err = errors.Join(err, os.RemoveAll(c.home))
		c.site.leave()
	}
	return err
}

// end stops a PostgreSQL server: in good order, then at once, then by force.
// It returns how the server ended.
func (p *process) end() error {
	for _, step := range []struct {
		signal   os.Signal
		patience time.Duration
	}{
		{syscall.SIGINT, 10 * time.Second},
		{syscall.SIGQUIT, 5 * time.Second},
	} {
		if err := p.Signal(step.signal); err != nil {
			continue
		}
		select {
		case <-p.ended:
			return p.err
		case <-time.After(step.patience):
		}
	}
	_ = p.Kill()
	<-p.ended
	return p.err
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return 0, err
	}
	number, err := strconv.Atoi(port)
	return number, errors.Join(err, listener.Close())
}

func tail(text string) string { return text[max(0, len(text)-2000):] }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
