package applicant

import "strings"

// The reasons that this package gives for refusing a value, beside those of an
// IIN ([IINError]) and of a telephone number ([MobileError]). They are part of
// the API.
const (
	reasonAge           = "AGE"              // nobody of that age applies
	reasonCharacter     = "CHARACTER"        // a character that the field does not take
	reasonCombination   = "COMBINATION"      // not the profile subjects that are offered, or asked for
	reasonCount         = "COUNT"            // too few or too many
	reasonDouble        = "DOUBLE"           // already in the list
	reasonEmpty         = "EMPTY"            //
	reasonEnum          = "ENUM"             // not a value of the enum
	reasonFutureDate    = "FUTURE_DATE"      //
	reasonFutureYear    = "FUTURE_YEAR"      //
	reasonIINDisagrees  = "IIN_DISAGREES"    // the IIN of the same input tells another value
	reasonLength        = "LENGTH"           // too long or too short
	reasonMixedScript   = "MIXED_SCRIPT"     // Latin letters among Cyrillic ones
	reasonNonDigit      = "NON_DIGIT"        //
	reasonProfile       = "PROFILE_SUBJECTS" // the person has not given their profile subjects
	reasonPunctuation   = "PUNCTUATION"      // a hyphen or an apostrophe out of place
	reasonRange         = "RANGE"            // below nought or above the maximum
	reasonSessionWindow = "SESSION_WINDOW"   // not a day of that session
	reasonStatus        = "STATUS"           // the application can no longer be changed
	reasonSubjects      = "SUBJECTS"         // not the subjects that a sitting has
	reasonSyntax        = "SYNTAX"           //
	reasonUnavailable   = "UNAVAILABLE"      // another person has it, or had
	reasonTotal         = "TOTAL"            // the scores add up to more than there is
	reasonUnknown       = "UNKNOWN"          // not in the catalogue
	reasonUnknownYear   = "UNKNOWN_YEAR"     // a year whose rules are not known here
)

// Reasons are all words that a [Fault] may have for a reason.
func Reasons() []string {
	return []string{
		reasonAge, reasonCharacter, reasonCombination, reasonCount, reasonDouble, reasonEmpty, reasonEnum, reasonFutureDate,
		reasonFutureYear, reasonIINDisagrees, reasonLength, reasonMixedScript, reasonNonDigit, reasonProfile, reasonPunctuation,
		reasonRange, reasonSessionWindow, reasonStatus, reasonSubjects, reasonSyntax, reasonTotal, reasonUnavailable, reasonUnknown, reasonUnknownYear,
		string(ErrIINCentury), string(ErrIINChecksum), string(ErrIINDate), string(ErrIINNonexistent),
		string(ErrMobileNotANumber), string(ErrMobileNotKZ), string(ErrMobileNotMobile),
	}
}

// Double is the fault of a value that the person has given before.
func Double(path string) Faults { return Faults{{path, reasonDouble}} }

// Unavailable is the fault of a value that another person has.
func Unavailable(path string) Faults { return Faults{{path, reasonUnavailable}} }

// Fault says which field of an input is wrong and why, and never quotes the
// value.
type Fault struct {
	Path   string // such as iin, or scores.2.score, counted from 0
	Reason string // a word of a closed list, such as CHECKSUM
}

// Faults are what is wrong with an input, in the order of its fields. An input
// without faults has none: an empty list, which as an error would not be nil.
type Faults []Fault //nolint:errname // a list of faults is called so in the API

// Error lists paths and reasons.
func (f Faults) Error() string {
	var b strings.Builder
	b.WriteString("applicant: faulty input")
	for i, fault := range f {
		b.WriteString([]string{": ", ", "}[min(i, 1)] + fault.Path + " " + fault.Reason)
	}
	return b.String()
}

// add adds a fault; without a reason there is none.
func (f *Faults) add(path, reason string) {
	if reason != "" {
		*f = append(*f, Fault{path, reason})
	}
}

// unless adds a fault where a condition does not hold.
func (f *Faults) unless(good bool, path, reason string) {
	if !good {
		f.add(path, reason)
	}
}
