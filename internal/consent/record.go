package consent

import (
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// The words of a record that are always the same.
const (
	schemaVersion = "ISO/IEC TS 27560:2023; kelisim 1"
	country       = "KZ" // whose law applies, and where the operator keeps the data (94-V, art. 12 p. 2)
	explicit      = "EXPLICIT"

	rolePrincipal  = "PII_PRINCIPAL"
	roleController = "PII_CONTROLLER"
	roleThirdParty = "THIRD_PARTY"
)

// record is a receipt in JSON after ISO/IEC TS 27560:2023, with its sections:
// header, PII processing, party identification, event. Fields marked + are not
// of the specification, which lets a schema add some. Its bytes follow from the
// receipt alone: fields in this order, times in UTC.
type record struct {
	SchemaVersion  string     `json:"schema_version"`       // the specification, and the version of this shape
	RecordID       string     `json:"record_id"`            // of the consent
	PIIPrincipalID string     `json:"pii_principal_id"`     // the person's id here
	PIIProcessing  processing `json:"pii_processing"`       // what was agreed to
	Parties        []party    `json:"party_identification"` // operator, person, and recipient if there is one
	Events         []event    `json:"events"`               // the one this receipt is of
}

type processing struct {
	PrivacyNotice string     `json:"privacy_notice"`         // where the text is published
	NoticeVersion int32      `json:"privacy_notice_version"` // + of the policy
	NoticeSHA256  string     `json:"privacy_notice_sha256"`  // + of the text that was accepted
	Language      string     `json:"language"`               // of the text, BCP 47
	Scopes        statements `json:"consent_scopes"`         // + yes or no to each (94-V, art. 8 p. 4 pp. 4–6)
	Purposes      []purpose  `json:"purposes"`               // a closed list
	Survey        *survey    `json:"survey,omitempty"`       // + that the consent was given in
}

type survey struct {
	ID      string   `json:"survey_id"`
	Version int32    `json:"survey_version"`
	SHA256  string   `json:"survey_sha256"`
	Title   string   `json:"title"`
	Purpose string   `json:"purpose"`
	Fields  []string `json:"fields"` // the questions
}

type statements struct {
	Collection   bool `json:"collection"`
	Processing   bool `json:"processing"`
	Publication  bool `json:"publication"`
	ThirdParties bool `json:"third_parties"`
	CrossBorder  bool `json:"cross_border"`
}

type purpose struct {
	Purpose          string           `json:"purpose"`                 // a Purpose of the schema
	LawfulBasis      string           `json:"lawful_basis"`            // a Basis of the schema
	PIIInformation   []piiInformation `json:"pii_information"`         // a closed list
	PIIControllers   []string         `json:"pii_controllers"`         // party_id of the operator
	StorageLocations []string         `json:"storage_locations"`       // countries, ISO 3166-1: ours first
	Jurisdiction     string           `json:"jurisdiction"`            // ISO 3166-1
	ThirdParties     []string         `json:"recipient_third_parties"` // party_id of the recipient
	WithdrawalMethod string           `json:"withdrawal_method"`       // how to withdraw
}

type piiInformation struct {
	PIIType string `json:"pii_type"` // a DataCategory of the schema
}

type party struct {
	ID      string `json:"party_id"` // BIN, code of a university, or the person's id here
	Role    string `json:"party_role"`
	Name    string `json:"party_name"`
	Address string `json:"party_address,omitempty"`
	Email   string `json:"party_email,omitempty"`
}

type event struct {
	Time     time.Time             `json:"event_time"`
	Validity string                `json:"validity_duration"`        // ISO 8601, in whole seconds
	Until    time.Time             `json:"valid_until"`              // + the end of the term
	EntityID string                `json:"entity_id"`                // who acted: the person
	Type     string                `json:"event_type"`               // always by an act of its own
	State    string                `json:"event_state"`              // GIVEN or RENEWED
	Channel  string                `json:"channel"`                  // + the client
	Evidence string                `json:"evidence"`                 // + reference to what confirms it
	Guardian applicant.PhoneNumber `json:"guardian_phone,omitempty"` // + of the guardian who confirmed it, E.164
}
