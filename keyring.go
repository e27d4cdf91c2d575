package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/vault"
	"joo.kz/kelisim/internal/vault/transit"
)

// keyring is the keys that the program itself holds.
type keyring struct {
	sign    auth.Signer // signs tokens and receipts
	own     auth.Keys   // verify what sign signs and has signed
	others  []auth.Keys // verify the tokens of other issuers
	cursors []byte
	signIn  *signin.Keys
	vault   *vault.Vault
}

// newKeyring reads the keys of the configuration, and makes those that there are
// none of; others it leaves empty.
func newKeyring(c config) (k keyring, err error) {
	if k.sign, k.own, err = ownKeys(c); err != nil {
		return keyring{}, err
	}
	if k.cursors, err = fileOfRandomBytes(c.CursorKey, graph.CursorKeySize); err != nil {
		return keyring{}, usageError{fmt.Errorf("CURSOR_KEY: %w", err)}
	}
	secret, err := fileOfRandomBytes(c.SignInKey, signin.KeySize)
	if err != nil {
		return keyring{}, usageError{fmt.Errorf("SIGN_IN_KEY: %w", err)}
	}
	if k.signIn, err = signin.NewKeys(secret); err != nil {
		return keyring{}, err
	}
	k.vault, err = c.vault()
	return k, err
}

// ownKeys are the keys of JWT_SIGNING_KEY: the first signs, and is made if there is
// none; the public halves of all verify.
func ownKeys(c config) (auth.Signer, auth.Keys, error) {
	if _, err := auth.DevelopmentKey(c.JWTSigningKeys[0]); err != nil {
		return auth.Signer{}, auth.Keys{}, usageError{fmt.Errorf("JWT_SIGNING_KEY: %w", err)}
	}
	keys := make([]ed25519.PrivateKey, len(c.JWTSigningKeys))
	for i, file := range c.JWTSigningKeys {
		var err error
		if keys[i], err = auth.LoadSigningKey(file); err != nil {
			return auth.Signer{}, auth.Keys{}, usageError{fmt.Errorf("JWT_SIGNING_KEY: %w", err)}
		}
	}
	sign, err := signer(c)
	if err != nil {
		return auth.Signer{}, auth.Keys{}, err
	}
	public, err := auth.PublicKeys(keys...)
	return sign, public, err
}

// signer signs with the first key of JWT_SIGNING_KEY.
func signer(c config) (auth.Signer, error) {
	key, err := auth.LoadSigningKey(c.JWTSigningKeys[0])
	if err != nil {
		return auth.Signer{}, usageError{fmt.Errorf("JWT_SIGNING_KEY: %w", err)}
	}
	id, err := auth.KeyID(key)
	return auth.Signer{Key: key, KeyID: id, Issuer: c.JWTIssuer, Audience: c.JWTAudience}, err
}

// vault opens the key store of KEY_STORE: a folder, which is made if there is
// none, or the Transit engine of a service.
func (c config) vault() (*vault.Vault, error) {
	var store vault.KeyStore
	service, err := url.Parse(c.KeyStore)
	if err == nil && service.Scheme != "" && service.Host != "" {
		store, err = c.transit(service)
	} else if err = os.MkdirAll(filepath.Dir(c.KeyStore), 0o700); err == nil {
		store, err = vault.OpenDirectory(c.KeyStore)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("KEY_STORE: %w", err)}
	}
	return vault.New(store, vault.Options{}), nil
}

// transit is the Transit engine that a URL names: its path is where the engine is
// mounted.
func (c config) transit(service *url.URL) (*transit.Store, error) {
	address := url.URL{Scheme: service.Scheme, Host: service.Host}
	return transit.Open(transit.Options{
		Address:   address.String(),
		Mount:     strings.Trim(service.Path, "/"),
		TokenFile: c.KeyStoreToken,
		CAFile:    c.KeyStoreCA,
	})
}

// fileOfRandomBytes reads a key from a file, which is made, readable by its
// owner only, if there is none.
func fileOfRandomBytes(path string, size int) ([]byte, error) {
	key, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, os.ErrNotExist) {
		key = make([]byte, size)
		_, _ = rand.Read(key)
		if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			err = os.WriteFile(path, key, 0o600)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(key) != size {
		return nil, fmt.Errorf("the file has %d bytes and not %d", len(key), size)
	}
	return key, nil
}
