package graph

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/sms"
)

// SignIn is what signing in needs.
type SignIn struct {
	Keys       *signin.Keys
	SMS        sms.Sender
	Tokens     auth.Signer
	AccessTerm time.Duration // of an access token
}

// RequestSignInCode sends a code. It does the same whether or not anybody has the
// number: it does not look.
func (r *resolver) RequestSignInCode(ctx context.Context, phone applicant.PhoneNumber) (*SignInChallenge, error) {
	client, err := personsClient(ctx)
	if err != nil {
		return nil, err
	}
	to, err := mobile(phone)
	if err != nil {
		return nil, err
	}
	return r.sendCode(ctx, to, signInUse(client.ID), func(code string) string {
		return sms.SignInCode(languageAsked(ctx), code)
	})
}

// take takes one from each bucket. The snapshot of what was read before ends first,
// as with change.
func (r *resolver) take(ctx context.Context, buckets []signin.Bucket) error {
	if err := operationOf(ctx).renew(); err != nil {
		return err
	}
	return r.store.Take(ctx, buckets)
}

// mobile reads the argument phone: a number that receives messages.
func mobile(phone applicant.PhoneNumber) (applicant.PhoneNumber, error) {
	to, err := applicant.ParseMobile(string(phone))
	if err != nil {
		return "", &fault{code: BadInput, reason: err.Error(), variant: "FIELD", argument: []string{"phone"}}
	}
	return to, nil
}

// signInUse is the use of a challenge with which a client signs people in.
func signInUse(client string) string { return "sign-in " + client }

// sendCode sends a code that is good for one use, in the words of text.
func (r *resolver) sendCode(ctx context.Context, to applicant.PhoneNumber, use string, text func(code string) string) (*SignInChallenge, error) {
	if err := r.take(ctx, r.signIn.Keys.CodeBuckets(askerOf(ctx), string(to))); err != nil {
		return nil, err
	}
	code, err := signin.NewCode()
	if err != nil {
		return nil, err
	}
	challenge := signin.NewChallenge(to)
	until, err := r.store.KeepCode(ctx, challenge, r.signIn.Keys.HashCode(challenge, code))
	if err != nil {
		return nil, err
	}
	message := sms.Message{To: to, Text: text(code), Key: "code:" + challenge.ID.String()}
	if err := r.signIn.SMS.Send(ctx, message); err != nil {
		return nil, err
	}
	return &SignInChallenge{ID: r.signIn.Keys.Seal(challenge, use), ExpiresAt: applicant.DateTime{Time: until}}, nil
}

// SignIn signs in whoever has the code, and registers them if need be.
func (r *resolver) SignIn(ctx context.Context, challenge, code string, acceptPolicy *int32, lang *applicant.Language) (*Session, error) {
	client, err := personsClient(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.checkPolicy(ctx, acceptPolicy); err != nil { // before the code is used up
		return nil, err
	}
	sent, err := r.redeem(ctx, signInUse(client.ID), challenge, code)
	if err != nil {
		return nil, badCode(err, "code")
	}
	user, first, err := r.store.Register(ctx, sent.Phone)
	if err != nil {
		return nil, err
	}
	refresh := signin.NewRefreshToken()
	var session postgres.Session
	err = r.store.Change(ctx, user.String(), func(tx *postgres.Transaction) (err error) {
		if acceptPolicy != nil {
			if _, err := r.accept(ctx, tx, *acceptPolicy, lang); err != nil {
				return err
			}
		}
		session, err = tx.BeginSession(ctx, client.ID, refresh)
		return err
	})
	if err != nil {
		return nil, policyFault(err, "acceptPolicy")
	}
	return r.session(ctx, session, refresh, first)
}

// checkPolicy checks that the version that is to be accepted is in force.
func (r *resolver) checkPolicy(ctx context.Context, version *int32) error {
	if version == nil {
		return nil
	}
	op := operationOf(ctx)
	inForce, err := op.snapshot.PolicyInForce(ctx)
	if err != nil {
		return err
	}
	if *version != inForce {
		return policyFault(consent.ErrNoPolicy, "acceptPolicy")
	}
	return op.renew()
}

// redeem uses a code up, for the use that it was sent for. It fails with
// [signin.ErrChallenge] where there is no such challenge, or the code is not right.
func (r *resolver) redeem(ctx context.Context, use, challenge, code string) (signin.Challenge, error) {
	if err := r.take(ctx, r.signIn.Keys.TryBuckets(askerOf(ctx))); err != nil {
		return signin.Challenge{}, err
	}
	c, err := r.signIn.Keys.Open(challenge, use)
	if err != nil {
		return signin.Challenge{}, err
	}
	right, err := r.store.TryCode(ctx, c, r.signIn.Keys.HashCode(c, code))
	if err == nil && !right {
		err = signin.ErrChallenge
	}
	return c, err
}

// badCode places what is wrong with a code at its argument.
func badCode(err error, argument ...string) error {
	if errors.Is(err, signin.ErrChallenge) {
		return badInput("CODE", argument...)
	}
	return err
}

// RefreshSession lets a session go on.
func (r *resolver) RefreshSession(ctx context.Context, used string) (*Session, error) {
	client, err := personsClient(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.take(ctx, r.signIn.Keys.TryBuckets(askerOf(ctx))); err != nil {
		return nil, err
	}
	next := signin.NewRefreshToken()
	session, err := r.store.Refresh(ctx, client.ID, used, next)
	if errors.Is(err, signin.ErrReused) {
		slog.WarnContext(ctx, "a refresh token was used twice: its session has ended", "client", client.ID)
	}
	if errors.Is(err, signin.ErrSession) {
		return nil, &fault{code: Unauthenticated, reason: "SESSION_ENDED", argument: []string{"refreshToken"}}
	}
	if err != nil {
		return nil, err
	}
	return r.session(ctx, session, next, false)
}

// session is what the client keeps of a session.
func (r *resolver) session(ctx context.Context, s postgres.Session, refresh string, first bool) (*Session, error) {
	now := operationOf(ctx).snapshot.At()
	id := s.ID.String()
	access, err := r.signIn.Tokens.Sign(askerOf(ctx).Client, s.User.String(), id, now, r.signIn.AccessTerm)
	return &Session{
		ID:                    id,
		AccessToken:           access,
		AccessTokenExpiresAt:  applicant.DateTime{Time: now.Add(r.signIn.AccessTerm)},
		RefreshToken:          refresh,
		RefreshTokenExpiresAt: applicant.DateTime{Time: s.ExpiresAt},
		FirstSignIn:           first,
	}, err
}

// MySessions lists the open sessions of the person signed in.
func (r *resolver) MySessions(ctx context.Context) ([]*applicant.OpenSession, error) {
	op := operationOf(ctx)
	return op.snapshot.Sessions(ctx, op.caller.User, op.caller.Session)
}

// SignOut ends the session that asks.
func (r *resolver) SignOut(ctx context.Context) (bool, error) {
	return r.EndSession(ctx, operationOf(ctx).caller.Session)
}

// EndSession ends a session of the person signed in.
func (r *resolver) EndSession(ctx context.Context, id string) (ended bool, err error) {
	if !isUUID(id) {
		return false, nil // as any unknown id
	}
	err = r.change(ctx, func(tx *postgres.Transaction) (err error) {
		ended, err = tx.EndSession(ctx, uuid.MustParse(id))
		return err
	})
	return ended, err
}

// ChangePhone gives the person signed in another number to sign in with.
func (r *resolver) ChangePhone(ctx context.Context, challenge, code string) (*applicant.User, error) {
	sent, err := r.redeem(ctx, signInUse(askerOf(ctx).Client), challenge, code)
	if err != nil {
		return nil, badCode(err, "code")
	}
	err = r.change(ctx, func(tx *postgres.Transaction) error {
		if err := tx.ChangePhone(ctx, sent.Phone); err != nil {
			return err
		}
		current, _ := uuid.Parse(operationOf(ctx).caller.Session) // the nil id is nobody's
		return tx.EndOtherSessions(ctx, current)
	})
	var faults applicant.Faults
	if errors.As(err, &faults) {
		return nil, &fault{code: BadInput, reason: faults[0].Reason, variant: "FIELD", argument: []string{"challenge"}}
	}
	if err != nil {
		return nil, err
	}
	return r.person(ctx)
}

// personsClient is the client that asks, if it is one that people sign in with.
func personsClient(ctx context.Context) (*auth.Caller, error) {
	caller := operationOf(ctx).caller
	switch {
	case caller == nil:
		return nil, &fault{code: Unauthenticated}
	case !caller.ForPerson():
		return nil, &fault{code: AudienceNotAllowed}
	default:
		return caller, nil
	}
}
