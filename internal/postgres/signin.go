package postgres

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/vault"
)

// Take takes one from each bucket in turn, and fails with [signin.LimitedError] at
// the first that is empty.
func (s *Store) Take(ctx context.Context, buckets []signin.Bucket) error {
	now := s.now()
	for _, b := range buckets {
		var until *time.Time
		err := s.statements.row(ctx, s.db, &until, "take", nil, map[string]any{
			"bucket": b.Hash, "each": b.Each().Seconds(), "whole": b.Per.Seconds(), "now": now,
		})
		if err != nil {
			return err
		}
		if until != nil {
			return &signin.LimitedError{After: until.Sub(now)}
		}
	}
	return nil
}

// KeepCode keeps the hash of a code that is about to be sent, and tells until when
// it is good.
func (s *Store) KeepCode(ctx context.Context, c signin.Challenge, hash []byte) (time.Time, error) {
	until := s.now().Add(signin.CodeTerm)
	return until, s.statements.exec(ctx, s.db, "insert_one_time_code", nil, map[string]any{
		"code_id": c.ID, "code_hash": hash, "expires_at": until,
	})
}

// TryCode tries the code of a challenge, which is right once: of tries at once one
// finds it so. One that is wrong, used, tried too often, too old or none at all is
// not right.
func (s *Store) TryCode(ctx context.Context, c signin.Challenge, hash []byte) (right bool, err error) {
	err = s.statements.row(ctx, s.db, &right, "try_one_time_code", nil, map[string]any{
		"code_id": c.ID, "code_hash": hash, "most": signin.CodeTries, "now": s.now(),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return right, err
}

// Register finds the person who has a number, or else registers one, of whom
// nothing is known but that. Clause 5.1.1.
func (s *Store) Register(ctx context.Context, phone applicant.PhoneNumber) (user uuid.UUID, first bool, err error) {
	user, found, err := s.holder(ctx, phone)
	if err != nil || found {
		return user, false, err
	}
	user, err = s.register(ctx, phone)
	if isPhoneTaken(err) { // meanwhile
		user, _, err = s.holder(ctx, phone)
		return user, false, err
	}
	return user, true, err
}

func (s *Store) holder(ctx context.Context, phone applicant.PhoneNumber) (user uuid.UUID, found bool, err error) {
	n := s.Snapshot()
	defer func() { err = errors.Join(err, n.Close()) }()
	return n.Person(ctx, vault.Place{Table: "applicant", Column: "phone"}, string(phone))
}

// HasPhone tells whether a number is a person's own.
func (n *Snapshot) HasPhone(ctx context.Context, user string, phone applicant.PhoneNumber) (bool, error) {
	return n.has(ctx, user, "phone", string(phone))
}

// HasIIN tells whether an IIN is a person's own.
func (n *Snapshot) HasIIN(ctx context.Context, user string, iin applicant.IIN) (bool, error) {
	return n.has(ctx, user, "iin", string(iin))
}

func (n *Snapshot) has(ctx context.Context, user, column, value string) (bool, error) {
	holder, found, err := n.Person(ctx, vault.Place{Table: "applicant", Column: column}, value)
	return found && holder.String() == user, err
}

func (s *Store) register(ctx context.Context, phone applicant.PhoneNumber) (uuid.UUID, error) {
	user := uuid.New()
	return user, s.Keys.transact(ctx, func(tx *sqlx.Tx) error {
		t := s.transaction(tx, user)
		if err := t.exec(ctx, "insert_applicant", nil, map[string]any{}); err != nil {
			return err
		}
		return t.setPhone(ctx, phone)
	})
}

// ChangePhone writes the number that the person signs in with from now on. It fails
// with [applicant.Faults] where another person has it.
func (t *Transaction) ChangePhone(ctx context.Context, phone applicant.PhoneNumber) error {
	err := t.setPhone(ctx, phone)
	if isPhoneTaken(err) {
		return applicant.Unavailable("phone")
	}
	return err
}

func (t *Transaction) setPhone(ctx context.Context, phone applicant.PhoneNumber) error {
	args := map[string]any{}
	if err := t.seal(ctx, sealedColumn("applicant", "phone"), optional(&phone), args); err != nil {
		return err
	}
	if err := t.exec(ctx, "update_phone", nil, args); err != nil {
		return err
	}
	return t.exec(ctx, "insert_sources", nil, map[string]any{"columns": pq.Array([]string{"phone"}), "source": string(Typed)})
}

func isPhoneTaken(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == uniqueViolation && strings.HasPrefix(e.Constraint, "applicant_phone_")
}
