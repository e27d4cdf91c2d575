package consent

import (
	"unicode/utf8"

	"joo.kz/kelisim/internal/privacy"
)

// lacks names the first thing that a receipt must have and does not.
func (r *Receipt) lacks() string {
	for _, part := range []struct {
		name string
		good bool
	}{
		{"ids", r.ConsentID != "" && r.PersonID != ""},
		{"full name", r.FullName != nil && r.FullName() != "" && utf8.ValidString(r.FullName())},
		{"operator", r.Operator.ID != "" && r.Operator.Name != "" && r.Operator.Address != ""},
		{"recipient", r.recipientFits()},
		{"uses", r.usesClosed()},
		{"basis", onConsent(r.Basis)},
		{"scopes", r.Scopes != 0 && r.Scopes&^AllScopes == 0},
		{"event", r.State.Valid() && !r.At.IsZero()},
		{"term", r.ExpiresAt.After(r.At)},
		{"notice", r.Notice.Version > 0 && r.Notice.Language.Valid() && r.Notice.URL != "" && r.Notice.SHA256 != ""},
		{"survey", r.surveyFits()},
		{"way to withdraw", r.Withdraw != ""},
		{"evidence", r.Channel != "" && r.Evidence != ""},
	} {
		if !part.good {
			return part.name
		}
	}
	return ""
}

// recipientFits: third parties have a name, and a recipient is one; one abroad
// has a country.
func (r *Receipt) recipientFits() bool {
	named := r.Recipient.ID != "" && r.Recipient.Name != ""
	return named == r.Scopes.Covers(ThirdParties) &&
		(r.Abroad != "") == r.Scopes.Covers(CrossBorder)
}

// surveyFits: a consent to a survey names it whole, and no other consent does.
func (r *Receipt) surveyFits() bool {
	s := r.Survey
	if s == nil || r.Basis != privacy.SurveyConsent {
		return s == nil && r.Basis != privacy.SurveyConsent
	}
	return s.ID != "" && s.Version > 0 && s.SHA256 != "" && s.Title != "" && s.Purpose != "" && len(s.Fields) > 0
}

func (r *Receipt) usesClosed() bool {
	for _, u := range r.Uses {
		_, unknown := privacy.ParsePurpose(u.Purpose.String())
		if unknown != nil || u.Categories == 0 || u.Categories != u.Categories.Closed() {
			return false
		}
	}
	return len(r.Uses) > 0
}
