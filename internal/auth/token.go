package auth

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

var (
	// ErrToken is returned for a token that is not good.
	ErrToken = errors.New("auth: bad token")
	// ErrTokenExpired is the [ErrToken] of a token whose time is over.
	ErrTokenExpired = fmt.Errorf("%w: expired", ErrToken)
	// ErrSessionEnded is the [ErrToken] of a token whose session has ended.
	ErrSessionEnded = fmt.Errorf("%w: of a session that has ended", ErrToken)
)

// keyWait is how long a request waits for the key set to be read again when its
// token names an unknown key: that happens once in a while, not at will.
const keyWait = time.Second

// leeway forgives clocks that are not quite in step.
const leeway = 5 * time.Second

// algorithms are those a token may be signed with.
func algorithms() []string { return []string{"EdDSA", "ES256", "RS256"} }

// Claims are what a token says (RFC 9068): the client, the person as subject, and
// the session in which they signed in (OpenID Connect Front-Channel Logout, 3).
type Claims struct {
	jwt.RegisteredClaims

	ClientID string `json:"client_id"`
	Session  string `json:"sid,omitempty"`
}

// Validate checks what the registered claims do not: that there is a client,
// that the subject and the session, if any, are ids, and that a session is
// somebody's.
func (c Claims) Validate() error {
	switch {
	case c.ClientID == "", c.Subject == "" && c.Session != "":
		return ErrToken
	case c.Subject != "" && !isUUID(c.Subject), c.Session != "" && !isUUID(c.Session):
		return ErrToken
	default:
		return nil
	}
}

func isUUID(s string) bool { return len(s) == len(uuid.Nil.String()) && uuid.Validate(s) == nil }

// Keys are the public keys that tokens are verified with (RFC 7517).
type Keys struct{ keyfunc.Keyfunc }

// LoadKeys reads a JWK Set from a file or from an http(s) URL, which is then
// read again every hour and when a token names an unknown key. The context ends
// that.
func LoadKeys(ctx context.Context, source string) (Keys, error) {
	if u, err := url.Parse(source); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		refuse := false
		k, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{source}, keyfunc.Override{
			NoErrorReturnFirstHTTPReq: &refuse,
			RateLimitWaitMax:          keyWait,
		})
		return Keys{k}, err
	}
	raw, err := os.ReadFile(source) //nolint:gosec // the operator names the file
	if err != nil {
		return Keys{}, err
	}
	return ParseKeys(raw)
}

// ParseKeys reads a JWK Set from JSON.
func ParseKeys(raw []byte) (Keys, error) {
	k, err := keyfunc.NewJWKSetJSON(raw)
	return Keys{k}, err
}

// JSON is the set as it is published at /.well-known/jwks.json: public keys only.
func (k Keys) JSON(ctx context.Context) (json.RawMessage, error) { return k.Storage().JSONPublic(ctx) }

// Verifier verifies tokens.
type Verifier struct {
	Keys     []Keys // asked in turn; those that are read again when a key is unknown, last
	Issuer   string
	Audience string
	Now      func() time.Time
	Verified *Verified // what has been verified before; nil: nothing is remembered
}

// Verify checks a token's signature, algorithm, key id, issuer, audience and
// times, and returns what it says. It fails with [ErrToken] or
// [ErrTokenExpired], which tell nothing else of the token.
func (v Verifier) Verify(ctx context.Context, token string) (Claims, error) {
	options := []jwt.ParserOption{
		jwt.WithValidMethods(algorithms()),
		jwt.WithIssuer(v.Issuer),
		jwt.WithAudience(v.Audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(v.Now),
		jwt.WithStrictDecoding(),
	}
	claims, err := v.signed(ctx, token, options)
	switch {
	case err == nil:
		return claims, nil
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return Claims{}, ErrTokenExpired
	default:
		return Claims{}, ErrToken
	}
}

// signed checks a token; of one that was good before, all but the signature.
func (v Verifier) signed(ctx context.Context, token string, options []jwt.ParserOption) (Claims, error) {
	find := v.key(ctx)
	if before, ok := v.Verified.find(token); ok && before.by(find) {
		return before.claims, jwt.NewValidator(options...).Validate(before.claims)
	}
	var t verified
	_, err := jwt.NewParser(options...).ParseWithClaims(token, &t.claims, func(parsed *jwt.Token) (key any, err error) {
		t.header = &jwt.Token{Header: parsed.Header, Method: parsed.Method}
		t.key, err = find(parsed)
		return t.key, err
	})
	if err == nil {
		v.Verified.add(token, t)
	}
	return t.claims, err
}

// key finds the key that the token names. A token that names none is refused
// rather than tried with every key.
func (v Verifier) key(ctx context.Context) jwt.Keyfunc {
	return func(t *jwt.Token) (any, error) {
		if kid, ok := t.Header[jwkset.HeaderKID].(string); !ok || kid == "" {
			return nil, ErrToken
		}
		if _, ok := t.Header["crit"]; ok || !isAccessToken(t.Header["typ"]) {
			return nil, ErrToken
		}
		for _, set := range v.Keys {
			if key, err := set.KeyfuncCtx(ctx)(t); err == nil {
				return key, nil
			}
		}
		return nil, ErrToken
	}
}

// isAccessToken tells whether a header's typ is that of an access token (RFC
// 9068, 2.1), and not of an ID token or any other that the issuer signs.
func isAccessToken(typ any) bool {
	s, _ := typ.(string)
	return strings.EqualFold(s, "at+jwt") || strings.EqualFold(s, "application/at+jwt")
}

// Signer signs tokens: of who signs in, and those that the operator gives out.
type Signer struct {
	Key      ed25519.PrivateKey
	KeyID    string
	Issuer   string
	Audience string
}

// Sign makes a token for a client, for a person unless user is empty, and of
// their session unless that is.
func (s Signer) Sign(client, user, session string, now time.Time, ttl time.Duration) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, Claims{
		ClientID: client,
		Session:  session,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    s.Issuer,
			Subject:   user,
			Audience:  jwt.ClaimStrings{s.Audience},
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
			ID:        uuid.NewString(),
		},
	})
	t.Header[jwkset.HeaderKID] = s.KeyID
	t.Header["typ"] = "at+jwt"
	return t.SignedString(s.Key)
}

// bearer takes the token out of an Authorization header (RFC 6750).
func bearer(header []string) (token string, present bool, err error) {
	switch len(header) {
	case 0:
		return "", false, nil
	case 1:
		scheme, token, found := strings.Cut(header[0], " ")
		if found && strings.EqualFold(scheme, "Bearer") && token != "" {
			return token, true, nil
		}
	}
	return "", true, ErrToken
}
