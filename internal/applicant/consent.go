package applicant

import "joo.kz/kelisim/internal/privacy"

// Consent is a consent of a person, as that person sees it.
type Consent struct {
	ID            string
	Basis         privacy.Basis
	State         ConsentState
	University    *Reference // nil unless it is a consent to one
	Categories    []privacy.Category
	Scopes        []ConsentScope // what it still covers
	PolicyVersion int32
	Language      Language
	GivenAt       DateTime
	ExpiresAt     DateTime
	WithdrawnAt   *DateTime
	History       []*ConsentEvent
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
	Channel       ConsentChannel
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
