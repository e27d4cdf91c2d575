package vault_test

import (
	"errors"
	"testing"

	"joo.kz/kelisim/internal/vault"
)

// TestCheckTellsTheKeysOfAnotherStore: of an epoch of the same number.
func TestCheckTellsTheKeysOfAnotherStore(t *testing.T) {
	v, other := newVault(t), newVault(t)
	value, err := v.NewCheckValue(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Check(t.Context(), 1, value); err != nil {
		t.Errorf("its own store: %v", err)
	}
	tampered(t, "another store", nil, other.Check(t.Context(), 1, value))
	tampered(t, "another epoch", nil, v.Check(t.Context(), 2, value))
	tampered(t, "no value", nil, v.Check(t.Context(), 1, nil))
	if err := v.Check(t.Context(), 3, value); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("no epoch: %v", err)
	}
	if _, err := v.NewCheckValue(t.Context(), 3); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("made for no epoch: %v", err)
	}
	unwrapped(t, v, 0) // a check value is not a key
}
