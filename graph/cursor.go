package graph

import (
	"encoding/base64"
	"encoding/json"

	"github.com/tink-crypto/tink-go/v2/daead/subtle"
)

// CursorKeySize is the size of the key that seals cursors, in bytes.
const CursorKeySize = subtle.AESSIVKeySize

// cursors seals places in a list into cursors. A place holds sort values, so a
// cursor is encrypted, and authenticated together with what it is good for:
// AES-SIV (RFC 5297), so that the same place always gives the same cursor and
// a cursor tells nothing by its bytes.
type cursors struct{ aead *subtle.AESSIV }

func newCursors(key []byte) (*cursors, error) {
	aead, err := subtle.NewAESSIV(key)
	return &cursors{aead: aead}, err
}

// binding is what a cursor is good for: the list, the client, and all that the
// list depends on.
type binding []any

func (c *cursors) seal(place any, b binding) (string, error) {
	plain, err := json.Marshal(place)
	if err != nil {
		return "", err
	}
	bound, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	sealed, err := c.aead.EncryptDeterministically(plain, bound)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// open reads a cursor into a place. One that was made for anything else, or
// changed, is a bad input.
func (c *cursors) open(cursor string, b binding, place any) error {
	bound, err := json.Marshal(b)
	if err != nil {
		return err
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return badInput("CURSOR", "after")
	}
	plain, err := c.aead.DecryptDeterministically(sealed, bound)
	if err != nil || json.Unmarshal(plain, place) != nil {
		return badInput("CURSOR", "after")
	}
	return nil
}
