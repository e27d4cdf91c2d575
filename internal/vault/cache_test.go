package vault_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/vault"
)

// unwrapped fails the test unless a vault has unwrapped so many keys.
func unwrapped(tb testing.TB, v *vault.Vault, want uint64) {
	tb.Helper()
	if got := v.Unwrapped(); got != want {
		tb.Errorf("unwrapped %d keys, want %d", got, want)
	}
}

// TestCounters: of values opened, not of those that do not open; of keys
// unwrapped, not of those found in the cache.
func TestCounters(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	for range 3 {
		opens(t, v, k, phones, sealed, phone)
	}
	_, err := v.Open(t.Context(), k, phones, sealed[1:])
	tampered(t, "cut", nil, err)
	unwrapped(t, v, 0) // a new key is cached
	v.Drop(k.User)
	opens(t, v, k, phones, sealed, phone)
	opens(t, v, k, phones, sealed, phone)
	unwrapped(t, v, 1)
	if _, err := v.Rewrap(t.Context(), *k, 2); err != nil {
		t.Fatal(err)
	}
	unwrapped(t, v, 2)
	if v.Opened() != 5 {
		t.Errorf("opened %d values, want 5", v.Opened())
	}
}

// TestDropIsOfOnePerson: all of their groups, and nobody else's.
func TestDropIsOfOnePerson(t *testing.T) {
	v, dropped := newVault(t), uuid.New()
	other := newDataKey(t, v, uuid.New(), vault.Contact)
	var keys []*vault.DataKey
	for _, g := range vault.Groups() {
		keys = append(keys, newDataKey(t, v, dropped, g))
	}
	v.Drop(dropped)
	seal(t, v, other, phones, phone)
	unwrapped(t, v, 0)
	for _, k := range keys {
		seal(t, v, k, phones, phone)
	}
	unwrapped(t, v, uint64(len(keys)))
	index := newIndexKey(t, v, phones, 1)
	indexOf(t, v, index, phone)
	unwrapped(t, v, 5)
	v.DropAll()
	seal(t, v, other, phones, phone)
	indexOf(t, v, index, phone)
	unwrapped(t, v, 7)
}

// TestCachedKeyExpires: a time after it was put, however often it is used.
func TestCachedKeyExpires(t *testing.T) {
	const ttl = 200 * time.Millisecond
	directory, _ := openDirectory(t, 1)
	v := vault.New(directory, vault.Options{CacheTTL: ttl})
	started := time.Now()
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	for v.Unwrapped() == 0 && time.Since(started) < 50*ttl {
		seal(t, v, k, phones, phone)
		time.Sleep(ttl / 20)
	}
	if kept := time.Since(started); kept < ttl || kept > 50*ttl {
		t.Errorf("kept for %s, want %s", kept, ttl)
	}
}

// TestCacheIsBounded by the number of keys.
func TestCacheIsBounded(t *testing.T) {
	directory, _ := openDirectory(t, 1)
	v := vault.New(directory, vault.Options{CacheSize: 2})
	first := newDataKey(t, v, uuid.New(), vault.Contact)
	for range 2 {
		newDataKey(t, v, uuid.New(), vault.Contact)
	}
	seal(t, v, first, phones, phone)
	unwrapped(t, v, 1)
}

// TestCacheKeepsItsOwnWrapping: rows are read into buffers that are used again.
func TestCacheKeepsItsOwnWrapping(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	k.Wrapped[20] ^= 1
	_, err := v.Seal(t.Context(), k, phones, []byte(phone))
	tampered(t, "altered in place", nil, err)
}

// TestKeyBeingUnwrappedWhenDroppedIsNotCached, nor one being made.
func TestKeyBeingUnwrappedWhenDroppedIsNotCached(t *testing.T) {
	directory, _ := openDirectory(t, 1)
	maker := vault.New(directory, vault.Options{})
	k := newDataKey(t, maker, uuid.New(), vault.Contact)
	index := newIndexKey(t, maker, phones, 1)
	made := *k
	for what, test := range map[string]struct {
		use  func(v *vault.Vault) error
		drop func(v *vault.Vault)
		then *vault.DataKey // used again
	}{
		"unwrapped, Drop": {
			use:  func(v *vault.Vault) error { _, err := v.Seal(t.Context(), k, phones, nil); return err },
			drop: func(v *vault.Vault) { v.Drop(k.User) },
			then: k,
		},
		"unwrapped, DropAll": {
			use:  func(v *vault.Vault) error { _, err := v.Seal(t.Context(), k, phones, nil); return err },
			drop: (*vault.Vault).DropAll,
			then: k,
		},
		"made, Drop": {
			use: func(v *vault.Vault) (err error) {
				made, err = v.NewDataKey(t.Context(), 1, k.User, vault.Contact)
				return err
			},
			drop: func(v *vault.Vault) { v.Drop(k.User) },
			then: &made,
		},
		"index, DropAll": {
			use:  func(v *vault.Vault) error { _, err := v.Index(t.Context(), index, phone); return err },
			drop: (*vault.Vault).DropAll,
		},
	} {
		t.Run(what, func(t *testing.T) {
			store := newGated(directory)
			v := vault.New(store, vault.Options{})
			store.during(t, func() error { return test.use(v) }, func() { test.drop(v) })
			before := v.Unwrapped()
			store.during(t, func() error {
				if test.then == nil {
					return test.use(v)
				}
				_, err := v.Seal(t.Context(), test.then, phones, nil)
				return err
			}, func() {})
			unwrapped(t, v, before+1)
		})
	}
}

// TestVaultIsForManyGoroutines: for the race detector, and no value fails to
// open because a key was dropped under it.
func TestVaultIsForManyGoroutines(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	index := newIndexKey(t, v, phones, 1)
	want := indexOf(t, v, index, phone)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				opens(t, v, k, phones, sealed, phone)
				if got := indexOf(t, v, index, phone); got != want {
					t.Error("another index")
				}
				v.Drop(k.User)
				v.DropAll()
			}
		})
	}
	group.Wait()
}
