package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
)

// NewIndexKey makes a random key for a blind index over a column, and wraps it
// by the epoch's key. It fails with [ErrNoEpoch].
func (v *Vault) NewIndexKey(ctx context.Context, e Epoch, column Place, version int32) (IndexKey, error) {
	k := IndexKey{Column: column, Version: version, Epoch: e}
	key, wrapped, err := v.newKey(ctx, e, k.about())
	clear(key)
	if err != nil {
		return IndexKey{}, fmt.Errorf("new index key of %s, epoch %d: %w", column.name(), e, err)
	}
	k.Wrapped = wrapped
	return k, nil
}

// RewrapIndexKey wraps the same key by another epoch's, so that the index stays
// as it is. It fails as [Vault.Rewrap].
func (v *Vault) RewrapIndexKey(ctx context.Context, k IndexKey, to Epoch) (IndexKey, error) {
	wrapped, err := v.rewrap(ctx, k.Epoch, k.Wrapped, k.about(), to)
	if err != nil {
		return IndexKey{}, fmt.Errorf("rewrap index key of %s, epoch %d to %d: %w", k.Column.name(), k.Epoch, to, err)
	}
	k.Epoch, k.Wrapped = to, wrapped
	return k, nil
}

// Index is what a value is looked up by in the key's column: its HMAC-SHA-256,
// 32 bytes. Equal values must be normalised alike. It fails with [ErrNoEpoch] or
// [ErrTampered], both of the key.
func (v *Vault) Index(ctx context.Context, k *IndexKey, normalised string) ([]byte, error) {
	key, err := v.indexKey(ctx, k)
	if err != nil {
		return nil, fmt.Errorf("index of %s, epoch %d: %w", k.Column.name(), k.Epoch, err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(normalised))
	return mac.Sum(nil), nil
}

// indexKey is the unwrapped key of an index, from the cache or the key store.
func (v *Vault) indexKey(ctx context.Context, k *IndexKey) ([]byte, error) {
	id := indexID{k.Column, k.Version}
	if key, ok := v.index.find(id, k.wrapping()); ok {
		return key, nil
	}
	begun := v.index.begin()
	key, err := v.unwrap(ctx, k.Epoch, k.Wrapped, k.about())
	if err != nil {
		return nil, err
	}
	v.index.put(begun, id, k.wrapping(), key)
	return key, nil
}
