package privacy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"joo.kz/kelisim/internal/privacy"
)

// masked is what is shown of a value where its category is masked.
func masked(t *testing.T, c privacy.Category, value string) string {
	t.Helper()
	record := maskedOnly()
	if c == privacy.TesteeCode { // which the operator never sees
		record = privacy.Decide(privacy.App, privacy.Service).Record(privacy.Standing{Policy: privacy.Valid, Accepted: privacy.AllAllowed()})
	}
	if as, _ := record.Treatment(c); as != privacy.Masked {
		t.Fatalf("%s is %s, not masked", c, as)
	}
	s := privacy.Seal(value)
	if err := privacy.Open(t.Context(), record, c, s); err != nil {
		t.Fatal(err)
	}
	var shown string
	if err := json.Unmarshal([]byte(response(s)), &shown); err != nil {
		t.Fatal(err)
	}
	return shown
}

func TestMasks(t *testing.T) {
	for _, m := range []struct {
		category privacy.Category
		value    string
		want     string
	}{
		{privacy.FamilyName, "Өмірбек", "Ө…"},
		{privacy.FamilyName, "Ә", "Ә…"},
		{privacy.FamilyName, "Li", "L…"},
		{privacy.FamilyName, "", "…"},
		{privacy.GivenName, "Ұлжан", "Ұ…"},
		{privacy.GivenName, "Ілияс", "І…"},
		{privacy.GivenName, "Anna Maria", "A…"},
		{privacy.Patronymic, "Қайратұлы", "Қ…"},
		{privacy.Patronymic, "қ", "қ…"},
		{privacy.IIN, "080115599001", "**********01"},
		{privacy.IIN, "080716699104", "**********04"},
		{privacy.TesteeCode, "000000099", "*******99"},
		{privacy.TesteeCode, "099", "*99"},
		{privacy.TesteeCode, "99", "**"},
		{privacy.TesteeCode, "9", "*"},
		{privacy.TesteeCode, "", ""},
		{privacy.Phone, "+77710009998", "+7 *** *** ** 98"},
		{privacy.Phone, "+77710000001", "+7 *** *** ** 01"},
		{privacy.Phone, "98", "+7 *** *** ** **"},
		{privacy.Email, "synthetic@example.com", "s***@***.com"},
		{privacy.Email, "s@example.com", "s***@***.com"},
		{privacy.Email, "first.last+tag@mail.example.com", "f***@***.com"},
		{privacy.Email, "әлия@example.com", "ә***@***.com"},
		{privacy.Email, `"a@b.c"@example.com`, `"***@***.com`},
		{privacy.Email, "first.last@localhost", "f***@***"},
		{privacy.Email, "", "***@***"},
	} {
		if got := masked(t, m.category, m.value); got != m.want {
			t.Errorf("%s %q: %q, want %q", m.category, m.value, got, m.want)
		}
	}
}

// TestMaskOfNoAddress: what has no domain has no top-level domain to show.
func TestMaskOfNoAddress(t *testing.T) {
	for _, value := range []string{"first.last", "a.b", ".com", "first", "first.last+77710009998"} {
		want := value[:1] + "***@***"
		if got := masked(t, privacy.Email, value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

// TestMaskedIsWithheldWithoutAMask: a category that has no mask shows nothing.
func TestMaskedIsWithheldWithoutAMask(t *testing.T) {
	for _, c := range privacy.Categories() {
		as, shown := maskedOnly().Treatment(c)
		if shown && as != privacy.Masked {
			t.Errorf("%s is shown %s to the operator", c, as)
		}
		s := privacy.Seal(phone)
		if err := privacy.Open(t.Context(), maskedOnly(), c, s); shown == errors.Is(err, privacy.ErrWithheld) {
			t.Errorf("%s: %v", c, err)
		}
	}
}

// FuzzMask: whatever the value, its mask shows no more than it may.
func FuzzMask(f *testing.F) {
	for _, value := range []string{"", "Ә", "Өмірбек", "080115599001", "99", "099", "+77710009998", "s@example.com", "a@b.c.d", "a@", "@b.c", "@", "a\xffb", "…"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		// What is no UTF-8 is no text of a response, nor of the database.
		value = strings.ToValidUTF8(value, "")
		for _, c := range []privacy.Category{privacy.FamilyName, privacy.GivenName, privacy.Patronymic} {
			checkFirstLetter(t, value, strings.TrimSuffix(masked(t, c, value), "…"))
		}
		for _, c := range []privacy.Category{privacy.IIN, privacy.TesteeCode} {
			checkLastTwo(t, value, masked(t, c, value))
		}
		end, whole := strings.CutPrefix(masked(t, privacy.Phone, value), "+7 *** *** ** ")
		if !whole {
			t.Errorf("%q: its mask does not look like a phone number's", value)
		}
		checkLastTwo(t, value, end)
		checkEmail(t, value, masked(t, privacy.Email, value))
	})
}

// checkFirstLetter: nothing is shown but the first letter.
func checkFirstLetter(t *testing.T, value, shown string) {
	t.Helper()
	if utf8.RuneCountInString(shown) > 1 || !strings.HasPrefix(value, shown) {
		t.Errorf("%q: shown %q", value, shown)
	}
}

// checkLastTwo: nothing is shown but the last two characters, and not even those
// where they are all there is.
func checkLastTwo(t *testing.T, value, mask string) {
	t.Helper()
	shown := strings.TrimLeft(mask, "*")
	if len(shown) == 0 || strings.Trim(value, "*") == "" {
		return
	}
	if n := utf8.RuneCountInString(shown); n > 2 || len(value) <= 2 {
		t.Errorf("%q: shown %q", value, shown)
	}
}

// checkEmail: nothing is shown but the first letter and the top-level domain.
func checkEmail(t *testing.T, value, mask string) {
	t.Helper()
	first, domain, whole := strings.Cut(mask, "***@***")
	at := strings.LastIndexByte(value, '@')
	if !whole || !strings.HasSuffix(value, domain) || strings.LastIndexByte(domain, '.') > 0 {
		t.Errorf("%q: shown %q", value, mask)
	}
	if allowed := len(value) - at - 1; at < 0 && domain != "" || at >= 0 && len(domain) > allowed {
		t.Errorf("%q: shown %q, which is no part of a domain", value, domain)
	}
	checkFirstLetter(t, value, first)
}
