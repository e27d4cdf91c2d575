package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

var (
	// ErrSession is returned for a refresh token that no session has, or one that
	// has ended.
	ErrSession = errors.New("signin: no such session")
	// ErrReused is the [ErrSession] of a refresh token that was used before.
	ErrReused = fmt.Errorf("%w: its refresh token was used twice", ErrSession)
)

// NewRefreshToken makes a refresh token: text of at least 128 random bits.
func NewRefreshToken() string { return rand.Text() + rand.Text() }

// HashRefreshToken is what the database keeps of a refresh token. Nobody can try
// them all, so it needs no key.
func HashRefreshToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
