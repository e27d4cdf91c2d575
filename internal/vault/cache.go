package vault

import (
	"bytes"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
)

// wrapping is what an unwrapped key came from.
type wrapping struct {
	version int32
	epoch   Epoch
	wrapped []byte
}

func (w wrapping) equal(other wrapping) bool {
	return w.version == other.version && w.epoch == other.epoch && bytes.Equal(w.wrapped, other.wrapped)
}

type cached[V any] struct {
	from wrapping
	key  V
}

// cache keeps unwrapped keys for a time counted from when they were put, however
// often they are used. Its cleaning goroutine never ends.
type cache[K comparable, V any] struct {
	keys *expirable.LRU[K, cached[V]]

	mu    sync.Mutex // between those who put and those who drop
	drops uint64
}

func newCache[K comparable, V any](size int, ttl time.Duration) *cache[K, V] {
	return &cache[K, V]{keys: expirable.NewLRU[K, cached[V]](size, nil, ttl)}
}

// find is the cached key if it came from this very wrapping.
func (c *cache[K, V]) find(id K, from wrapping) (key V, ok bool) {
	if entry, found := c.keys.Get(id); found && entry.from.equal(from) {
		return entry.key, true
	}
	return key, false
}

// begin marks the moment before a key is unwrapped, for put.
func (c *cache[K, V]) begin() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

// put caches a key, unless there was a drop since begin: it may have been of
// this key.
func (c *cache[K, V]) put(begun uint64, id K, from wrapping, key V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops == begun {
		from.wrapped = bytes.Clone(from.wrapped)
		c.keys.Add(id, cached[V]{from: from, key: key})
	}
}

func (c *cache[K, V]) drop(ids ...K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	for _, id := range ids {
		c.keys.Remove(id)
	}
}

func (c *cache[K, V]) dropAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	c.keys.Purge()
}
