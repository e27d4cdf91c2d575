package postgres

import (
	"context"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// profileRow is the part of a statement's row that tells of one person.
type profileRow struct {
	UserID          uuid.UUID                           `db:"user_id"`
	Identity        keyRow                              `db:"identity"`
	FamilyName      []byte                              `db:"family_name"`
	GivenName       []byte                              `db:"given_name"`
	Patronymic      []byte                              `db:"patronymic"`
	IIN             []byte                              `db:"iin"`
	BirthDate       []byte                              `db:"birth_date"`
	Sex             *privacy.Sealed[applicant.Sex]      `db:"sex"`
	Contact         keyRow                              `db:"contact"`
	Phone           []byte                              `db:"phone"`
	Email           []byte                              `db:"email"`
	Address         []byte                              `db:"address"`
	ProfileSubjects *privacy.Sealed[applicant.Subjects] `db:"profile_subjects"`
	Region          *privacy.Sealed[string]             `db:"region"`
}

func (r *profileRow) user(record *privacy.Record, s *Store) *applicant.User {
	identity := safe{s.Keys.vault, r.Identity.of(r.UserID, vault.Identity), "applicant"}
	contact := safe{s.Keys.vault, r.Contact.of(r.UserID, vault.Contact), "applicant"}
	return &applicant.User{
		Record:          record,
		FamilyName:      identity.text("family_name", r.FamilyName),
		GivenName:       identity.text("given_name", r.GivenName),
		Patronymic:      identity.text("patronymic", r.Patronymic),
		IIN:             identity.text("iin", r.IIN),
		BirthDate:       lock(identity, "birth_date", r.BirthDate, applicant.ParseDate),
		Sex:             r.Sex,
		Phone:           contact.text("phone", r.Phone),
		Email:           contact.text("email", r.Email),
		ProfileSubjects: r.ProfileSubjects,
		Region:          s.Catalogue.Regions.Of(r.Region),
		Address:         contact.text("address", r.Address),
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
