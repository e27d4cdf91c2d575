package graph

// Code is the machine-readable kind of an error, in extensions.code.
type Code string

// The codes. There are no others.
const (
	// Unauthenticated: the field needs a caller, and for the app and the site a
	// person who signed in.
	Unauthenticated Code = "UNAUTHENTICATED"
	// AudienceNotAllowed: the field is not for this audience, or the caller's
	// agreement is not in force.
	AudienceNotAllowed Code = "AUDIENCE_NOT_ALLOWED"
	// PurposeRequired: the operation reads personal data and names no @purpose.
	PurposeRequired Code = "PURPOSE_REQUIRED"
	// PurposeNotRegistered: the client is not registered for the purpose.
	PurposeNotRegistered Code = "PURPOSE_NOT_REGISTERED"
	// NotPermitted: no rule opens the category to this audience for this purpose.
	NotPermitted Code = "NOT_PERMITTED"
	// PolicyNotAccepted: the person accepted no version of the policy that allows this.
	PolicyNotAccepted Code = "POLICY_NOT_ACCEPTED"
	// CategoryNotOffered: no university may be given the category.
	CategoryNotOffered Code = "CATEGORY_NOT_OFFERED"
	// BadInput: the request, the document or an input is not well formed.
	BadInput Code = "BAD_INPUT"
	// RateLimited: the same was asked for too often; extensions.retryAfter says in
	// how many seconds it is worth asking again.
	RateLimited Code = "RATE_LIMITED"
	// TooComplex: the document is beyond the limits.
	TooComplex Code = "TOO_COMPLEX"
	// NotFound: what was asked for by its name does not exist.
	NotFound Code = "NOT_FOUND"
	// Internal: something failed here. Nothing was disclosed.
	Internal Code = "INTERNAL"
)

// clause is the clause of the privacy policy behind a refusal that no rule
// overrides: its purposes are closed (3.1), data are confidential (2.1.5), and
// using them needs the person's consent (1.5).
func (c Code) clause() string {
	switch c {
	case PurposeRequired, PurposeNotRegistered:
		return "3.1"
	case PolicyNotAccepted:
		return "1.5"
	default:
		return "2.1.5"
	}
}
