package vault_test

import (
	"bytes"
	"context"
	"testing"

	"joo.kz/kelisim/internal/vault"
)

// oneKey is a bad key store: whatever it unwraps is the same key. It shows that
// values are bound by themselves.
type oneKey struct{ vault.KeyStore }

func (oneKey) Wrap(context.Context, vault.Epoch, []byte, []byte) ([]byte, error) {
	return []byte("wrapped"), nil
}

func (oneKey) Unwrap(context.Context, vault.Epoch, []byte, []byte) ([]byte, error) {
	return bytes.Repeat([]byte{7}, 32), nil
}

// gated is a key store that tells when it has wrapped or unwrapped, and answers
// only when it is let.
type gated struct {
	vault.KeyStore
	reached, let chan struct{}
}

func newGated(store vault.KeyStore) *gated {
	return &gated{KeyStore: store, reached: make(chan struct{}), let: make(chan struct{})}
}

func (g *gated) wait() {
	g.reached <- struct{}{}
	<-g.let
}

func (g *gated) Wrap(ctx context.Context, e vault.Epoch, key, about []byte) ([]byte, error) {
	wrapped, err := g.KeyStore.Wrap(ctx, e, key, about)
	g.wait()
	return wrapped, err
}

func (g *gated) Unwrap(ctx context.Context, e vault.Epoch, wrapped, about []byte) ([]byte, error) {
	key, err := g.KeyStore.Unwrap(ctx, e, wrapped, about)
	g.wait()
	return key, err
}

// during does something while the key store is at work for use. It fails the
// test if the key store is not asked, or use fails.
func (g *gated) during(t *testing.T, use func() error, do func()) {
	t.Helper()
	used := make(chan error, 1)
	go func() { used <- use() }()
	select {
	case <-g.reached:
	case err := <-used:
		t.Fatalf("the key store was not asked; %v", err)
	}
	do()
	g.let <- struct{}{}
	if err := <-used; err != nil {
		t.Fatal(err)
	}
}
