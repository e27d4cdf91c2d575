// Package consent holds the versions of the policy that a consent is given to.
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
