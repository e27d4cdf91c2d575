package postgres

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// Listen forgets unwrapped keys as soon as any instance says so, until ctx ends.
// It forgets all where it may have missed something.
func (k *Keys) Listen(ctx context.Context, dsn string) error {
	listener := pq.NewListener(dsn, 100*time.Millisecond, 10*time.Second, nil)
	defer func() { _ = listener.Close() }()
	if err := listener.Listen("data_key"); err != nil {
		return Describe(err)
	}
	k.vault.DropAll()
	alive := time.NewTicker(30 * time.Second)
	defer alive.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-listener.Notify:
			k.forget(n)
		case <-alive.C:
			if err := listener.Ping(); err != nil {
				slog.WarnContext(ctx, "the database does not tell of keys to forget: all are forgotten")
				k.vault.DropAll()
			}
		}
	}
}

// forget does what a notification says; nil is one after a lost connection.
func (k *Keys) forget(n *pq.Notification) {
	if n == nil {
		k.vault.DropAll()
		return
	}
	if user, err := uuid.Parse(n.Extra); err == nil {
		k.vault.Drop(user)
		return
	}
	k.vault.DropAll()
}
