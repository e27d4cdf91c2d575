package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
)

// KeySize is the size of the secret that [NewKeys] takes, in bytes.
const KeySize = 32

var errKeySize = errors.New("signin: a key has 32 bytes")

// Keys seal challenges, and hash what is stored: codes are few enough to try them
// all, so a bare hash of one hides nothing. Instances share the secret.
type Keys struct {
	challenges    cipher.AEAD
	codes, limits []byte
}

// NewKeys derives the keys from a secret of [KeySize] bytes (HKDF, RFC 5869).
func NewKeys(secret []byte) (*Keys, error) {
	if len(secret) != KeySize {
		return nil, errKeySize
	}
	derived := map[string][]byte{"challenge": nil, "code": nil, "limit": nil}
	for use := range derived {
		key, err := hkdf.Key(sha256.New, secret, nil, "kelisim sign-in "+use, KeySize)
		if err != nil {
			return nil, err
		}
		derived[use] = key
	}
	block, err := aes.NewCipher(derived["challenge"])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Keys{challenges: aead, codes: derived["code"], limits: derived["limit"]}, err
}

func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0}) // no part has one
	}
	return h.Sum(nil)
}
