package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/rogpeppe/go-internal/testscript"
)

// forge makes a bad token of a kind and puts it into $TOKEN.
func (s *script) forge(ts *testscript.TestScript, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: forge KIND")
	}
	token, err := s.forged(args[0])
	ts.Setenv("TOKEN", token)
	return err
}

func (s *script) forged(kind string) (string, error) {
	signer, now, ttl := s.signer, time.Now(), time.Hour
	switch kind {
	case "none":
		return s.unsigned()
	case "symmetric":
		return s.symmetric()
	case "wrong-key":
		_, other, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return "", err
		}
		signer.Key = other
	case "unknown-key":
		signer.KeyID = "unknown"
	case "audience":
		signer.Audience = "https://elsewhere.example"
	case "issuer":
		signer.Issuer = "https://elsewhere.example"
	case "expired":
		now = now.Add(-2 * time.Hour)
	case "early":
		now = now.Add(2 * time.Hour)
	case "id-token":
		return s.idToken()
	case "garbage":
		return "not.a.token", nil
	default:
		return "", errors.New("no such kind of token")
	}
	return signer.Sign("university-013", "", "", now, ttl)
}

func (s *script) claims() jwt.MapClaims {
	return jwt.MapClaims{
		"iss": s.signer.Issuer, "aud": s.signer.Audience, "client_id": "university-013",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
}

// unsigned is a token of the algorithm "none".
func (s *script) unsigned() (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodNone, s.claims())
	t.Header["kid"], t.Header["typ"] = s.signer.KeyID, "at+jwt"
	return t.SignedString(jwt.UnsafeAllowNoneSignatureType)
}

// idToken is a good token of another type.
func (s *script) idToken() (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, s.claims())
	t.Header["kid"], t.Header["typ"] = s.signer.KeyID, "id+jwt"
	return t.SignedString(s.signer.Key)
}

// symmetric is a token signed with the public key as if it were a secret.
func (s *script) symmetric() (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, s.claims())
	t.Header["kid"], t.Header["typ"] = s.signer.KeyID, "at+jwt"
	public, ok := s.signer.Key.Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("not an Ed25519 key")
	}
	return t.SignedString([]byte(base64.RawURLEncoding.EncodeToString(public)))
}
