package applicant_test

import (
	"testing"

	"joo.kz/kelisim/internal/applicant"
)

// TestValidBIN: the form, the kind and the check digit count.
func TestValidBIN(t *testing.T) {
	for bin, want := range map[string]bool{
		"010140000014":  true,
		"010140000015":  false, // check digit
		"080716699104":  false, // an IIN
		"01014000001":   false,
		"0101400000140": false,
		"01014000001x":  false,
		"":              false,
	} {
		if applicant.ValidBIN(bin) != want {
			t.Errorf("%q: %t, want %t", bin, !want, want)
		}
	}
}
