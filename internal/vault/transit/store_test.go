package transit_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"joo.kz/kelisim/internal/vault"
)

func randomKey(size int) []byte {
	key := make([]byte, size)
	rand.Read(key)
	return key
}

func TestUnwrapGivesBackWhatWasWrapped(t *testing.T) {
	s := with(t, newPlace(t), 1)
	for _, size := range []int{0, 1, 31, 32, 64, 5000} {
		for _, about := range [][]byte{nil, {}, {0}, []byte("person 1, field 2"), randomKey(300)} {
			key := randomKey(size)
			wrapped, err := s.Wrap(t.Context(), 1, key, about)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(wrapped), "vault:v1:") || size > 1 && bytes.Contains(wrapped, key) {
				t.Errorf("wrapped as %q", wrapped)
			}
			if got, err := s.Unwrap(t.Context(), 1, wrapped, about); err != nil || !bytes.Equal(got, key) {
				t.Errorf("%d bytes about %d: %v", size, len(about), err)
			}
		}
	}
}

func TestWrappingsOfOneKeyDiffer(t *testing.T) {
	s := with(t, newPlace(t), 1)
	key := randomKey(32)
	if bytes.Equal(must(s.Wrap(t.Context(), 1, key, nil)), must(s.Wrap(t.Context(), 1, key, nil))) {
		t.Error("deterministic")
	}
}

func TestEpochsAscend(t *testing.T) {
	p := newPlace(t)
	if epochs, err := p.store(t).Epochs(t.Context()); err != nil || len(epochs) != 0 {
		t.Errorf("at first: %v, %v", epochs, err)
	}
	for _, other := range []string{"kelisim-epoch-1", "kelisim-epoch-000000", "kelisim-epoch-0000002", "kelisim-epoch--00003", "kelisim-epoch-4294967297", "000004", "other"} {
		p.do(t, http.MethodPost, p.Mount+"/keys/"+other, object{})
	}
	s := with(t, p, 1000000, 12, 3, 1, 2147483647)
	epochs, err := s.Epochs(t.Context())
	if want := []vault.Epoch{1, 3, 12, 1000000, 2147483647}; err != nil || !slices.Equal(epochs, want) {
		t.Errorf("%v, %v", epochs, err)
	}
}

// TestMissingEpochStaysMissing: to wrap does not make a key, not even with a token
// that may.
func TestMissingEpochStaysMissing(t *testing.T) {
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, []byte("a key"), nil))
	for name, token := range map[string]string{"own": p.newToken(t), "root": p.root} {
		p.write(t, token)
		s := p.store(t)
		if _, err := s.Wrap(t.Context(), 2, []byte("a key"), nil); !errors.Is(err, vault.ErrNoEpoch) {
			t.Errorf("%s: wrap: %v", name, err)
		}
		for _, text := range [][]byte{wrapped, nil, []byte("anything")} {
			if _, err := s.Unwrap(t.Context(), 2, text, nil); !errors.Is(err, vault.ErrNoEpoch) {
				t.Errorf("%s: unwrap: %v", name, err)
			}
		}
		if epochs, err := s.Epochs(t.Context()); err != nil || !slices.Equal(epochs, []vault.Epoch{1}) {
			t.Errorf("%s: %v, %v", name, epochs, err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	s := with(t, newPlace(t), 1, 2)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 20 {
				e, key, about := vault.Epoch(1+j%2), randomKey(32), fmt.Appendf(nil, "person %d", i)
				wrapped, err := s.Wrap(t.Context(), e, key, about)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := s.Unwrap(t.Context(), e, wrapped, about); err != nil || !bytes.Equal(got, key) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
