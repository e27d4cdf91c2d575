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
	// PolicyNotAccepted: the person has not accepted the policy in force.
	PolicyNotAccepted Code = "POLICY_NOT_ACCEPTED"
	// BadInput: the request, the document or an input is not well formed.
	BadInput Code = "BAD_INPUT"
	// TooComplex: the document is beyond the limits.
	TooComplex Code = "TOO_COMPLEX"
	// NotFound: what was asked for by its name does not exist.
	NotFound Code = "NOT_FOUND"
	// Internal: something failed here. Nothing was disclosed.
	Internal Code = "INTERNAL"
)

func (c Code) message() string {
	switch c {
	case Unauthenticated:
		return "sign in first: this needs a bearer token"
	case AudienceNotAllowed:
		return "not for this audience, or its agreement is not in force"
	case PurposeRequired:
		return "name the purpose of the operation with @purpose"
	case PurposeNotRegistered:
		return "the client is not registered for this purpose"
	case NotPermitted:
		return "no rule of the privacy policy permits this audience to read this for this purpose"
	case PolicyNotAccepted:
		return "the person has not accepted the privacy policy in force"
	case BadInput:
		return "the input is not valid"
	case TooComplex:
		return "the document is beyond the limits of this server"
	case NotFound:
		return "not found"
	default:
		return "something failed; nothing was disclosed"
	}
}

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
