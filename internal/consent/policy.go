// Package consent holds the rules of the life of consents: what a person may ask
// for, how long a consent stands and what ends it, the receipt the person keeps,
// and the versions of the policy that a consent is given to. It is pure: it reads
// no database and no clock.
package consent

import (
	"errors"

	"joo.kz/kelisim/internal/applicant"
)

var (
	// ErrNoPolicy is returned for a policy version that there is not.
	ErrNoPolicy = errors.New("consent: no such policy version")
	// ErrPublished is returned for a text that a version has already in that
	// language: what has been published stays as it is.
	ErrPublished = errors.New("consent: this version has a text in this language, which stays")
	// ErrRussianFirst is returned for a new version in another language: its
	// Russian text stands in where there is none in a reader's own.
	ErrRussianFirst = errors.New("consent: a new version is published in Russian first")
	// ErrBackdated is returned for a version that would have been in force before
	// it could be read (clause 7.3).
	ErrBackdated = errors.New("consent: a version takes effect at its publication or later")
	// ErrNothingToAccept is returned for a version whose rules open nothing on a
	// consent to the policy: a consent is given to something (94-V, art. 8 p. 4).
	ErrNothingToAccept = errors.New("consent: the rules of a version open something on POLICY_CONSENT")
)

// Policy is a version of the privacy policy as it was published, in one language.
type Policy struct {
	Version       int32
	PublishedAt   applicant.DateTime
	EffectiveFrom applicant.DateTime
	Language      applicant.Language
	URL           string
	SHA256        string // of the text in UTF-8, in hexadecimal
	Text          string
	Rules         Rules // what it allows
}
