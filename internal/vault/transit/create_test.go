package transit_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"

	"joo.kz/kelisim/internal/vault"
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

// TestCreateByTheWarning alone, where the look before saw nothing, as with two
// creators in the same instant.
func TestCreateByTheWarning(t *testing.T) {
	p := newPlace(t)
	with(t, p, 1)
	blind := p.behind(t, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method == http.MethodGet {
			answer(w, http.StatusNotFound, refusal())
			return
		}
		pass.ServeHTTP(w, r)
	})
	if err := blind.store(t).Create(t.Context(), 1); !errors.Is(err, vault.ErrEpochExists) {
		t.Errorf("created again: %v", err)
	}
	if err := blind.store(t).Create(t.Context(), 2); err != nil {
		t.Errorf("not created: %v", err)
	}
}

// TestCreateByTheLook alone, where the service does not warn.
func TestCreateByTheLook(t *testing.T) {
	p := newPlace(t)
	with(t, p, 1)
	mute := p.behind(t, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method == http.MethodGet {
			pass.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	if err := mute.store(t).Create(t.Context(), 1); !errors.Is(err, vault.ErrEpochExists) {
		t.Errorf("created again: %v", err)
	}
	if err := mute.store(t).Create(t.Context(), 2); err != nil {
		t.Errorf("not created: %v", err)
	}
}

func TestOneOfManyCreates(t *testing.T) {
	p := newPlace(t)
	var all sync.WaitGroup
	results := make(chan error, 12)
	for range cap(results) {
		s := p.store(t)
		all.Go(func() { results <- s.Create(t.Context(), 7) })
	}
	all.Wait()
	close(results)
	created := 0
	for err := range results {
		if err == nil {
			created++
		} else if !errors.Is(err, vault.ErrEpochExists) {
			t.Error(err)
		}
	}
	if created != 1 {
		t.Errorf("%d created it", created)
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
