package consent

import (
	"errors"
	"strings"

	"joo.kz/kelisim/internal/privacy"
)

// ErrScope is returned for a word that is not a scope. It never quotes the word.
var ErrScope = errors.New("consent: not a scope")

// Scopes is a set of what a consent is given to, each of which can be withdrawn
// by itself (94-V, art. 24 p. 1; the words of ConsentScope).
type Scopes uint8

// The scopes.
const (
	Collection   Scopes = 1 << iota // obtaining the data (art. 1, art. 7 p. 1)
	Processing                      // storing, using and showing them (art. 1, art. 7 p. 1)
	Publication                     // making them public (art. 7 p. 6, art. 8 p. 4 pp. 6)
	ThirdParties                    // giving others access to them (art. 7 p. 6, art. 8 p. 4 pp. 4)
	CrossBorder                     // taking them abroad (art. 16, art. 8 p. 4 pp. 5)

	AllScopes = Collection | Processing | Publication | ThirdParties | CrossBorder
)

// Asks is what a consent on this basis is asked for and covers when given.
// abroad says that the recipient keeps its data outside Kazakhstan. Of no basis
// is publication asked: nothing is published.
func Asks(b privacy.Basis, abroad bool) Scopes {
	switch b {
	case privacy.PolicyConsent, privacy.SurveyConsent:
		return Collection | Processing
	case privacy.ConsultationConsent:
		return Needs(b, abroad)
	default:
		return 0
	}
}

// Needs is what a consent must cover for anything to be read under it: the
// withdrawal of any of these ends it. Of the others it does not.
//
//	withdrawn      POLICY_CONSENT, SURVEY_CONSENT     CONSULTATION_CONSENT
//	COLLECTION     nothing new is taken in; what is   ends it: the university collects
//	               held is still shown (art. 24)      what it reads (art. 1)
//	PROCESSING     ends it (art. 8 p. 7)              ends it (art. 8 p. 7)
//	PUBLICATION    stands: nothing is published       stands: showing one university
//	               (art. 7 p. 6)                      is not publication (art. 6)
//	THIRD_PARTIES  stands; see [EndsConsultation]     ends it (art. 7 p. 6, art. 15)
//	CROSS_BORDER   stands; see [EndsConsultation]     ends it if the university keeps
//	                                                  its data abroad (art. 16)
//
// A basis that is not a consent needs what no consent covers.
func Needs(b privacy.Basis, abroad bool) Scopes {
	switch b {
	case privacy.PolicyConsent, privacy.SurveyConsent:
		return Processing
	case privacy.ConsultationConsent:
		if abroad {
			return Collection | Processing | ThirdParties | CrossBorder
		}
		return Collection | Processing | ThirdParties
	default:
		return AllScopes
	}
}

// Withdraws is what is withdrawn of a consent when the person asks to withdraw
// some scopes, or all by naming none: all of it where it cannot stand without
// one of these, and otherwise these.
func Withdraws(b privacy.Basis, abroad bool, asked Scopes) Scopes {
	if asked == 0 || asked&Needs(b, abroad) != 0 {
		return AllScopes
	}
	return asked
}

// EndsConsultation tells whether withdrawing these scopes, or all by naming
// none, of the consent to the policy ends a consultation consent too: who will
// have nothing processed, or shown to third parties, or sent abroad, means that
// university as well (art. 7 p. 6, art. 16).
func EndsConsultation(withdrawn Scopes, abroad bool) bool {
	ending := Processing | ThirdParties
	if abroad {
		ending |= CrossBorder
	}
	return withdrawn == 0 || withdrawn&ending != 0
}

// EndsSurvey tells whether withdrawing these scopes, or all by naming none, of the
// consent to the policy ends the consent to a survey too: it is one to processing
// in the ways and for the purposes of the policy (clause 4.8).
func EndsSurvey(withdrawn Scopes) bool { return withdrawn == 0 || withdrawn.Covers(Processing) }

// Covers tells whether all of these are in the set.
func (s Scopes) Covers(these Scopes) bool { return s&these == these }

// Words spells the set in the schema's words and order.
func (s Scopes) Words() []string {
	words := []string{}
	for i, word := range scopeWords() {
		if s.Covers(1 << i) {
			words = append(words, word)
		}
	}
	return words
}

func (s Scopes) String() string { return strings.Join(s.Words(), ",") }

// ParseScopes reads the schema's words, or fails with [ErrScope].
func ParseScopes(words ...string) (Scopes, error) {
	var s Scopes
	for _, word := range words {
		one := scopeOf(word)
		if one == 0 {
			return 0, ErrScope
		}
		s |= one
	}
	return s, nil
}

func scopeOf(word string) Scopes {
	for i, known := range scopeWords() {
		if known == word {
			return 1 << i
		}
	}
	return 0
}

func scopeWords() [5]string {
	return [...]string{"COLLECTION", "PROCESSING", "PUBLICATION", "THIRD_PARTIES", "CROSS_BORDER"}
}
