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
	Hosting       string         `db:"hosting_country"`
	AgreementFrom *time.Time     `db:"agreement_from"`
	AgreementTo   *time.Time     `db:"agreement_to"`
	Disabled      bool           `db:"disabled"`
	Ended         bool           `db:"ended"` // the session of the token
}

// Client implements [auth.Clients]. A purpose that the schema does not know is
// no purpose.
func (s *Store) Client(ctx context.Context, token auth.Claims) (auth.Client, error) {
	var r clientRow
	err := s.statements.row(ctx, s.db, &r, "client", features{"session": token.Session != ""}, map[string]any{
		"client_id": token.ClientID, "user_id": token.Subject, "session_id": token.Session,
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return auth.Client{}, auth.ErrUnknownClient
	case err != nil:
		return auth.Client{}, err
	case r.Ended:
		return auth.Client{}, auth.ErrSessionEnded
	}
	audience, err := privacy.ParseAudience(r.Audience)
	return auth.Client{
		ID:            r.ID,
		Audience:      audience,
		Purposes:      purposes(r.Purposes),
		University:    r.University,
		Abroad:        beyond(r.Hosting),
		AgreementFrom: r.AgreementFrom,
		AgreementTo:   r.AgreementTo,
		Disabled:      r.Disabled,
	}, err
}

// beyond is a country, if it is not Kazakhstan.
func beyond(country string) string {
	if country == home {
		return ""
	}
	return country
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
