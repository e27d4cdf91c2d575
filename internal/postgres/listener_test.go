package postgres_test

import (
	"context"
	"database/sql"
	"sync"

	"github.com/lib/pq"
	"github.com/qustavo/sqlhooks/v2"
)

// listener hears each statement that the database is sent.
type listener struct {
	mu   sync.Mutex
	sent []string
}

func (l *listener) Before(ctx context.Context, query string, _ ...any) (context.Context, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, query)
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
func register(l *listener) string {
	const name = "heard-postgres"
	sql.Register(name, sqlhooks.Wrap(&pq.Driver{}, l))
	return name
}
