package applicant

import "joo.kz/kelisim/internal/privacy"

// Consent is a consent of a person, as that person sees it.
type Consent struct {
	ID            string
	Basis         privacy.Basis
	State         ConsentState
	University    *Reference // nil unless it is a consent to one
	Survey        *string    // its id; nil unless it is a consent to one
	SurveyVersion *int32     // that was answered last; likewise
	Categories    []privacy.Category
	Scopes        []ConsentScope // what it still covers
	PolicyVersion int32
	Language      Language
	GivenAt       DateTime
	ExpiresAt     DateTime
	WithdrawnAt   *DateTime
	History       []*ConsentEvent

	ContinuesUnder []*WithdrawalRefusal
}

// WithdrawalRefusal is why the operator goes on with what was withdrawn (clause
// 5.1.3; 94-V, art. 8 p. 2, 25 p. 2 pp. 7).
type WithdrawalRefusal struct {
	At       DateTime
	Scopes   []ConsentScope
	Ground   WithdrawalRefusalGround
	Article  string // the law and its article
	Document string // reference to the operator's answer
}

// ConsentEvent is one thing that happened to a consent.
type ConsentEvent struct {
	At            DateTime
	State         ConsentState
	Scopes        []ConsentScope // given, or withdrawn
	Categories    []privacy.Category
	Until         *DateTime // the end of the term, where given or renewed
	PolicyVersion int32
	Language      Language
	SHA256        string // of the text
	SurveyVersion *int32 // nil unless it is a consent to a survey
	Channel       ConsentChannel
	Client        *string // of the app or the site
	Evidence      string
}

// ConsentReceipt is what a person keeps of a consent. It names them.
type ConsentReceipt struct {
	*privacy.Record

	ID      string
	Consent *Consent
	JWS     *privacy.Sealed[string]
	JSON    *privacy.Sealed[string] // what the JWS signs
}
