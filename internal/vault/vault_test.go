package vault_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/vault"
)

const phone = "+77710009998"

var phones = vault.Place{Table: "contact", Column: "phone"}

// openDirectory opens a directory of keys of its own, with the keys of some
// epochs.
func openDirectory(tb testing.TB, epochs ...vault.Epoch) (directory *vault.Directory, path string) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "keys")
	directory, err := vault.OpenDirectory(path)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range epochs {
		if err := directory.Create(tb.Context(), e); err != nil {
			tb.Fatal(err)
		}
	}
	return directory, path
}

// newVault makes a vault with the keys of epochs 1 and 2.
func newVault(tb testing.TB) *vault.Vault {
	tb.Helper()
	directory, _ := openDirectory(tb, 1, 2)
	return vault.New(directory, vault.Options{})
}

func newDataKey(tb testing.TB, v *vault.Vault, user uuid.UUID, g vault.Group) *vault.DataKey {
	tb.Helper()
	k, err := v.NewDataKey(tb.Context(), 1, user, g)
	if err != nil {
		tb.Fatal(err)
	}
	return &k
}

func seal(tb testing.TB, v *vault.Vault, k *vault.DataKey, p vault.Place, plain string) []byte {
	tb.Helper()
	sealed, err := v.Seal(tb.Context(), k, p, []byte(plain))
	if err != nil {
		tb.Fatal(err)
	}
	return sealed
}

// opens fails the test unless a value opens as want.
func opens(tb testing.TB, v *vault.Vault, k *vault.DataKey, p vault.Place, sealed []byte, want string) {
	tb.Helper()
	plain, err := v.Open(tb.Context(), k, p, sealed)
	if err != nil {
		tb.Fatal(err)
	}
	if string(plain) != want {
		tb.Errorf("opened %q, want %q", plain, want)
	}
}

// tampered fails the test unless an error is vault.ErrTampered and nothing was
// opened.
func tampered(tb testing.TB, what string, plain []byte, err error) {
	tb.Helper()
	if !errors.Is(err, vault.ErrTampered) || plain != nil {
		tb.Errorf("%s: %d bytes and %v, want none and ErrTampered", what, len(plain), err)
	}
}
