package vault_test

import (
	"errors"
	"testing"

	"joo.kz/kelisim/internal/vault"
)

func newIndexKey(tb testing.TB, v *vault.Vault, column vault.Place, version int32) *vault.IndexKey {
	tb.Helper()
	k, err := v.NewIndexKey(tb.Context(), 1, column, version)
	if err != nil {
		tb.Fatal(err)
	}
	return &k
}

func indexOf(tb testing.TB, v *vault.Vault, k *vault.IndexKey, normalised string) string {
	tb.Helper()
	index, err := v.Index(tb.Context(), k, normalised)
	if err != nil {
		tb.Fatal(err)
	}
	return string(index)
}

// TestIndexKeysDiffer by column and version, and each time that one is made:
// equal values meet in one column only.
func TestIndexKeysDiffer(t *testing.T) {
	v := newVault(t)
	seen := map[string]bool{}
	for _, column := range []vault.Place{phones, {Table: "contact", Column: "email"}, {Table: "guardian", Column: "phone"}} {
		for _, version := range []int32{1, 2, 2} {
			k := newIndexKey(t, v, column, version)
			index := indexOf(t, v, k, phone)
			if len(index) != 32 || seen[index] {
				t.Errorf("%v %d: %d bytes, seen: %t", column, version, len(index), seen[index])
			}
			seen[index] = true
			if indexOf(t, v, k, phone) != index || indexOf(t, v, k, "+77710000001") == index {
				t.Errorf("%v %d: not a function of its value", column, version)
			}
		}
	}
}

// TestMovedIndexKeyDoesNotUnwrap: to another column or version, nor altered.
func TestMovedIndexKeyDoesNotUnwrap(t *testing.T) {
	v := newVault(t)
	k := newIndexKey(t, v, phones, 1)
	indexOf(t, v, k, phone)
	for what, move := range map[string]func(*vault.IndexKey){
		"another column":  func(k *vault.IndexKey) { k.Column.Column = "email" },
		"another table":   func(k *vault.IndexKey) { k.Column.Table = "guardian" },
		"moved boundary":  func(k *vault.IndexKey) { k.Column = vault.Place{Table: "contactp", Column: "hone"} },
		"another version": func(k *vault.IndexKey) { k.Version = 2 },
		"another epoch":   func(k *vault.IndexKey) { k.Epoch = 2 },
		"cut":             func(k *vault.IndexKey) { k.Wrapped = k.Wrapped[:59] },
	} {
		moved := *k
		move(&moved)
		index, err := v.Index(t.Context(), &moved, phone)
		tampered(t, what, index, err)
		_, err = v.RewrapIndexKey(t.Context(), moved, 2)
		tampered(t, "rewrapped: "+what, nil, err)
	}
}

// TestIndexKeyIsBoundToItsColumnWhole: two columns whose names, one after the
// other, are the same bytes.
func TestIndexKeyIsBoundToItsColumnWhole(t *testing.T) {
	v := newVault(t)
	k := newIndexKey(t, v, vault.Place{Column: "\x00\x00\x00\x00"}, 1)
	k.Column = vault.Place{Table: "\x00\x00\x00\x04"}
	index, err := v.Index(t.Context(), k, phone)
	tampered(t, "another column", index, err)
}

// TestRewrappedIndexKeyKeepsTheIndex without the old epoch.
func TestRewrappedIndexKeyKeepsTheIndex(t *testing.T) {
	directory, path := openDirectory(t, 1, 2)
	v := vault.New(directory, vault.Options{})
	k := newIndexKey(t, v, phones, 1)
	want := indexOf(t, v, k, phone)
	rewrapped, err := v.RewrapIndexKey(t.Context(), *k, 2)
	if err != nil {
		t.Fatal(err)
	}
	destroy(t, path, 1)
	v.DropAll()
	if rewrapped.Epoch != 2 || indexOf(t, v, &rewrapped, phone) != want {
		t.Error("rewrapped, the key is another")
	}
	if _, err := v.Index(t.Context(), k, phone); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("under the destroyed epoch: %v", err)
	}
	if _, err := v.NewIndexKey(t.Context(), 1, phones, 2); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("made under the destroyed epoch: %v", err)
	}
}
