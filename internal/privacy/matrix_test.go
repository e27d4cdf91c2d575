package privacy_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/privacy"
)

// TestMatrixIsTheLawyersFile: byte for byte.
func TestMatrixIsTheLawyersFile(t *testing.T) {
	want, err := os.ReadFile("testdata/policy-rules.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := privacy.WriteMatrix(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the rules in force are not those of the file (-file +rules):\n%s", diff)
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestMatrixReportsWhatItCouldNotWrite(t *testing.T) {
	if err := privacy.WriteMatrix(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("%v, want %v", err, errFull)
	}
}
