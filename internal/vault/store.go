package vault

import (
	"context"
	"errors"
)

// The errors of the package. Others are the key store's own.
var (
	ErrNoEpoch     = errors.New("vault: no key of that epoch")
	ErrEpochExists = errors.New("vault: the epoch has a key already")
	ErrTampered    = errors.New("vault: does not open")            // whatever the cause
	ErrUnsafe      = errors.New("vault: key store is not private") // readable by others than its owner, or not what it should be
)

// KeyStore holds the key-encryption keys, apart from the data. They never leave
// it; what they wrap is bound to the epoch and to about, the additional
// authenticated data.
type KeyStore interface {
	// Create makes a random 256-bit key for the epoch, or fails with
	// [ErrEpochExists].
	Create(ctx context.Context, e Epoch) error
	// Epochs lists the epochs that have a key, ascending.
	Epochs(ctx context.Context) ([]Epoch, error)
	// Wrap encrypts a key, or fails with [ErrNoEpoch].
	Wrap(ctx context.Context, e Epoch, key, about []byte) ([]byte, error)
	// Unwrap decrypts what Wrap returned for the same epoch and about. It fails
	// with [ErrNoEpoch], or with [ErrTampered] for anything else.
	Unwrap(ctx context.Context, e Epoch, wrapped, about []byte) ([]byte, error)
}
