package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"maps"
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
	case "none", "None":
		return s.unsigned(kind)
	case "symmetric":
		return s.symmetric(base64.RawURLEncoding.EncodeToString(s.public()))
	case "symmetric-raw":
		return s.symmetric(string(s.public()))
	case "symmetric-pem":
		return s.symmetric(s.publicPEM())
	case "symmetric-empty":
		return s.symmetric("")
	case "embedded-key":
		return s.embedded(s.signer.KeyID)
	case "embedded-key-alone":
		return s.embedded("")
	case "key-url":
		return s.signedWith(map[string]any{"jku": "http://127.0.0.1:1/jwks.json", "x5u": "http://127.0.0.1:1/x", "kid": "theirs"})
	case "key-id-file":
		return s.signedWith(map[string]any{"kid": "../../../../dev/null"})
	case "key-id-sql":
		return s.signedWith(map[string]any{"kid": "' UNION SELECT 'x' --"})
	case "key-id-number":
		return s.signedWith(map[string]any{"kid": 0})
	case "no-key-id":
		return s.signedWith(map[string]any{"kid": nil})
	case "critical":
		return s.signedWith(map[string]any{"crit": []string{"exp"}})
	case "receipt":
		return s.signedWith(map[string]any{"typ": "consent-receipt+jwt"})
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
		return s.signedWith(map[string]any{"typ": "id+jwt"})
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

// unsigned is a token of the algorithm "none", however that is spelt.
func (s *script) unsigned(none string) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodNone, s.claims())
	t.Header["kid"], t.Header["typ"], t.Header["alg"] = s.signer.KeyID, "at+jwt", none
	return t.SignedString(jwt.UnsafeAllowNoneSignatureType)
}

// signedWith is a good token but for its header.
func (s *script) signedWith(header map[string]any) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, s.claims())
	t.Header["kid"], t.Header["typ"] = s.signer.KeyID, "at+jwt"
	maps.Copy(t.Header, header)
	return t.SignedString(s.signer.Key)
}

// embedded is a token that is signed with a key of its own, which it brings.
func (s *script) embedded(keyID string) (string, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, s.claims())
	t.Header["typ"] = "at+jwt"
	t.Header["jwk"] = map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(public)}
	if keyID != "" {
		t.Header["kid"] = keyID
	}
	return t.SignedString(private)
}

// symmetric is a token signed with a text of the public key as if it were a secret.
func (s *script) symmetric(secret string) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, s.claims())
	t.Header["kid"], t.Header["typ"] = s.signer.KeyID, "at+jwt"
	return t.SignedString([]byte(secret))
}

func (s *script) public() ed25519.PublicKey {
	public, _ := s.signer.Key.Public().(ed25519.PublicKey)
	return public
}

func (s *script) publicPEM() string {
	der, _ := x509.MarshalPKIXPublicKey(s.public())
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
