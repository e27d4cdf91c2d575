package applicant

import (
	"io"

	"joo.kz/kelisim/internal/privacy"
)

// Lead is one applicant's request for a consultation, as the university asked
// sees it while its consent stands.
type Lead struct {
	*privacy.Record

	ID                string
	RequestedAt       DateTime
	Programme         *Reference // nil while the person's data are restricted
	PreferredLanguage *Language  // likewise
	Covered           privacy.Set
	Consent           *LeadConsent
	User              *User
}

// Covers is what the person agreed to show this university.
func (l *Lead) Covers() []privacy.Category { return l.Covered.Categories() }

// LeadConsent is what a university learns of the consent behind a lead.
type LeadConsent struct {
	ID            string
	GivenAt       DateTime
	ExpiresAt     DateTime
	Categories    []privacy.Category
	PolicyVersion int32
}

// EndedLead is a lead that is no more.
type EndedLead struct {
	ID      string
	EndedAt DateTime
}

// LeadOrder is an order of a university's leads.
type LeadOrder string

// The orders. Leads whose total may not be read stand last under TotalDesc.
const (
	RequestedAtDesc LeadOrder = "REQUESTED_AT_DESC"
	RequestedAtAsc  LeadOrder = "REQUESTED_AT_ASC"
	TotalDesc       LeadOrder = "TOTAL_DESC"
)

// Valid tells whether it is one of the orders.
func (o LeadOrder) Valid() bool {
	return o == RequestedAtDesc || o == RequestedAtAsc || o == TotalDesc
}

// MarshalGQL writes the schema's word.
func (o LeadOrder) MarshalGQL(w io.Writer) { writeText(w, string(o)) }

// UnmarshalGQL reads the schema's word, to the letter, or fails with [ErrEnum].
func (o *LeadOrder) UnmarshalGQL(v any) error {
	word, _ := v.(string)
	if !LeadOrder(word).Valid() {
		return ErrEnum
	}
	*o = LeadOrder(word)
	return nil
}

// LeadFilter narrows a list of leads. A nil or empty key does not.
type LeadFilter struct {
	RequestedSince  *DateTime
	Programme       *string
	Region          *string
	MinTotal        *int32
	ProfileSubjects []Subject
	Language        *EntLanguage
	Phone           *PhoneNumber
}
