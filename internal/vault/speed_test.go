package vault_test

import (
	"testing"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/vault"
)

// TestOpenAllocatesLittle: requests open thousands of values.
func TestOpenAllocatesLittle(t *testing.T) {
	v := newVault(t)
	k := newDataKey(t, v, uuid.New(), vault.Contact)
	sealed := seal(t, v, k, phones, phone)
	allocated := testing.AllocsPerRun(1000, func() {
		if _, err := v.Open(t.Context(), k, phones, sealed); err != nil {
			t.Fatal(err)
		}
	})
	if allocated > 2 {
		t.Errorf("%v allocations, want 2 at most", allocated)
	}
}

func BenchmarkOpenCached(b *testing.B) {
	v := newVault(b)
	k := newDataKey(b, v, uuid.New(), vault.Contact)
	sealed := seal(b, v, k, phones, phone)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Open(b.Context(), k, phones, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenCachedManyPersons is of a list: each value has a key of its own.
func BenchmarkOpenCachedManyPersons(b *testing.B) {
	v := newVault(b)
	keys, sealed := make([]*vault.DataKey, 8192), make([][]byte, 8192)
	for i := range keys {
		keys[i] = newDataKey(b, v, uuid.New(), vault.Contact)
		sealed[i] = seal(b, v, keys[i], phones, phone)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := v.Open(b.Context(), keys[i%8192], phones, sealed[i%8192]); err != nil {
			b.Fatal(err)
		}
	}
	unwrapped(b, v, 0)
}

func BenchmarkOpenCachedParallel(b *testing.B) {
	v := newVault(b)
	k := newDataKey(b, v, uuid.New(), vault.Contact)
	sealed := seal(b, v, k, phones, phone)
	b.ReportAllocs()
	b.RunParallel(func(each *testing.PB) {
		for each.Next() {
			if _, err := v.Open(b.Context(), k, phones, sealed); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkOpenCold unwraps the key through the directory each time.
func BenchmarkOpenCold(b *testing.B) {
	v := newVault(b)
	k := newDataKey(b, v, uuid.New(), vault.Contact)
	sealed := seal(b, v, k, phones, phone)
	b.ReportAllocs()
	for b.Loop() {
		v.Drop(k.User)
		if _, err := v.Open(b.Context(), k, phones, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	v := newVault(b)
	k := newDataKey(b, v, uuid.New(), vault.Contact)
	b.ReportAllocs()
	for b.Loop() {
		seal(b, v, k, phones, phone)
	}
}

func BenchmarkNewDataKey(b *testing.B) {
	v := newVault(b)
	b.ReportAllocs()
	for b.Loop() {
		newDataKey(b, v, uuid.New(), vault.Contact)
	}
}

func BenchmarkIndex(b *testing.B) {
	v := newVault(b)
	k := newIndexKey(b, v, phones, 1)
	b.ReportAllocs()
	for b.Loop() {
		indexOf(b, v, k, phone)
	}
}
