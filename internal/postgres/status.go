package postgres

import (
	"context"
	"errors"
	"time"

	"joo.kz/kelisim/internal/vault"
)

// EpochStatus tells of an epoch how many keys it wraps, and how the key store
// stands to it.
type EpochStatus struct {
	Epoch     vault.Epoch
	CreatedAt time.Time
	DataKeys  int
	IndexKeys int
	Key       KeyState
}

// KeyState is how a key store stands to an epoch.
type KeyState string

// The states of a key.
const (
	KeyHeld        KeyState = "held"
	KeyMissing     KeyState = "missing"
	KeyAnother     KeyState = "another"
	KeyUnreachable KeyState = "unreachable"
)

// KeyStatus tells of all epochs, and what would be lost with the key store.
type KeyStatus struct {
	Epochs []EpochStatus
	People int // whose data keys are here
	Values int // sealed by them
}

// Status tells of the keys, whether or not the key store fits.
func (k *Keys) Status(ctx context.Context) (s KeyStatus, err error) {
	rows, err := k.epochs(ctx, k.db)
	if err != nil {
		return s, err
	}
	for _, r := range rows {
		s.Epochs = append(s.Epochs, EpochStatus{
			Epoch: r.Epoch, CreatedAt: r.CreatedAt, DataKeys: r.DataKeys, IndexKeys: r.IndexKeys,
			Key: keyState(k.vault.Check(ctx, r.Epoch, r.CheckValue)),
		})
	}
	counts := struct {
		People int `db:"people"`
		Values int `db:"values"`
	}{}
	err = k.statements.row(ctx, k.db, &counts, "sealed_values", nil, map[string]any{})
	s.People, s.Values = counts.People, counts.Values
	return s, err
}

func keyState(err error) KeyState {
	switch {
	case err == nil:
		return KeyHeld
	case errors.Is(err, vault.ErrNoEpoch):
		return KeyMissing
	case errors.Is(err, vault.ErrTampered):
		return KeyAnother
	default:
		return KeyUnreachable
	}
}
