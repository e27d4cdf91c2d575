package postgres

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/vault"
)

// Sealer seals what one transaction writes. Which keys are in use does not
// change before the transaction ends.
type Sealer struct {
	vault   *vault.Vault
	epoch   vault.Epoch
	indexes map[vault.Place][]vault.IndexKey
}

// Sealer makes a sealer for a transaction.
func (k *Keys) Sealer(ctx context.Context, tx *sqlx.Tx) (*Sealer, error) {
	if err := k.statements.exec(ctx, tx, "lock_keys", features{"write": true}, map[string]any{}); err != nil {
		return nil, err
	}
	s, err := k.seeker(ctx, tx)
	if err != nil {
		return nil, err
	}
	return s, k.statements.row(ctx, tx, &s.epoch, "current_epoch", nil, map[string]any{})
}

// seeker is a sealer that blinds what is looked up and seals nothing: it knows the
// keys of the blind indexes as they are now, and does not hold them.
func (k *Keys) seeker(ctx context.Context, tx *sqlx.Tx) (*Sealer, error) {
	s := &Sealer{vault: k.vault, indexes: map[vault.Place][]vault.IndexKey{}}
	var rows []indexKeyRow
	if err := k.statements.rows(ctx, tx, &rows, "index_keys", nil, map[string]any{}); err != nil {
		return nil, err
	}
	for _, r := range rows {
		s.indexes[r.key().Column] = append(s.indexes[r.key().Column], r.key())
	}
	return s, nil
}

// indexesAlike tells whether another sealer has the same keys for a blind index.
func (s *Sealer) indexesAlike(other *Sealer, p vault.Place) bool {
	return slices.EqualFunc(s.indexes[p], other.indexes[p], func(a, b vault.IndexKey) bool { return a.Version == b.Version })
}

// NewKey makes the data key of a person and a group. The caller writes it to the
// table data_key.
func (s *Sealer) NewKey(ctx context.Context, user uuid.UUID, g vault.Group) (*vault.DataKey, error) {
	key, err := s.vault.NewDataKey(ctx, s.epoch, user, g)
	return &key, err
}

// Seal is the ciphertext of a value; NULL for the value that is none.
func (s *Sealer) Seal(ctx context.Context, key *vault.DataKey, p vault.Place, plain sql.Null[string]) ([]byte, error) {
	if !plain.Valid {
		return nil, nil
	}
	return s.vault.Seal(ctx, key, p, []byte(plain.V))
}

// Blind is what the two columns of a blind index hold for a value: one where one
// key is in use, both while another takes its place.
type Blind struct{ A, B []byte }

// Index is what a blind index holds for a value; nothing for the value that is
// none.
func (s *Sealer) Index(ctx context.Context, p vault.Place, plain sql.Null[string]) (b Blind, err error) {
	if !plain.Valid {
		return b, nil
	}
	for i := range s.indexes[p] {
		key := &s.indexes[p][i]
		sum, err := s.vault.Index(ctx, key, normalise(p, plain.V))
		if err != nil {
			return b, err
		}
		if slot(key.Version) == "a" {
			b.A = sum
		} else {
			b.B = sum
		}
	}
	return b, nil
}

// slot names the column of a blind index that a version of its key fills.
func slot(version int32) string {
	if version%2 == 1 {
		return "a"
	}
	return "b"
}

// normalise writes alike what a look-up takes for the same: addresses of
// e-mail without regard to case.
func normalise(p vault.Place, plain string) string {
	if p.Column == "email" {
		return strings.ToLower(plain)
	}
	return plain
}
