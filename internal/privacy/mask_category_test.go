package privacy_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// TestMaskedCategoriesHaveAMask: whatever the lawyer's table masks can be shown
// in part.
func TestMaskedCategoriesHaveAMask(t *testing.T) {
	table, err := os.ReadFile("testdata/policy-rules.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		cells := strings.Fields(line)
		category, err := privacy.ParseCategory(cells[0])
		if err == nil && slices.Contains(cells[1:], "M") && !privacy.HasMask(category) {
			t.Errorf("%s is masked for somebody and has no mask", category)
		}
	}
}
