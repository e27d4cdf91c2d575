package signin

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
)

// What holds of a code: how long it is good, and how often it may be tried.
const (
	CodeTerm  = 5 * time.Minute
	CodeTries = 5
)

// ErrChallenge is returned for a challenge that is none of these keys', or was made
// for another use.
var ErrChallenge = errors.New("signin: no such challenge")

// codes is how many codes there are: 000000 to 999999.
const codes = 1_000_000

// Challenge is a code that was sent to a number.
type Challenge struct {
	ID    uuid.UUID // of the code in the database
	Phone applicant.PhoneNumber
}

// NewChallenge makes the challenge of a number.
func NewChallenge(to applicant.PhoneNumber) Challenge { return Challenge{ID: uuid.New(), Phone: to} }

// NewCode makes a code: six random digits.
func NewCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(codes))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}

// Seal writes a challenge as the text that its client holds. The text tells
// nothing, and is good for one use alone, such as one client's sign-in.
func (k *Keys) Seal(c Challenge, use string) string {
	plain := append(c.ID[:], c.Phone...)
	return base64.RawURLEncoding.EncodeToString(k.challenges.Seal(nil, nil, plain, []byte(use))) //nolint:gosec // the nonce is random: see NewKeys
}

// Open reads a challenge. It fails with [ErrChallenge].
func (k *Keys) Open(text, use string) (Challenge, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Challenge{}, ErrChallenge
	}
	plain, err := k.challenges.Open(nil, nil, sealed, []byte(use))
	if err != nil || len(plain) <= len(uuid.UUID{}) {
		return Challenge{}, ErrChallenge
	}
	return Challenge{ID: uuid.UUID(plain[:16]), Phone: applicant.PhoneNumber(plain[16:])}, nil
}

// HashCode is what the database keeps of the code of a challenge (HMAC-SHA-256).
func (k *Keys) HashCode(c Challenge, code string) []byte { return mac(k.codes, c.ID.String(), code) }
