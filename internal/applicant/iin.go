package applicant

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// IIN is an individual identification number (ИИН, ЖСН) of Kazakhstan that
// [ParseIIN] or [CompleteIIN] found to be one: the date of birth (YYMMDD), a
// digit for century and sex, a serial number of four digits and a check digit.
type IIN string

const (
	iinLength   = 12
	iinBirth    = 6 // the date of birth is before, the digit for century and sex at it
	iinChecked  = 11
	nonexistent = 10
)

// IINError is what is wrong with a text that is not an IIN: a code, never the
// text.
type IINError string

// The faults of an IIN, in the order in which they are looked for.
const (
	ErrIINEmpty       IINError = "EMPTY"
	ErrIINNonDigit    IINError = "NON_DIGIT"
	ErrIINLength      IINError = "LENGTH"
	ErrIINCentury     IINError = "CENTURY_DIGIT" // the seventh digit is not 1 to 6
	ErrIINDate        IINError = "DATE"
	ErrIINFuture      IINError = "FUTURE_DATE"
	ErrIINNonexistent IINError = "CHECKSUM_NONEXISTENT" // no check digit would be right
	ErrIINChecksum    IINError = "CHECKSUM"
)

// Error is the code.
func (e IINError) Error() string { return string(e) }

// ParseIIN reads an IIN of a person born not later than now, or fails with the
// [IINError] that comes first. A number whose seventh digit is 0 (foreigners',
// which tell neither century nor sex) is refused.
func ParseIIN(s string, now time.Time) (IIN, error) {
	if err := checkForm(s); err != nil {
		return "", err
	}
	born, ok := birthDate(s)
	if !ok {
		return "", ErrIINDate
	}
	if born.After(now.UTC().Add(kazakhstan)) {
		return "", ErrIINFuture
	}
	if err := checkSum(s); err != nil {
		return "", err
	}
	return IIN(s), nil
}

// kazakhstan is how far Kazakhstan's clocks are ahead of UTC: somebody born
// today there may be born tomorrow by UTC.
const kazakhstan = 5 * time.Hour

// CompleteIIN appends the check digit to the first eleven digits of an IIN, and
// tells whether such a number is ever issued.
func CompleteIIN(prefix11 string) (IIN, bool) {
	if len(prefix11) != iinChecked || checkForm(prefix11+"0") != nil {
		return "", false
	}
	digit := checkDigit(prefix11)
	if _, ok := birthDate(prefix11); !ok || digit == nonexistent {
		return "", false
	}
	return IIN(prefix11 + strconv.Itoa(digit)), true
}

// BirthDate is the date of birth; the zero Date if i is not an IIN.
func (i IIN) BirthDate() Date {
	if checkForm(string(i)) != nil {
		return Date{}
	}
	born, _ := birthDate(string(i))
	return Date{born}
}

// Sex is the sex that the seventh digit tells; empty if i is not an IIN.
func (i IIN) Sex() Sex {
	switch {
	case checkForm(string(i)) != nil:
		return ""
	case i[iinBirth]%2 == '1'%2:
		return SexMale
	default:
		return SexFemale
	}
}

// MarshalGQL writes the number.
func (i IIN) MarshalGQL(w io.Writer) { writeText(w, string(i)) }

// UnmarshalGQL reads a number as [ParseIIN] does, but for births in the future:
// there is no clock here.
func (i *IIN) UnmarshalGQL(v any) (err error) {
	s, _ := v.(string)
	*i, err = ParseIIN(s, endOfTime())
	return err
}

// endOfTime is after every birth date that an IIN can tell.
func endOfTime() time.Time { return time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC) }

// checkForm finds the faults that need neither calendar nor checksum.
func checkForm(s string) error {
	if s == "" {
		return ErrIINEmpty
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return ErrIINNonDigit
		}
	}
	switch {
	case len(s) != iinLength:
		return ErrIINLength
	case s[iinBirth] < '1' || s[iinBirth] > '6':
		return ErrIINCentury
	default:
		return nil
	}
}

// birthDate reads the first seven digits, and tells whether there is such a day.
func birthDate(s string) (time.Time, bool) {
	century := []string{"18", "19", "20"}[(s[iinBirth]-'1')/2]
	t, err := time.Parse("20060102", century+s[:iinBirth])
	return t, err == nil
}

func checkSum(s string) error {
	switch digit := checkDigit(s); digit {
	case nonexistent:
		return ErrIINNonexistent
	case int(s[iinChecked] - '0'):
		return nil
	default:
		return ErrIINChecksum
	}
}

// checkDigit is the check digit of the first eleven digits, or nonexistent: the
// sum weighted by place, modulo 11, and where that is 10, the same with the
// weights moved by two.
func checkDigit(digits string) int {
	digit := weigh(digits, 0)
	if digit == nonexistent {
		digit = weigh(digits, 2)
	}
	return digit
}

func weigh(digits string, moved int) int {
	sum := 0
	for i := range iinChecked {
		sum += int(digits[i]-'0') * ((i+moved)%iinChecked + 1)
	}
	return sum % iinChecked
}

// The fifth digit of a BIN, by which it differs from an IIN: a resident's, a
// non-resident's, a partnership's.
const binKinds = "456"

// ValidBIN tells whether a text is a BIN, the number of a legal entity: 12
// digits of which the fifth is 4 to 6, with the check digit of an IIN.
func ValidBIN(s string) bool {
	digits := len(s) == iinLength && strings.Trim(s, "0123456789") == ""
	return digits && strings.Contains(binKinds, s[4:5]) && checkSum(s) == nil
}
