package postgres_test

import (
	"context"
	"database/sql"
	"slices"
	"sync"
	"testing"

	"github.com/lib/pq"
	"github.com/qustavo/sqlhooks/v2"
)

// listener hears each statement that the database is sent.
type listener struct {
	mu     sync.Mutex
	sent   []string
	args   [][]any                // of each
	before func(statement string) // called before each is sent
}

func (l *listener) Before(ctx context.Context, query string, args ...any) (context.Context, error) {
	l.mu.Lock()
	l.sent, l.args = append(l.sent, query), append(l.args, slices.Clone(args))
	before := l.before
	l.mu.Unlock()
	if before != nil {
		before(query)
	}
	return ctx, nil
}

func (l *listener) After(ctx context.Context, _ string, _ ...any) (context.Context, error) {
	return ctx, nil
}

// heard returns the statements since the last call, and forgets them.
func (l *listener) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.sent
	l.sent = nil
	return heard
}

// register registers a driver of PostgreSQL that l hears, and returns its name.
func register(t *testing.T, l *listener) string {
	t.Helper()
	name := "heard-postgres-" + t.Name()
	sql.Register(name, sqlhooks.Wrap(&pq.Driver{}, l))
	return name
}
