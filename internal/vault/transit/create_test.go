package transit_test

import (
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"

	"joo.kz/kelisim/internal/vault"
	"joo.kz/kelisim/internal/vault/transit"
)

// TestCreateKeepsTheKey of an epoch that has one.
func TestCreateKeepsTheKey(t *testing.T) {
	s := with(t, newPlace(t), 1)
	wrapped := must(s.Wrap(t.Context(), 1, []byte("a key"), nil))
	if err := s.Create(t.Context(), 1); !errors.Is(err, vault.ErrEpochExists) {
		t.Errorf("created again: %v", err)
	}
	if got, err := s.Unwrap(t.Context(), 1, wrapped, nil); err != nil || string(got) != "a key" {
		t.Error(err)
	}
}

func TestCreateBelowTheFirst(t *testing.T) {
	p := newPlace(t)
	for _, e := range []vault.Epoch{0, -1} {
		if err := p.store(t).Create(t.Context(), e); !errors.Is(err, vault.ErrNoEpoch) {
			t.Errorf("epoch %d: %v", e, err)
		}
	}
	if status, answer := p.do(t, http.MethodGet, p.Mount+"/keys?list=true", nil); status != http.StatusNotFound {
		t.Error("made", answer)
	}
}

// TestCreatorsAtOnce are told of success or that the epoch exists, and all of them
// have the one key.
func TestCreatorsAtOnce(t *testing.T) {
	p := newPlace(t)
	stores := make([]*transit.Store, 12)
	results := make([]error, len(stores))
	var all sync.WaitGroup
	for i := range stores {
		stores[i] = p.store(t)
		all.Go(func() { results[i] = stores[i].Create(t.Context(), 7) })
	}
	all.Wait()
	wrapped := must(stores[0].Wrap(t.Context(), 7, []byte("a key"), nil))
	for i, err := range results {
		if err != nil && !errors.Is(err, vault.ErrEpochExists) {
			t.Error(err)
		}
		if got, err := stores[i].Unwrap(t.Context(), 7, wrapped, nil); err != nil || string(got) != "a key" {
			t.Error(err)
		}
	}
	if !slices.Contains(results, nil) {
		t.Error("nobody created it")
	}
}

// TestKeyStaysInside: it is of the right type, and not even one who may do
// everything can export or delete it as it is.
func TestKeyStaysInside(t *testing.T) {
	p := newPlace(t)
	with(t, p, 1)
	_, answer := p.do(t, http.MethodGet, p.Mount+"/keys/kelisim-epoch-000001", nil)
	data := object(answer["data"].(map[string]any))
	for member, want := range (object{
		"type": "aes256-gcm96", "exportable": false, "deletion_allowed": false, "allow_plaintext_backup": false,
	}) {
		if data[member] != want {
			t.Errorf("%s is %v", member, data[member])
		}
	}
	for method, path := range map[string]string{
		http.MethodGet: "/export/encryption-key/kelisim-epoch-000001", http.MethodDelete: "/keys/kelisim-epoch-000001",
	} {
		if status, _ := p.do(t, method, p.Mount+path, nil); status < 400 {
			t.Errorf("%s %s: %d", method, path, status)
		}
	}
}
