package vault_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/vault"
)

// TestNewDataKey: version 1, of the epoch, nonce, 32 bytes and tag long when
// wrapped.
func TestNewDataKey(t *testing.T) {
	v, user := newVault(t), uuid.New()
	for _, g := range vault.Groups() {
		k, err := v.NewDataKey(t.Context(), 2, user, g)
		if err != nil {
			t.Fatal(err)
		}
		if k.User != user || k.Group != g || k.Version != 1 || k.Epoch != 2 || len(k.Wrapped) != 12+32+16 {
			t.Errorf("%+v", k)
		}
	}
	if _, err := v.NewDataKey(t.Context(), 3, user, vault.Contact); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("epoch without a key: %v", err)
	}
	if _, err := v.NewDataKey(t.Context(), 1, user, "NONSENSE"); err == nil {
		t.Error("a key for an unknown group")
	}
}

// TestMovedDataKeyDoesNotUnwrap: to a row that differs in anything.
func TestMovedDataKeyDoesNotUnwrap(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	for what, move := range map[string]func(*vault.DataKey){
		"another person":   func(k *vault.DataKey) { k.User = uuid.New() },
		"another group":    func(k *vault.DataKey) { k.Group = vault.Identity },
		"an unknown group": func(k *vault.DataKey) { k.Group = "NONSENSE" },
		"another version":  func(k *vault.DataKey) { k.Version, sealed[4] = 2, 2 },
		"another epoch":    func(k *vault.DataKey) { k.Epoch = 2 },
		"no key":           func(k *vault.DataKey) { k.Wrapped = nil },
	} {
		moved := *k
		sealed[4] = 1
		move(&moved)
		plain, err := v.Open(t.Context(), &moved, phones, sealed)
		tampered(t, what, plain, err)
		_, err = v.Seal(t.Context(), &moved, phones, []byte(phone))
		tampered(t, "sealed for "+what, nil, err)
		_, err = v.Rewrap(t.Context(), moved, 2)
		tampered(t, "rewrapped for "+what, nil, err)
	}
}

// TestAlteredWrappingDoesNotUnwrap: in any bit, or cut anywhere, although the
// key itself is cached.
func TestAlteredWrappingDoesNotUnwrap(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	for bit := range 8 * len(k.Wrapped) {
		altered := *k
		altered.Wrapped = slices.Clone(k.Wrapped)
		altered.Wrapped[bit/8] ^= 1 << (bit % 8)
		plain, err := v.Open(t.Context(), &altered, phones, sealed)
		tampered(t, "a flipped bit", plain, err)
	}
	for size := range len(k.Wrapped) {
		cut := *k
		cut.Wrapped = k.Wrapped[:size]
		plain, err := v.Open(t.Context(), &cut, phones, sealed)
		tampered(t, "cut", plain, err)
	}
	opens(t, v, k, phones, sealed, phone)
}

// TestOneKindOfWrappingIsNotAnother: a check value is no data key, whatever a
// row says of it.
func TestOneKindOfWrappingIsNotAnother(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	check, err := v.NewCheckValue(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	index := newIndexKey(t, v, phones, 1)
	for what, wrapped := range map[string][]byte{"check value": check, "index key": index.Wrapped} {
		other := *k
		other.Wrapped = wrapped
		_, err := v.Seal(t.Context(), &other, phones, []byte(phone))
		tampered(t, what+" as data key", nil, err)
	}
	tampered(t, "data key as check value", nil, v.Check(t.Context(), 1, k.Wrapped))
	index.Wrapped = k.Wrapped
	_, err = v.Index(t.Context(), index, phone)
	tampered(t, "data key as index key", nil, err)
}

// TestRewrappedKeyIsTheSameKey: it opens what the old row's opened, without the
// old epoch.
func TestRewrappedKeyIsTheSameKey(t *testing.T) {
	directory, path := openDirectory(t, 1, 2)
	v := vault.New(directory, vault.Options{})
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	rewrapped, err := v.Rewrap(t.Context(), *k, 2)
	if err != nil {
		t.Fatal(err)
	}
	if rewrapped.Epoch != 2 || rewrapped.User != k.User || rewrapped.Group != k.Group || rewrapped.Version != k.Version || k.Epoch != 1 {
		t.Errorf("%+v of %+v", rewrapped, *k)
	}
	destroy(t, path, 1)
	opens(t, v, k, phones, sealed, phone) // the cache was not touched
	v.DropAll()
	opens(t, v, &rewrapped, phones, sealed, phone)
	if _, err := v.Open(t.Context(), k, phones, sealed); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("under the destroyed epoch: %v", err)
	}
	if _, err := v.Rewrap(t.Context(), *k, 2); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("rewrapped from the destroyed epoch: %v", err)
	}
	if _, err := v.Rewrap(t.Context(), rewrapped, 3); !errors.Is(err, vault.ErrNoEpoch) {
		t.Errorf("rewrapped to no epoch: %v", err)
	}
}

// TestNothingIsDerived: neither another vault on the same key store, nor the
// same, makes the key of a person again.
func TestNothingIsDerived(t *testing.T) {
	directory, _ := openDirectory(t, 1)
	user := uuid.New()
	first := vault.New(directory, vault.Options{})
	k := newDataKey(t, first, user, vault.Contact)
	sealed := seal(t, first, k, phones, phone)
	for what, v := range map[string]*vault.Vault{"same vault": first, "another vault": vault.New(directory, vault.Options{})} {
		again := newDataKey(t, v, user, vault.Contact)
		if bytes.Equal(again.Wrapped, k.Wrapped) {
			t.Errorf("%s: wrapped alike", what)
		}
		plain, err := v.Open(t.Context(), again, phones, sealed)
		tampered(t, what, plain, err)
		opens(t, v, k, phones, sealed, phone) // with the key itself any of them opens it
	}
}
