package applicant

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// MobileError is what is wrong with a text that is not the number of a mobile
// telephone of Kazakhstan: a code, never the text.
type MobileError string

// The faults of a mobile number, in the order in which they are looked for.
const (
	ErrMobileNotANumber MobileError = "NOT_A_NUMBER" // of any country
	ErrMobileNotKZ      MobileError = "NOT_KZ"       // of another country, Russia above all, which shares the code 7
	ErrMobileNotMobile  MobileError = "NOT_MOBILE"   // fixed, free of charge or over the Internet: takes no SMS
)

// Error is the code.
func (e MobileError) Error() string { return string(e) }

// dialled is how people write a telephone number.
var dialled = regexp.MustCompile(`^\+?[0-9 .()-]{1,40}$`)

// ParseMobile reads the number of a mobile telephone of Kazakhstan as people
// write it ("8 771 000 99 98", "+7 (771) 000-99-98") into E.164, or fails with the
// [MobileError] that comes first. The numbering plan is that of phonenumbers.
func ParseMobile(s string) (PhoneNumber, error) {
	s = strings.TrimSpace(s)
	if !dialled.MatchString(s) {
		return "", ErrMobileNotANumber
	}
	n, err := phonenumbers.Parse(s, "KZ")
	switch {
	case err != nil || !phonenumbers.IsValidNumber(n):
		return "", ErrMobileNotANumber
	case phonenumbers.GetRegionCodeForNumber(n) != "KZ":
		return "", ErrMobileNotKZ
	case phonenumbers.GetNumberType(n) != phonenumbers.MOBILE:
		return "", ErrMobileNotMobile
	default:
		return PhoneNumber(phonenumbers.Format(n, phonenumbers.E164)), nil
	}
}

// The longest address that mail can be sent to, and the longest part of it before
// the sign (RFC 5321, 4.5.3.1).
const (
	longestEmail     = 254
	longestLocalPart = 64
)

// hostname is a domain of more than one label in ASCII (RFC 1123, 2.1).
var hostname = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$`)

// email normalises an address, or tells the reason: what [ParseEmail] reads, in
// ASCII, with the domain in lower case. A domain in Cyrillic is written xn--….
func email(s string) (Email, string) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	switch {
	case s == "":
		return "", reasonEmpty
	case len(s) > longestEmail || at > longestLocalPart:
		return "", reasonLength
	case at < 0:
		return "", reasonSyntax
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }):
		return "", reasonCharacter
	}
	s = s[:at] + strings.ToLower(s[at:])
	e, err := ParseEmail(s)
	if err != nil || !hostname.MatchString(s[at+1:]) {
		return "", reasonSyntax
	}
	return e, ""
}
