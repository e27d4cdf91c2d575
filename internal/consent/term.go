package consent

import (
	"time"

	"joo.kz/kelisim/internal/privacy"
)

// day is one of a term, which runs by the clock in UTC.
const day = 24 * time.Hour

// DefaultTerm is how long a consent on this basis stands unless a setting says
// otherwise. Clause 4.2 says "without limit", which the law does not allow: a
// consent names its term (94-V, art. 8 p. 4 pp. 3), no longer than its purpose
// takes (art. 8 p. 5-6).
//
//   - POLICY_CONSENT, three years: the last two of school, and one more for who
//     takes the ENT or competes for a grant again.
//   - CONSULTATION_CONSENT, one year: one admission campaign; the next one is
//     another request.
//   - SURVEY_CONSENT, one year: a survey speaks of one campaign; one that states
//     its own retention has that.
//
// A basis that is not a consent has no term here, and a consent without a term
// has expired.
func DefaultTerm(b privacy.Basis) time.Duration {
	switch b {
	case privacy.PolicyConsent:
		return 3 * 365 * day
	case privacy.ConsultationConsent, privacy.SurveyConsent:
		return 365 * day
	default:
		return 0
	}
}
