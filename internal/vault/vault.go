package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// keySize is that of every key, in bytes.
const keySize = 32

// Options bound the cache of unwrapped keys. What is not positive is the
// default: 16384 keys for 5 minutes.
type Options struct {
	CacheSize int
	CacheTTL  time.Duration
}

func (o Options) orDefault() Options {
	if o.CacheSize <= 0 {
		o.CacheSize = 16384
	}
	if o.CacheTTL <= 0 {
		o.CacheTTL = 5 * time.Minute
	}
	return o
}

// Vault seals and opens values, and makes and rewraps the keys for it. It is for
// many goroutines, and for the life of the program.
type Vault struct {
	store             KeyStore
	data              *cache[owner, cipher.AEAD]
	index             *cache[indexID, []byte]
	opened, unwrapped atomic.Uint64
}

// owner is whose data key it is.
type owner struct {
	user  uuid.UUID
	group Group
}

type indexID struct {
	column  Place
	version int32
}

// New makes a vault over a key store.
func New(store KeyStore, o Options) *Vault {
	o = o.orDefault()
	return &Vault{
		store: store,
		data:  newCache[owner, cipher.AEAD](o.CacheSize, o.CacheTTL),
		index: newCache[indexID, []byte](o.CacheSize, o.CacheTTL),
	}
}

// KeyStore is the key store of the vault.
func (v *Vault) KeyStore() KeyStore { return v.store }

// Opened is how many values have been opened since the start.
func (v *Vault) Opened() uint64 { return v.opened.Load() }

// Unwrapped is how many keys the key store has unwrapped since the start.
func (v *Vault) Unwrapped() uint64 { return v.unwrapped.Load() }

// Drop forgets a person's unwrapped keys at once, also those that are being
// unwrapped.
func (v *Vault) Drop(user uuid.UUID) {
	groups := Groups()
	owners := make([]owner, 0, len(groups))
	for _, g := range groups {
		owners = append(owners, owner{user, g})
	}
	v.data.drop(owners...)
}

// DropAll forgets all unwrapped keys at once, of values and of indexes.
func (v *Vault) DropAll() {
	v.data.dropAll()
	v.index.dropAll()
}

// newKey makes a random key and wraps it.
func (v *Vault) newKey(ctx context.Context, e Epoch, about []byte) (key, wrapped []byte, err error) {
	key = make([]byte, keySize)
	rand.Read(key)
	wrapped, err = v.store.Wrap(ctx, e, key, about)
	return key, wrapped, err
}

// unwrap has the key store unwrap a key. It fails as [KeyStore.Unwrap].
func (v *Vault) unwrap(ctx context.Context, e Epoch, wrapped, about []byte) ([]byte, error) {
	key, err := v.store.Unwrap(ctx, e, wrapped, about)
	if err != nil {
		return nil, err
	}
	v.unwrapped.Add(1)
	if len(key) != keySize {
		return nil, ErrTampered
	}
	return key, nil
}

// rewrap wraps a key of one epoch by another.
func (v *Vault) rewrap(ctx context.Context, from Epoch, wrapped, about []byte, to Epoch) ([]byte, error) {
	key, err := v.unwrap(ctx, from, wrapped, about)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return v.store.Wrap(ctx, to, key, about)
}
