// Package postgrestest gives each test a real, migrated database of its own.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/migrations"
)

// shared is the cluster of this test process, started by the first test that
// needs it.
var shared struct { //nolint:gochecknoglobals // one PostgreSQL for all tests of a process
	once    sync.Once
	cluster *demo.Cluster
	err     error
	last    atomic.Int64
}

const template = "template_migrated"

// Run runs the tests of a package, stops their PostgreSQL and returns the exit
// status. TestMain calls it.
func Run(m *testing.M) int {
	status := m.Run()
	if shared.cluster != nil {
		_ = shared.cluster.Stop()
	}
	return status
}

// DSN is the address of a migrated database that belongs to the test alone.
func DSN(t testing.TB) string {
	t.Helper()
	shared.once.Do(start)
	if shared.err != nil {
		t.Fatalf("no PostgreSQL to test with: %v", shared.err)
	}
	name := fmt.Sprintf("test_%d", shared.last.Add(1))
	if err := demo.CloneDatabase(t.Context(), shared.cluster, name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := demo.DropDatabase(context.WithoutCancel(t.Context()), shared.cluster, name); err != nil {
			t.Error(err)
		}
	})
	return shared.cluster.DSN(name)
}

// Log is what the PostgreSQL of this test process has logged so far.
func Log(t testing.TB) string {
	t.Helper()
	content, err := os.ReadFile(shared.cluster.Log())
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// New connects to a migrated database that belongs to the test alone.
func New(t testing.TB) *sqlx.DB {
	t.Helper()
	db, err := sqlx.ConnectContext(t.Context(), "postgres", DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func start() {
	ctx := context.Background()
	shared.cluster, shared.err = demo.StartCluster(ctx, demo.ClusterOptions{
		Dir:       filepath.Join(os.TempDir(), "kelisim-test"),
		Ephemeral: true,
		Progress:  os.Stderr,
	})
	if shared.err != nil {
		return
	}
	if shared.err = demo.CreateDatabase(ctx, shared.cluster, template); shared.err == nil {
		_, shared.err = postgres.Migrate(ctx, shared.cluster.DSN(template), migrations.FS)
	}
}
