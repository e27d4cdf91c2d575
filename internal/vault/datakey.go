package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

var errGroup = errors.New("vault: unknown group")

// NewDataKey makes a random data key, of version 1, and wraps it by the epoch's
// key. The unwrapped key is cached, since values are sealed with it next. It
// fails with [ErrNoEpoch].
func (v *Vault) NewDataKey(ctx context.Context, e Epoch, user uuid.UUID, g Group) (DataKey, error) {
	if !g.known() {
		return DataKey{}, errGroup
	}
	begun := v.data.begin()
	k := DataKey{User: user, Group: g, Version: 1, Epoch: e}
	key, wrapped, err := v.newKey(ctx, e, k.about())
	defer clear(key)
	if err != nil {
		return DataKey{}, fmt.Errorf("new data key of group %s, epoch %d: %w", g, e, err)
	}
	aead, err := newAEAD(key)
	if err != nil {
		return DataKey{}, err
	}
	k.Wrapped = wrapped
	v.data.put(begun, owner{user, g}, k.wrapping(), aead)
	return k, nil
}

// Rewrap wraps the same key by another epoch's. It fails with [ErrNoEpoch] for
// either epoch, or [ErrTampered], and does not touch the cache.
func (v *Vault) Rewrap(ctx context.Context, k DataKey, to Epoch) (DataKey, error) {
	wrapped, err := v.rewrap(ctx, k.Epoch, k.Wrapped, k.about(), to)
	if err != nil {
		return DataKey{}, fmt.Errorf("rewrap data key of group %s, epoch %d to %d: %w", k.Group, k.Epoch, to, err)
	}
	k.Epoch, k.Wrapped = to, wrapped
	return k, nil
}

// aead is the cipher of a data key, from the cache or the key store.
func (v *Vault) aead(ctx context.Context, k *DataKey) (cipher.AEAD, error) {
	if aead, ok := v.data.find(owner{k.User, k.Group}, k.wrapping()); ok {
		return aead, nil
	}
	return v.unwrapData(ctx, k)
}

// unwrapData unwraps a data key and caches it. A group that we do not know does
// not open: [Vault.Drop] would not find it.
func (v *Vault) unwrapData(ctx context.Context, k *DataKey) (cipher.AEAD, error) {
	if !k.Group.known() {
		return nil, ErrTampered
	}
	begun := v.data.begin()
	key, err := v.unwrap(ctx, k.Epoch, k.Wrapped, k.about())
	defer clear(key)
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	v.data.put(begun, owner{k.User, k.Group}, k.wrapping(), aead)
	return aead, nil
}

// newAEAD is AES-256-GCM that puts a random nonce of 12 bytes before what it
// encrypts.
func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
