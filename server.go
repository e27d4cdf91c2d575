// Command kelisim serves the consent-enforcing GraphQL API of JOO.kz.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/sms"
	"joo.kz/kelisim/migrations"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	collectLess(os.Getenv)                                          //nolint:forbidigo // config.go calls it
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)) //nolint:forbidigo // config.go calls it
}

// collectLess has the garbage collector run as docs/performance.md found best, where
// the environment does not say otherwise.
func collectLess(getenv func(string) string) {
	const percent, limit = 400, 512 << 20
	if getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// run is the whole program: it runs the command that args name, writes what was
// asked for to out and everything else to errOut, and returns the exit status:
// 0 done, 1 failed or answered "no", 2 called or configured wrongly.
func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	slog.SetDefault(slog.New(slog.NewJSONHandler(errOut, nil)))
	root := commands(getenv, time.Now) //nolint:contextcheck,forbidigo // ExecuteContext hands it on; the one clock
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	var status exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, new(usageError)):
		_, _ = fmt.Fprintln(errOut, "kelisim:", err)
		return 2
	default:
		_, _ = fmt.Fprintln(errOut, "kelisim:", err)
		return 1
	}
}

// exitError is an error that has been told already, and is the exit status.
type exitError int

func (s exitError) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// usageError is a command or a configuration that is wrong.
type usageError struct{ error }

// serve serves the API until ctx ends.
func serve(ctx context.Context, c config, now func() time.Time, progress io.Writer) error {
	keys, err := newKeyring(c)
	if err != nil {
		return err
	}
	others, err := auth.LoadKeys(ctx, c.JWTKeys)
	if err != nil {
		return usageError{fmt.Errorf("JWT_KEYS: %w", err)}
	}
	keys.others = []auth.Keys{others}
	gateway, err := c.gateway()
	if err != nil {
		return err
	}
	dsn, stop, err := database(ctx, c, progress)
	if err != nil {
		return err
	}
	defer stop()
	s, err := newServer(ctx, c, dsn, keys, gateway, now)
	if err != nil {
		return err
	}
	if c.SMS.URL == "" {
		slog.WarnContext(ctx, "nobody can sign in: SMS_GATEWAY_URL is not set")
	}
	return s.serve(ctx, func(url string) error {
		slog.InfoContext(ctx, "serving", "url", url)
		return nil
	})
}

// database is the database to use: the configured one, or else a private one,
// which is started and migrated, and stopped by the function returned.
func database(ctx context.Context, c config, progress io.Writer) (dsn string, stop func(), err error) {
	if c.DatabaseURL != "" {
		return c.DatabaseURL, func() {}, nil
	}
	cluster, err := privateCluster(ctx, c, progress)
	if err != nil {
		return "", nil, err
	}
	stop = func() { _ = cluster.Stop() }
	dsn = cluster.DSN("kelisim")
	if err = demo.CreateDatabase(ctx, cluster, "kelisim"); err == nil {
		_, err = postgres.Migrate(ctx, dsn, migrations.FS)
	}
	if err != nil {
		stop()
		return "", nil, err
	}
	return dsn, stop, nil
}

func privateCluster(ctx context.Context, c config, progress io.Writer) (*demo.Cluster, error) {
	return demo.StartCluster(ctx, demo.ClusterOptions{
		Dir:        filepath.Join(c.Data, "postgres"),
		Repository: c.PostgresRepository,
		Progress:   progress,
	})
}

// server is the API on its listeners.
type server struct {
	config config
	dsn    string
	store  *postgres.Store
	api    http.Handler
	admin  http.Handler
}

func newServer(ctx context.Context, c config, dsn string, keys keyring, messages sms.Sender, now func() time.Time) (*server, error) {
	store, err := postgres.Open(ctx, dsn, postgres.Options{
		MaxConnections: c.DatabaseConnections, Now: now, Driver: "postgres", Vault: keys.vault, Terms: c.Terms, SessionTerm: c.SessionTerm,
		GuardianUnder: c.GuardianUnder,
	})
	if errors.Is(err, postgres.ErrKeyStore) {
		return nil, usageError{fmt.Errorf("KEY_STORE: %w", err)}
	}
	if err != nil {
		return nil, err
	}
	api, err := graph.New(graph.Options{
		Store:         store,
		CursorKey:     keys.cursors,
		Limits:        c.Limits,
		MaxBody:       c.MaxBody,
		Introspection: c.Introspection,
		Receipts:      consent.Signer{Key: keys.sign.Key, KeyID: keys.sign.KeyID},
		Operator:      c.Operator,
		SignIn:        graph.SignIn{Keys: keys.signIn, SMS: messages, Tokens: keys.sign, AccessTerm: c.AccessTerm},
	})
	if err != nil {
		return nil, err
	}
	verified, err := auth.NewVerified()
	if err != nil {
		return nil, err
	}
	verifier := auth.Verifier{
		Keys: append([]auth.Keys{keys.own}, keys.others...), Issuer: c.JWTIssuer, Audience: c.JWTAudience, Now: now, Verified: verified,
	}
	s := &server{config: c, dsn: dsn, store: store}
	s.api, s.admin = routes(c, store, verifier, api)
	return s, nil
}

// serve listens, calls ready with the API's URL once it answers, and serves
// until ctx ends; then requests under way are given time to finish.
func (s *server) serve(ctx context.Context, ready func(url string) error) error {
	defer func() { _ = s.store.Close() }()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.config.ListenAddr)
	if err != nil {
		return err
	}
	servers, err := s.listeners(ctx, listener)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.store.Keys.Listen(ctx, s.dsn) })
	group.Go(func() error { return s.sweep(ctx) })
	for l, h := range servers {
		group.Go(func() error { return serveOn(ctx, l, h, s.config.RequestTimeout, s.config.ShutdownTimeout) })
	}
	if err := ready("http://" + listener.Addr().String() + "/graphql"); err != nil {
		group.Go(func() error { return err })
	}
	return group.Wait()
}

// sweep forgets, now and then, what is no longer asked for.
func (s *server) sweep(ctx context.Context) error {
	ticker := time.NewTicker(10 * time.Minute)
	defer ticker.Stop()
	for {
		if err := s.store.Sweep(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "codes, sessions, limits and answers of the past could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (s *server) listeners(ctx context.Context, api net.Listener) (map[net.Listener]http.Handler, error) {
	servers := map[net.Listener]http.Handler{api: s.api}
	if s.config.AdminAddr == "" {
		return servers, nil
	}
	admin, err := new(net.ListenConfig).Listen(ctx, "tcp", s.config.AdminAddr)
	if err != nil {
		return nil, err
	}
	servers[admin] = s.admin
	return servers, nil
}

func serveOn(ctx context.Context, l net.Listener, h http.Handler, timeout, grace time.Duration) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      timeout + 10*time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return s.Shutdown(stopping)
}
