package graph_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/vault"
)

// Ways in which a key store may be out of order.
const (
	works int32 = iota
	refuses
	hangs
	panics
)

// moody is a key store that works, refuses, hangs or panics, as it is told.
type moody struct {
	vault.KeyStore

	mood  atomic.Int32
	asked chan struct{} // has a token when it hangs
}

func (m *moody) Unwrap(ctx context.Context, e vault.Epoch, wrapped, about []byte) ([]byte, error) {
	switch m.mood.Load() {
	case refuses:
		return nil, errors.New("secret9901: no key at keys.example.com for " + string(about))
	case panics:
		panic("secret9901: no key at keys.example.com for " + string(about))
	case hangs:
		select {
		case m.asked <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return nil, ctx.Err()
	default:
		return m.KeyStore.Unwrap(ctx, e, wrapped, about)
	}
}

// moodyAPI is an API whose key store may be put out of order; path is where the
// store has its keys.
func moodyAPI(t *testing.T) (a *api, store *moody, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys")
	directory, err := vault.OpenDirectory(path)
	if err != nil {
		t.Fatal(err)
	}
	store = &moody{KeyStore: directory, asked: make(chan struct{}, 1)}
	return newVaultAPI(t, people, graph.DefaultLimits(), vault.New(store, vault.Options{})), store, path
}

// TestKeyStoreOutOfOrder: what it would open is null, the rest is there, and
// everything is when the key store is in order again.
func TestKeyStoreOutOfOrder(t *testing.T) {
	a, store, path := moodyAPI(t)
	log, secrets := logged(t), append(a.secrets(), "secret9901", "keys.example.com", path, "vault", "epoch-")
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	key, away := filepath.Join(path, "epoch-000001.key"), filepath.Join(path, "away")
	for what, order := range map[string]struct{ fail, mend func() }{
		"it refuses":         {func() { store.mood.Store(refuses) }, func() { store.mood.Store(works) }},
		"it panics":          {func() { store.mood.Store(panics) }, func() { store.mood.Store(works) }},
		"its key is gone":    {func() { must(os.Rename(key, away)) }, func() { must(os.Rename(away, key)) }},
		"its key is another": {func() { invert(t, key) }, func() { invert(t, key) }},
		"it is open to all":  {func() { must(os.Chmod(path, 0o755)) }, func() { must(os.Chmod(path, 0o700)) }},
	} {
		for name, reader := range sealedReaders(t) {
			before := a.ask(reader.caller, reader.query)
			order.fail()
			if diff := cmp.Diff(before, a.ask(reader.caller, reader.query)); diff != "" {
				t.Errorf("%s, %s: with the keys at hand:\n%s", what, name, diff)
			}
			a.vault.DropAll()
			log.take()
			answer := a.ask(reader.caller, reader.query)
			order.mend()
			checkUnopened(t, what+", "+name, reader, answer, secrets)
			lines := log.take()
			for _, secret := range []string{"secret9901", "keys.example.com", full, another} {
				if strings.Contains(lines, secret) || lines == "" {
					t.Errorf("%s, %s: the log:\n%s", what, name, lines)
				}
			}
			if diff := cmp.Diff(before, a.ask(reader.caller, reader.query)); diff != "" {
				t.Errorf("%s, %s: afterwards:\n%s", what, name, diff)
			}
		}
	}
}

// checkUnopened tells whether each sealed value is null, with an error, and the
// rest is there.
func checkUnopened(t *testing.T, what string, reader sealedReader, answer string, secrets []string) {
	t.Helper()
	r := parse(t, answer)
	if n := shownSealed(r.Data); n > 0 {
		t.Errorf("%s: %d sealed values in %s", what, n, answer)
	}
	if len(r.Errors) < len(reader.columns) {
		t.Errorf("%s: %d errors in %s", what, len(r.Errors), answer)
	}
	for _, code := range r.codes() {
		if code != string(graph.Internal) {
			t.Errorf("%s: %s", what, code)
		}
	}
	if !strings.Contains(answer, `"total":120`) || !strings.Contains(answer, `"region":{"code":"710000000"`) {
		t.Errorf("%s: what is not sealed is not there: %s", what, answer)
	}
	checkTells(t, what, secrets, answer, "")
}

// TestKeyStoreHangs: it holds nobody longer than their request lasts, nor anybody
// who needs no key.
func TestKeyStoreHangs(t *testing.T) {
	a, store, _ := moodyAPI(t)
	for name, reader := range sealedReaders(t) {
		before := a.ask(reader.caller, reader.query)
		store.mood.Store(hangs)
		a.vault.DropAll()
		ctx, cancel := context.WithCancel(t.Context())
		answered := make(chan string, 1)
		go func() { answered <- a.askIn(ctx, reader.caller, reader.query) }()
		<-store.asked
		if answer := a.ask(university("013"), consult+"leads { nodes { user { region { code } } } } }"); strings.Contains(answer, "INTERNAL") {
			t.Errorf("%s: what needs no key: %s", name, answer)
		}
		cancel()
		select {
		case answer := <-answered:
			if n := shownSealed(parse(t, answer).Data); n > 0 {
				t.Errorf("%s: %d sealed values in %s", name, n, answer)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: no answer", name)
		}
		for len(store.asked) > 0 {
			<-store.asked
		}
		store.mood.Store(works)
		if diff := cmp.Diff(before, a.ask(reader.caller, reader.query)); diff != "" {
			t.Errorf("%s: afterwards:\n%s", name, diff)
		}
	}
}

// invert inverts the last byte of a key; done twice, it is as it was.
func invert(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-1] ^= 0xff
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o400); err != nil {
		t.Fatal(err)
	}
}
