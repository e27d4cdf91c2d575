package postgres

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// SealedColumn is a column that holds ciphertext.
type SealedColumn struct {
	vault.Place

	Group   vault.Group // of the data key that opens it
	Indexed bool        // whether look-ups go by it
}

// SealedColumns are the columns of the domain sealed.
func SealedColumns() []SealedColumn {
	return []SealedColumn{
		{vault.Place{Table: "applicant", Column: "family_name"}, vault.Identity, false},
		{vault.Place{Table: "applicant", Column: "given_name"}, vault.Identity, false},
		{vault.Place{Table: "applicant", Column: "patronymic"}, vault.Identity, false},
		{vault.Place{Table: "applicant", Column: "iin"}, vault.Identity, true},
		{vault.Place{Table: "applicant", Column: "birth_date"}, vault.Identity, false},
		{vault.Place{Table: "applicant", Column: "phone"}, vault.Contact, true},
		{vault.Place{Table: "applicant", Column: "email"}, vault.Contact, true},
		{vault.Place{Table: "applicant", Column: "address"}, vault.Contact, false},
		{vault.Place{Table: "ent_result", Column: "testee_code"}, vault.ExamCode, true},
		{vault.Place{Table: "consent", Column: "receipt"}, vault.Identity, false},
		{vault.Place{Table: "survey_answer", Column: "value"}, vault.Survey, false},
	}
}

// keyRow is the data key that a statement brings along with what it opens; all NULL
// where there is none to bring.
type keyRow struct {
	Version sql.Null[int32]       `db:"version"`
	Epoch   sql.Null[vault.Epoch] `db:"epoch"`
	Wrapped []byte                `db:"wrapped"`
}

func (r keyRow) of(user uuid.UUID, g vault.Group) *vault.DataKey {
	return &vault.DataKey{User: user, Group: g, Version: r.Version.V, Epoch: r.Epoch.V, Wrapped: r.Wrapped}
}

// safe holds ciphertext of one table, of one person and group.
type safe struct {
	vault *vault.Vault
	key   *vault.DataKey
	table string
}

// lock seals a column's ciphertext as a value that is deciphered when it is
// opened and not before; nil where the column is NULL.
func lock[T any](s safe, column string, sealed []byte, read func(string) (T, error)) *privacy.Sealed[T] {
	if sealed == nil {
		return nil
	}
	return privacy.Lock(func(ctx context.Context) (T, error) {
		plain, err := s.vault.Open(ctx, s.key, vault.Place{Table: s.table, Column: column}, sealed)
		if err != nil {
			var zero T
			return zero, err
		}
		return read(string(plain))
	})
}

func (s safe) text(column string, sealed []byte) *privacy.Sealed[string] {
	return lock(s, column, sealed, func(plain string) (string, error) { return plain, nil })
}

// column is ciphertext of a column, and the key that opens it.
type column struct {
	name   string
	key    *vault.DataKey
	sealed []byte
}

// lockTexts seals columns of one row of a table as lock does, at the cost of one.
func lockTexts(v *vault.Vault, table string, columns ...column) []*privacy.Sealed[string] {
	all := privacy.LockEach(len(columns), func(ctx context.Context, at int32) (string, error) {
		c := columns[at]
		plain, err := v.Open(ctx, c.key, vault.Place{Table: table, Column: c.name}, c.sealed)
		return string(plain), err
	})
	texts := make([]*privacy.Sealed[string], len(columns))
	for i, c := range columns {
		if c.sealed != nil {
			texts[i] = &all[i]
		}
	}
	return texts
}

// kept holds copies of what the driver holds until the next row.
type kept []byte

// keep copies a column; nil where it is NULL.
func (k *kept) keep(raw sql.RawBytes) []byte {
	if raw == nil {
		return nil
	}
	from := len(*k)
	*k = append(*k, raw...)
	return (*k)[from:len(*k):len(*k)]
}
