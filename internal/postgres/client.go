package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

type clientRow struct {
	ID            string         `db:"client_id"`
	Audience      string         `db:"audience"`
	Purposes      pq.StringArray `db:"purposes"`
	University    string         `db:"university"`
	AgreementFrom *time.Time     `db:"agreement_from"`
	AgreementTo   *time.Time     `db:"agreement_to"`
	Disabled      bool           `db:"disabled"`
}

// Client implements [auth.Clients]. A purpose that the schema does not know is
// no purpose.
func (s *Store) Client(ctx context.Context, id string) (auth.Client, error) {
	var r clientRow
	err := s.statements.row(ctx, s.db, &r, "client", nil, map[string]any{"client_id": id})
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Client{}, auth.ErrUnknownClient
	}
	if err != nil {
		return auth.Client{}, err
	}
	audience, err := privacy.ParseAudience(r.Audience)
	return auth.Client{
		ID:            r.ID,
		Audience:      audience,
		Purposes:      purposes(r.Purposes),
		University:    r.University,
		AgreementFrom: r.AgreementFrom,
		AgreementTo:   r.AgreementTo,
		Disabled:      r.Disabled,
	}, err
}

func purposes(words []string) []privacy.Purpose {
	var known []privacy.Purpose
	for _, word := range words {
		if p, err := privacy.ParsePurpose(word); err == nil {
			known = append(known, p)
		}
	}
	return known
}
