// Package consent holds the rules of the life of consents: what a person may ask
// for, how long a consent stands and what ends it, the receipt the person keeps,
// and the versions of the policy that a consent is given to. It is pure: it reads
// no database and no clock.
package consent

import (
	"errors"

	"joo.kz/kelisim/internal/applicant"
)

// ErrNoPolicy is returned for a policy version that there is not.
var ErrNoPolicy = errors.New("consent: no such policy version")

// Policy is a version of the privacy policy as it was published.
type Policy struct {
	Version       int32
	EffectiveFrom applicant.DateTime
	Language      applicant.Language
	URL           string
	SHA256        string // of the text in UTF-8, in hexadecimal
	Text          string
}
