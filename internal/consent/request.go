package consent

import (
	"errors"

	"joo.kz/kelisim/internal/privacy"
)

// ErrNotOffered is returned for a category that no university may be given.
var ErrNotOffered = errors.New("consent: category not offered")

// NotOfferedError says which. It is an [ErrNotOffered].
type NotOfferedError struct{ Category privacy.Category }

func (e *NotOfferedError) Error() string { return ErrNotOffered.Error() + ": " + e.Category.String() }

// Unwrap is [ErrNotOffered].
func (e *NotOfferedError) Unwrap() error { return ErrNotOffered }

// Requested is what one press of «Получить консультацию» gives a university:
// the categories that are given by default, those ticked, and all that these
// imply (clause 4.4). It fails with a [*NotOfferedError] if a category ticked,
// or one that it implies, may not be given.
func Requested(ticked []privacy.Category) (privacy.Set, error) {
	offer := privacy.Decide(privacy.University, privacy.Consultation)
	for _, c := range ticked {
		if offer.Rule(c).Basis != privacy.ConsultationConsent {
			return 0, &NotOfferedError{c}
		}
	}
	asked := (byDefault(offer) | privacy.SetOf(ticked...)).Closure()
	for _, c := range asked.Categories() {
		if offer.Rule(c).Basis != privacy.ConsultationConsent {
			return 0, &NotOfferedError{c}
		}
	}
	return asked, nil
}

func byDefault(offer privacy.Decision) privacy.Set {
	var s privacy.Set
	for _, c := range privacy.Categories() {
		if offer.Rule(c).ByDefault {
			s |= privacy.SetOf(c)
		}
	}
	return s
}
