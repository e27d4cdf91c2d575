package applicant_test

import (
	"strings"
	"testing"

	"joo.kz/kelisim/internal/applicant"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ in, want, reason string }{
		{"Әлия", "Әлия", ""},
		{"ҒҚҢӨҰҮҺІ-әғқңөұүһі", "ҒҚҢӨҰҮҺІ-әғқңөұүһі", ""},
		{"Серікұлы", "Серікұлы", ""},
		{"Ахмет қызы", "Ахмет қызы", ""},
		{"O'Connor", "O'Connor", ""},
		{"O\u2019Connor", "O'Connor", ""},
		{"Qazag\u02bcbek", "Qazag'bek", ""},
		{"Müller\u2010Łódź", "Müller-Łódź", ""},
		{"\u0418\u0306ван", "\u0419ван", ""}, // NFC
		{"  Анна \u00a0 Мария ", "Анна Мария", ""},
		{strings.Repeat("ә", 100), strings.Repeat("ә", 100), ""},
		{strings.Repeat("ә", 101), "", "LENGTH"},
		{"", "", "EMPTY"},
		{" \u2003 ", "", "EMPTY"},
		{"Иван2", "", "CHARACTER"},
		{"Иван٣", "", "CHARACTER"},
		{"Иван Ⅲ", "", "CHARACTER"},
		{"И. Иван", "", "CHARACTER"},
		{"Иван\u200b", "", "CHARACTER"},
		{"Иван\nИван", "", "CHARACTER"},
		{"Ив\x00ан", "", "CHARACTER"},
		{"Ив\xffан", "", "CHARACTER"},
		{"Ива\u0301н", "", "CHARACTER"}, // a stress mark, for which there is no composed letter
		{"李明", "", "CHARACTER"},
		{"Иван\U0001f600", "", "CHARACTER"},
		{"Aсель", "", "MIXED_SCRIPT"}, // a Latin A
		{"Ерiк", "", "MIXED_SCRIPT"},  // a Latin i
		{"Anna Мария", "", "MIXED_SCRIPT"},
		{"-Иван", "", "PUNCTUATION"},
		{"Иван-", "", "PUNCTUATION"},
		{"Анна--Мария", "", "PUNCTUATION"},
		{"Анна - Мария", "", "PUNCTUATION"},
		{"'", "", "PUNCTUATION"},
	} {
		in := applicant.ProfileInput{FamilyName: to(c.in), GivenName: to(c.in), Patronymic: to(c.in)}
		p, faults := in.Validate(catalogue(), admission())
		if c.reason != "" {
			expect(t, c.in, faults, "familyName "+c.reason, "givenName "+c.reason, "patronymic "+c.reason)
			continue
		}
		expect(t, c.in, faults)
		for _, got := range []applicant.Change[string]{p.FamilyName, p.GivenName, p.Patronymic} {
			if !got.Set || got.Value == nil || *got.Value != c.want {
				t.Errorf("%q does not become %q", c.in, c.want)
			}
		}
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct{ in, want, reason string }{
		{" г. Алматы,  ул. Абая, д. 1/2 «а», кв. № 3 ", "г. Алматы, ул. Абая, д. 1/2 «а», кв. № 3", ""},
		{"и\u0306", "\u0439", ""},
		{strings.Repeat("ә", 300), strings.Repeat("ә", 300), ""},
		{strings.Repeat("ә", 301), "", "LENGTH"},
		{" ", "", "EMPTY"},
		{"Алматы\tАбая", "", "CHARACTER"},
		{"Алматы\x00Абая", "", "CHARACTER"},
		{"Алматы\u202eАбая", "", "CHARACTER"}, // turns the direction
		{"Алматы \xff", "", "CHARACTER"},
	} {
		p, faults := applicant.ProfileInput{Address: to(c.in)}.Validate(catalogue(), admission())
		if c.reason != "" {
			expect(t, c.in, faults, "address "+c.reason)
			continue
		}
		expect(t, c.in, faults)
		if p.Address.Value == nil || *p.Address.Value != c.want {
			t.Errorf("%q does not become %q", c.in, c.want)
		}
	}
}
