package vault

import (
	"context"
	"encoding/binary"
	"fmt"
)

// A sealed value is a header, the format and the version of its key, and then
// nonce, ciphertext and tag of AES-256-GCM.
const (
	format     = 1
	headerSize = 1 + 4
	sealedSize = headerSize + 12 + 16 // of an empty value
)

// Seal encrypts a value of a person for a column. It fails with [ErrNoEpoch] or
// [ErrTampered], both of the key.
func (v *Vault) Seal(ctx context.Context, k *DataKey, p Place, plain []byte) ([]byte, error) {
	aead, err := v.aead(ctx, k)
	if err != nil {
		return nil, failed("seal", k, p, err)
	}
	sealed := make([]byte, 0, sealedSize+len(plain))
	sealed = appendNumber(append(sealed, format), k.Version)
	binding := appendBinding(make([]byte, 0, bindingSize(k, p)), sealed, k, p)
	return aead.Seal(sealed, nil, plain, binding), nil //nolint:gosec // the cipher makes the nonce
}

// Open decrypts what [Vault.Seal] returned for the same key and column. It fails
// with [ErrTampered] for anything else, and with [ErrNoEpoch].
func (v *Vault) Open(ctx context.Context, k *DataKey, p Place, sealed []byte) ([]byte, error) {
	if !sealedWith(k, sealed) {
		return nil, failed("open", k, p, ErrTampered)
	}
	aead, err := v.aead(ctx, k)
	if err != nil {
		return nil, failed("open", k, p, err)
	}
	// One allocation for both: a request opens thousands of values.
	size := bindingSize(k, p)
	buffer := make([]byte, size+len(sealed)-sealedSize)
	binding := appendBinding(buffer[:0:size], sealed[:headerSize], k, p)
	plain, err := aead.Open(buffer[size:size], nil, sealed[headerSize:], binding)
	if err != nil {
		return nil, failed("open", k, p, ErrTampered)
	}
	v.opened.Add(1)
	return plain, nil
}

// sealedWith tells whether bytes have the form of a value sealed with a key.
func sealedWith(k *DataKey, sealed []byte) bool {
	return len(sealed) >= sealedSize && sealed[0] == format &&
		binary.BigEndian.Uint32(sealed[1:]) == uint32(k.Version) //nolint:gosec // its bits
}

func failed(what string, k *DataKey, p Place, err error) error {
	return fmt.Errorf("%s %s, group %s, epoch %d: %w", what, p.name(), k.Group, k.Epoch, err)
}
