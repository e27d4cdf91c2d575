package vault

import (
	"context"
	"fmt"
)

// NewCheckValue wraps random bytes by the epoch's key, to be kept with the data:
// [Vault.Check] shows later that a key store holds that very key. It fails with
// [ErrNoEpoch].
func (v *Vault) NewCheckValue(ctx context.Context, e Epoch) ([]byte, error) {
	_, wrapped, err := v.newKey(ctx, e, []byte{checkValueKind})
	if err != nil {
		return nil, fmt.Errorf("new check value, epoch %d: %w", e, err)
	}
	return wrapped, nil
}

// Check fails with [ErrNoEpoch] if the key store has no key of the epoch, and
// with [ErrTampered] if it is not the one that wrapped the check value.
func (v *Vault) Check(ctx context.Context, e Epoch, value []byte) error {
	if _, err := v.store.Unwrap(ctx, e, value, []byte{checkValueKind}); err != nil {
		return fmt.Errorf("check epoch %d: %w", e, err)
	}
	return nil
}
