package postgres

import (
	"context"
	"database/sql"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// profileRow is the part of a statement's row that tells of one person. Ciphertext is
// the driver's until the next row: it is copied once a person, not once a row.
type profileRow struct {
	UserID          uuid.UUID                           `db:"user_id"`
	Identity        keyRow                              `db:"identity"`
	FamilyName      sql.RawBytes                        `db:"family_name"`
	GivenName       sql.RawBytes                        `db:"given_name"`
	Patronymic      sql.RawBytes                        `db:"patronymic"`
	IIN             sql.RawBytes                        `db:"iin"`
	BirthDate       sql.RawBytes                        `db:"birth_date"`
	Sex             *privacy.Sealed[applicant.Sex]      `db:"sex"`
	Contact         keyRow                              `db:"contact"`
	Phone           sql.RawBytes                        `db:"phone"`
	Email           sql.RawBytes                        `db:"email"`
	Address         sql.RawBytes                        `db:"address"`
	ProfileSubjects *privacy.Sealed[applicant.Subjects] `db:"profile_subjects"`
	Region          *privacy.Sealed[string]             `db:"region"`
}

func (r *profileRow) user(record *privacy.Record, s *Store) *applicant.User {
	const usual = 512 // bytes of ciphertext
	k := make(kept, 0, usual)
	identity, contact := r.Identity.of(r.UserID, vault.Identity), r.Contact.of(r.UserID, vault.Contact)
	texts := lockTexts(s.Keys.vault, "applicant",
		column{"family_name", identity, k.keep(r.FamilyName)},
		column{"given_name", identity, k.keep(r.GivenName)},
		column{"patronymic", identity, k.keep(r.Patronymic)},
		column{"iin", identity, k.keep(r.IIN)},
		column{"phone", contact, k.keep(r.Phone)},
		column{"email", contact, k.keep(r.Email)},
		column{"address", contact, k.keep(r.Address)},
	)
	return &applicant.User{
		Record:          record,
		FamilyName:      texts[0],
		GivenName:       texts[1],
		Patronymic:      texts[2],
		IIN:             texts[3],
		BirthDate:       lock(safe{s.Keys.vault, identity, "applicant"}, "birth_date", k.keep(r.BirthDate), applicant.ParseDate),
		Sex:             r.Sex,
		Phone:           texts[4],
		Email:           texts[5],
		ProfileSubjects: r.ProfileSubjects,
		Region:          s.Catalogue.Regions.Of(r.Region),
		Address:         texts[6],
	}
}

// User reads a person for themselves: what the projection has of the categories
// that the record may open. It is nil where there is no such person.
func (n *Snapshot) User(ctx context.Context, id string, record *privacy.Record, p privacy.Projection) (*applicant.User, error) {
	user, err := n.person(ctx, record, p, listed(p), map[string]any{"user_id": id})
	if user == nil || err != nil {
		return nil, err
	}
	if p["User.surveyAnswers"] && record.Readable().Has(privacy.Survey) {
		if user.SurveyAnswers, err = n.surveyAnswers(ctx, id, record, p); err != nil {
			return nil, err
		}
	}
	if p["User.sources"] {
		if user.Sources, err = n.sources(ctx, id, record); err != nil {
			return nil, err
		}
	}
	if !p["User.consents"] {
		return user, nil
	}
	user.Consents, err = n.Consents(ctx, id, p)
	return user, err
}

// person reads a person and what hangs on them; nil where there is no such person.
func (n *Snapshot) person(ctx context.Context, record *privacy.Record, p privacy.Projection, f features, args map[string]any) (*applicant.User, error) {
	var row personRow
	var user *applicant.User
	args["readable"] = int64(record.Readable())
	err := n.each(ctx, &row, func() error {
		if user == nil {
			user = row.person(record, p, n.store)
			n.inForce.Store(row.InForce)
		}
		row.hang(user, p, n.store)
		return nil
	}, "user", f, args)
	return user, err
}
