package applicant_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/applicant"
)

func TestParseMobile(t *testing.T) {
	for _, in := range []string{
		"8 771 000 99 98", "+7 (771) 000-99-98", "+77710009998", "77710009998", "87710009998",
		"7710009998", "771 000 9998", " 8-771-000-99-98 ", "8.771.000.99.98",
	} {
		if got, err := applicant.ParseMobile(in); err != nil || got != "+77710009998" {
			t.Errorf("%q: %s, %v", in, got, err)
		}
	}
}

func TestParseMobileRefuses(t *testing.T) {
	for in, want := range map[string]applicant.MobileError{
		"":                                 applicant.ErrMobileNotANumber,
		"+":                                applicant.ErrMobileNotANumber,
		"123":                              applicant.ErrMobileNotANumber,
		"8 771 000 99":                     applicant.ErrMobileNotANumber,
		"8 771 000 99 98 1":                applicant.ErrMobileNotANumber,
		"+7 766 000 99 98":                 applicant.ErrMobileNotANumber, // no such prefix
		"8 771 000 99 98 ext. 1":           applicant.ErrMobileNotANumber,
		"тел. 8 771 000 99 98":             applicant.ErrMobileNotANumber,
		"8 771 000 WXYZ":                   applicant.ErrMobileNotANumber,
		"٨ ٧٧١ ٠٠٠ ٩٩ ٩٨":                  applicant.ErrMobileNotANumber,
		"8 771 000\n99 98":                 applicant.ErrMobileNotANumber,
		"+7 916 123 45 67":                 applicant.ErrMobileNotKZ, // Russia
		"8 916 123 45 67":                  applicant.ErrMobileNotKZ,
		"+44 20 7946 0958":                 applicant.ErrMobileNotKZ,
		"+7 7172 55 00 00":                 applicant.ErrMobileNotMobile, // a fixed line of Astana
		"8 751 000 99 98":                  applicant.ErrMobileNotMobile, // over the Internet
		strings.Repeat("0", 50) + "771000": applicant.ErrMobileNotANumber,
	} {
		if got, err := applicant.ParseMobile(in); !errors.Is(err, want) || got != "" {
			t.Errorf("%q: %q, %v, want %v", in, got, err, want)
		}
		_, faults := applicant.ProfileInput{Phone: to(in)}.Validate(catalogue(), admission())
		expect(t, in, faults, "phone "+want.Error())
	}
}

// mobileNumber is the plan of mobile numbers, written down apart.
var mobileNumber = regexp.MustCompile(`^\+77(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)\d{7}$`)

func TestParseMobileFollowsThePlan(t *testing.T) {
	for prefix := range 1000 {
		in := "+7" + string([]byte{byte('0' + prefix/100), byte('0' + prefix/10%10), byte('0' + prefix%10)}) + "0009998"
		_, err := applicant.ParseMobile(in)
		if (err == nil) != mobileNumber.MatchString(in) {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestEmail(t *testing.T) {
	local, label := strings.Repeat("a", 64), strings.Repeat("b", 60)
	for _, c := range []struct{ in, want, reason string }{
		{"a.b+c@example.com", "a.b+c@example.com", ""},
		{" Aigul@EXAMPLE.Com ", "Aigul@example.com", ""},
		{"a@xn--80ao21a.example.com", "a@xn--80ao21a.example.com", ""},
		{local + "@example.com", local + "@example.com", ""},
		{local + "a@example.com", "", "LENGTH"},
		{"a@" + strings.Repeat(label+".", 4) + "example.com", "", "LENGTH"},
		{"", "", "EMPTY"},
		{"example.com", "", "SYNTAX"},
		{"a@example", "", "SYNTAX"},
		{"a@@example.com", "", "SYNTAX"},
		{"a@[192.0.2.1]", "", "SYNTAX"},
		{"a@-example.com", "", "SYNTAX"},
		{"a@example_1.com", "", "SYNTAX"},
		{"a@example..com", "", "SYNTAX"},
		{"A <a@example.com>", "", "SYNTAX"},
		{"a b@example.com", "", "SYNTAX"},
		{"a@пример.example.com", "", "CHARACTER"},
		{"a\r\nb@example.com", "", "CHARACTER"},
	} {
		p, faults := applicant.ProfileInput{Email: to(c.in)}.Validate(catalogue(), admission())
		if c.reason != "" {
			expect(t, c.in, faults, "email "+c.reason)
			continue
		}
		expect(t, c.in, faults)
		if p.Email.Value == nil || string(*p.Email.Value) != c.want {
			t.Errorf("%q does not become %q", c.in, c.want)
		}
	}
}
