package postgres

import (
	"context"
	"database/sql"
	"strings"

	"joo.kz/kelisim/internal/consent"
)

// KeepReceipt has the receipt of a consent signed and keeps it in the place of
// the one before. It fails with [consent.ErrNameless], having kept none.
func (t *Transaction) KeepReceipt(ctx context.Context, g *Granted, sign func(*Granted, consent.Name) (string, error)) error {
	name, err := t.fullName(ctx)
	if err != nil {
		return err
	}
	jws, err := sign(g, consent.NameOf(name))
	if err != nil {
		return err
	}
	args := map[string]any{"consent_id": g.ID}
	if err := t.seal(ctx, sealedColumn("consent", "receipt"), sql.Null[string]{V: jws, Valid: true}, args); err != nil {
		return err
	}
	return t.exec(ctx, "set_receipt", nil, args)
}

type nameRow struct {
	FamilyName []byte `db:"family_name"`
	GivenName  []byte `db:"given_name"`
	Patronymic []byte `db:"patronymic"`
}

func (t *Transaction) fullName(ctx context.Context) (string, error) {
	var row nameRow
	if err := t.row(ctx, &row, "full_name", nil, map[string]any{}); err != nil {
		return "", err
	}
	var parts []string
	for _, part := range []struct {
		column string
		sealed []byte
	}{{"family_name", row.FamilyName}, {"given_name", row.GivenName}, {"patronymic", row.Patronymic}} {
		if part.sealed == nil {
			continue
		}
		plain, err := t.open(ctx, sealedColumn("applicant", part.column), part.sealed)
		if err != nil {
			return "", err
		}
		parts = append(parts, plain)
	}
	if len(parts) == 0 {
		return "", consent.ErrNameless
	}
	return strings.Join(parts, " "), nil
}

func (t *Transaction) open(ctx context.Context, c SealedColumn, sealed []byte) (string, error) {
	key, err := t.key(ctx, c.Group)
	if err != nil {
		return "", err
	}
	plain, err := t.store.Keys.vault.Open(ctx, key, c.Place, sealed)
	return string(plain), err
}
