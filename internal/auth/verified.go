package auth

import (
	"crypto"
	"crypto/sha256"

	"github.com/golang-jwt/jwt/v5"
	lru "github.com/hashicorp/golang-lru/v2"
)

// mostVerified is how many tokens are remembered.
const mostVerified = 16_384

// Verified remembers tokens whose signature was good, and by which key. It holds their
// hashes and what they say, not the tokens; those used last, which may have expired.
type Verified struct {
	tokens *lru.Cache[[sha256.Size]byte, verified]
}

// NewVerified remembers nothing yet.
func NewVerified() (*Verified, error) {
	tokens, err := lru.New[[sha256.Size]byte, verified](mostVerified)
	return &Verified{tokens}, err
}

// verified is a token whose signature was good.
type verified struct {
	header *jwt.Token // with its header alone
	claims Claims
	key    crypto.PublicKey
}

// by tells whether the key that the token names is the key that it was signed with.
func (t verified) by(find jwt.Keyfunc) bool {
	key, err := find(t.header)
	public, is := key.(interface {
		Equal(key crypto.PublicKey) bool
	})
	return err == nil && is && public.Equal(t.key)
}

func (v *Verified) find(token string) (t verified, ok bool) {
	if v == nil {
		return t, false
	}
	return v.tokens.Get(sha256.Sum256([]byte(token)))
}

func (v *Verified) add(token string, t verified) {
	if v != nil {
		v.tokens.Add(sha256.Sum256([]byte(token)), t)
	}
}
