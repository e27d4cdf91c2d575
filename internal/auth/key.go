package auth

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/MicahParks/jwkset"
)

// ErrSigningKey is returned for a file that is not an Ed25519 private key in
// PKCS #8 PEM.
var ErrSigningKey = errors.New("auth: not an Ed25519 private key in PKCS #8 PEM")

// LoadSigningKey reads an Ed25519 private key from a PKCS #8 PEM file.
func LoadSigningKey(path string) (ed25519.PrivateKey, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, ErrSigningKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, ErrSigningKey
	}
	if key, ok := key.(ed25519.PrivateKey); ok {
		return key, nil
	}
	return nil, ErrSigningKey
}

// DevelopmentKey reads the signing key in a file, and makes it first (readable
// by its owner only) if there is none.
func DevelopmentKey(path string) (ed25519.PrivateKey, error) {
	key, err := LoadSigningKey(path)
	if !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	if err := writeSigningKey(path); err != nil {
		return nil, err
	}
	return LoadSigningKey(path)
}

func writeSigningKey(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

// KeyID names a key by the thumbprint of its public half (RFC 7638, RFC 8037).
func KeyID(key crypto.Signer) (string, error) {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return "", ErrSigningKey
	}
	x := base64.RawURLEncoding.EncodeToString(public)
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":"Ed25519","kty":"OKP","x":%q}`, x))
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}

// PublicKeys is the JWK Set of the public halves of keys.
func PublicKeys(keys ...ed25519.PrivateKey) (Keys, error) {
	set := jwkset.JWKSMarshal{}
	for _, key := range keys {
		id, err := KeyID(key)
		if err != nil {
			return Keys{}, err
		}
		jwk, err := jwkset.NewJWKFromKey(key.Public(), jwkset.JWKOptions{
			Metadata: jwkset.JWKMetadataOptions{KID: id, ALG: jwkset.AlgEdDSA, USE: jwkset.UseSig},
		})
		if err != nil {
			return Keys{}, err
		}
		set.Keys = append(set.Keys, jwk.Marshal())
	}
	raw, err := json.Marshal(set)
	if err != nil {
		return Keys{}, err
	}
	return ParseKeys(raw)
}

// Published is one JWK Set of several, each key once, as it is published at
// /.well-known/jwks.json: public keys only.
func Published(ctx context.Context, sets ...Keys) (json.RawMessage, error) {
	published := jwkset.JWKSMarshal{Keys: []jwkset.JWKMarshal{}}
	known := map[string]bool{}
	for _, set := range sets {
		raw, err := set.JSON(ctx)
		if err != nil {
			return nil, err
		}
		var s jwkset.JWKSMarshal
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		for _, key := range s.Keys {
			if !known[key.KID] {
				known[key.KID] = true
				published.Keys = append(published.Keys, key)
			}
		}
	}
	return json.Marshal(published)
}

// Ed25519 finds Ed25519 public keys of the set by their ids.
func (k Keys) Ed25519(ctx context.Context) func(kid string) (ed25519.PublicKey, bool) {
	return func(kid string) (ed25519.PublicKey, bool) {
		jwk, err := k.Storage().KeyRead(ctx, kid)
		if err != nil {
			return nil, false
		}
		public, is := jwk.Key().(ed25519.PublicKey)
		return public, is
	}
}
