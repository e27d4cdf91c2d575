package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/signin"
)

// Session is a session of a person, with one client.
type Session struct {
	ID        uuid.UUID
	User      uuid.UUID
	ExpiresAt time.Time // unless it is refreshed before
}

// BeginSession begins a session of the person, with its first refresh token.
func (t *Transaction) BeginSession(ctx context.Context, client, refresh string) (Session, error) {
	s := Session{ID: uuid.New(), User: t.user, ExpiresAt: t.at.Add(t.store.sessionTerm)}
	err := t.exec(ctx, "insert_session", nil, map[string]any{"session_id": s.ID, "client_id": client, "expires_at": s.ExpiresAt})
	if err != nil {
		return Session{}, err
	}
	return s, t.keepRefreshToken(ctx, s.ID, refresh)
}

func (t *Transaction) keepRefreshToken(ctx context.Context, session uuid.UUID, token string) error {
	return t.exec(ctx, "insert_refresh_token", nil, map[string]any{
		"token_hash": signin.HashRefreshToken(token), "session_id": session,
	})
}

// Refresh lets a session go on: next takes the place of the refresh token that is
// used, which is good once. It fails with [signin.ErrSession] where that is none of
// the client's or its session has ended, and with [signin.ErrReused] where it was
// used before: then the session ends, since one of two who have the token must have
// stolen it (RFC 9700, 4.14.2).
func (s *Store) Refresh(ctx context.Context, client, used, next string) (session Session, err error) {
	var reused bool
	err = s.Keys.transact(ctx, func(tx *sqlx.Tx) (err error) {
		session, reused, err = s.refresh(ctx, tx, client, used, next)
		return err
	})
	if err == nil && reused {
		err = signin.ErrReused
	}
	return session, err
}

func (s *Store) refresh(ctx context.Context, tx *sqlx.Tx, client, used, next string) (session Session, reused bool, err error) {
	var r struct {
		User    uuid.UUID `db:"user_id"`
		Session uuid.UUID `db:"session_id"`
		Uses    int       `db:"uses"`
	}
	err = s.statements.row(ctx, tx, &r, "use_refresh_token", nil, map[string]any{
		"token_hash": signin.HashRefreshToken(used), "client_id": client,
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, false, signin.ErrSession
	}
	if err != nil {
		return Session{}, false, err
	}
	t := s.transaction(tx, r.User)
	if r.Uses > 1 {
		_, err = t.EndSession(ctx, r.Session)
		return Session{}, true, err
	}
	session, err = t.renew(ctx, r.Session, next)
	return session, false, err
}

func (t *Transaction) renew(ctx context.Context, session uuid.UUID, next string) (Session, error) {
	s := Session{ID: session, User: t.user, ExpiresAt: t.at.Add(t.store.sessionTerm)}
	err := t.row(ctx, &session, "renew_session", nil, map[string]any{"session_id": session, "expires_at": s.ExpiresAt})
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, signin.ErrSession
	}
	if err != nil {
		return Session{}, err
	}
	return s, t.keepRefreshToken(ctx, session, next)
}

// EndSession ends a session of the person, and tells whether there was one.
func (t *Transaction) EndSession(ctx context.Context, id uuid.UUID) (ended bool, err error) {
	n, err := t.endSessions(ctx, "one", id)
	return n > 0, err
}

// EndOtherSessions ends the person's sessions but one.
func (t *Transaction) EndOtherSessions(ctx context.Context, but uuid.UUID) error {
	_, err := t.endSessions(ctx, "others", but)
	return err
}

func (t *Transaction) endSessions(ctx context.Context, which string, id uuid.UUID) (int, error) {
	var ended []uuid.UUID
	err := t.rows(ctx, &ended, "end_session", features{which: true}, map[string]any{"session_id": id})
	return len(ended), err
}

type sessionRow struct {
	ID     string             `db:"session_id"`
	Client string             `db:"client"`
	Begun  applicant.DateTime `db:"created_at"`
	Used   applicant.DateTime `db:"used_at"`
}

// Sessions reads a person's sessions that have not ended, the last used first.
func (n *Snapshot) Sessions(ctx context.Context, user, current string) ([]*applicant.OpenSession, error) {
	var rows []sessionRow
	if err := n.rows(ctx, &rows, "sessions", nil, map[string]any{"user_id": user}); err != nil {
		return nil, err
	}
	sessions := make([]*applicant.OpenSession, len(rows))
	for i, r := range rows {
		sessions[i] = &applicant.OpenSession{
			ID: r.ID, Client: r.Client, SignedInAt: r.Begun, UsedAt: r.Used, Current: r.ID == current,
		}
	}
	return sessions, nil
}

// Sweep forgets codes, sessions, limits and answers to surveys whose time is over.
func (s *Store) Sweep(ctx context.Context) error {
	for _, table := range []string{"one_time_code", "session", "rate_limit", "survey_answer"} {
		if err := s.statements.exec(ctx, s.db, "sweep", features{table: true}, map[string]any{"now": s.now()}); err != nil {
			return err
		}
	}
	return nil
}
