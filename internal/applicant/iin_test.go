package applicant_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

type iinVectors struct {
	Valid []struct {
		IIN string `json:"iin"`
		DOB string `json:"dob"`
		Sex string `json:"sex"`
	} `json:"valid"`
	SeventhDigit0 []struct {
		IIN string `json:"iin"`
	} `json:"valid_if_7th_digit_0_is_accepted"`
	Invalid []struct {
		IIN string `json:"iin"`
		Why string `json:"why"`
	} `json:"invalid"`
	Nonexistent []string `json:"nonexistent_prefix_11"`
}

func readIINVectors(t testing.TB) (v iinVectors) {
	t.Helper()
	b, err := os.ReadFile("testdata/iin_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func admission() time.Time { return time.Date(2026, time.July, 13, 9, 0, 0, 0, time.UTC) }

func TestParseIINValid(t *testing.T) {
	for _, v := range readIINVectors(t).Valid {
		iin, err := applicant.ParseIIN(v.IIN, admission())
		if err != nil {
			t.Errorf("%s: %v", v.IIN, err)
			continue
		}
		sex := map[string]applicant.Sex{"M": applicant.SexMale, "F": applicant.SexFemale}[v.Sex]
		if born := iin.BirthDate().Format(time.DateOnly); born != v.DOB || iin.Sex() != sex {
			t.Errorf("%s: born %s, %s; want %s, %s", v.IIN, born, iin.Sex(), v.DOB, sex)
		}
		if whole, ok := applicant.CompleteIIN(v.IIN[:11]); !ok || whole != iin {
			t.Errorf("%s: completed to %s, %t", v.IIN, whole, ok)
		}
	}
}

func TestParseIINInvalid(t *testing.T) {
	want := map[string]applicant.IINError{
		"080115599002":  applicant.ErrIINChecksum,
		"801015599001":  applicant.ErrIINFuture, // 15 October 2080
		"000229399024":  applicant.ErrIINDate,
		"070229599021":  applicant.ErrIINDate,
		"080230699023":  applicant.ErrIINDate,
		"080431599048":  applicant.ErrIINDate,
		"081301599045":  applicant.ErrIINDate,
		"080001599041":  applicant.ErrIINDate,
		"080132599044":  applicant.ErrIINDate,
		"080115799034":  applicant.ErrIINCentury,
		"080115899030":  applicant.ErrIINCentury,
		"080115999037":  applicant.ErrIINCentury,
		"300101599053":  applicant.ErrIINFuture,
		"08011559900":   applicant.ErrIINLength,
		"0801155990011": applicant.ErrIINLength,
		"08011559900O":  applicant.ErrIINNonDigit,
		" 080115599001": applicant.ErrIINNonDigit,
		"":              applicant.ErrIINEmpty,
	}
	for _, v := range readIINVectors(t).Invalid {
		code, known := want[v.IIN]
		if !known {
			t.Errorf("%q (%s): no code is expected", v.IIN, v.Why)
		}
		if _, err := applicant.ParseIIN(v.IIN, admission()); !errors.Is(err, code) {
			t.Errorf("%q (%s): %v, want %v", v.IIN, v.Why, err, code)
		}
	}
}

func TestParseIINSeventhDigit0(t *testing.T) {
	for _, v := range readIINVectors(t).SeventhDigit0 {
		if _, err := applicant.ParseIIN(v.IIN, admission()); !errors.Is(err, applicant.ErrIINCentury) {
			t.Errorf("%s: %v", v.IIN, err)
		}
	}
}

func TestIINNonexistent(t *testing.T) {
	for _, prefix := range readIINVectors(t).Nonexistent {
		for _, digit := range "0123456789" {
			_, err := applicant.ParseIIN(prefix+string(digit), admission())
			if !errors.Is(err, applicant.ErrIINNonexistent) {
				t.Errorf("%s%c: %v", prefix, digit, err)
			}
		}
		if _, ok := applicant.CompleteIIN(prefix); ok {
			t.Errorf("%s: completed", prefix)
		}
	}
}

func TestParseIINDigitsAreASCII(t *testing.T) {
	_, err := applicant.ParseIIN(strings.Replace("080115599001", "1", "١", 1), admission())
	if !errors.Is(err, applicant.ErrIINNonDigit) {
		t.Errorf("an Arabic digit: %v", err)
	}
}

func TestParseIINToday(t *testing.T) {
	const iin = "080115599001"
	midnight := time.Date(2008, time.January, 14, 19, 0, 0, 0, time.UTC) // in Kazakhstan
	if _, err := applicant.ParseIIN(iin, midnight); err != nil {
		t.Errorf("on the day of birth: %v", err)
	}
	if _, err := applicant.ParseIIN(iin, midnight.Add(-time.Second)); !errors.Is(err, applicant.ErrIINFuture) {
		t.Errorf("on the day before: %v", err)
	}
}

func TestCompleteIINRefuses(t *testing.T) {
	for _, prefix := range []string{"", "0801155990", "080115599001", "0802305990x", "08023059902", "08011579903"} {
		if iin, ok := applicant.CompleteIIN(prefix); ok || iin != "" {
			t.Errorf("%q: completed", prefix)
		}
	}
}

func TestIINOfNobody(t *testing.T) {
	for _, i := range []applicant.IIN{"", "0801155990", "080115099011"} {
		if !i.BirthDate().IsZero() || i.Sex() != "" {
			t.Errorf("%q: has a birth date or a sex", i)
		}
	}
}

func TestIINGraphQL(t *testing.T) {
	var iin applicant.IIN
	if err := iin.UnmarshalGQL("300101599053"); err != nil {
		t.Errorf("a birth in the future: %v", err)
	}
	var b strings.Builder
	iin.MarshalGQL(&b)
	if b.String() != `"300101599053"` {
		t.Errorf("written as %s", b.String())
	}
	for in, code := range map[any]applicant.IINError{
		nil:            applicant.ErrIINEmpty,
		80115599001:    applicant.ErrIINEmpty,
		"080115599002": applicant.ErrIINChecksum,
		"080230699023": applicant.ErrIINDate,
	} {
		if err := iin.UnmarshalGQL(in); !errors.Is(err, code) || iin != "" {
			t.Errorf("%v: %v, want %v", in, err, code)
		}
	}
}

func FuzzParseIIN(f *testing.F) {
	v := readIINVectors(f)
	for _, v := range v.Valid {
		f.Add(v.IIN)
	}
	for _, v := range v.Invalid {
		f.Add(v.IIN)
	}
	f.Fuzz(func(t *testing.T, s string) {
		iin, err := applicant.ParseIIN(s, admission())
		if err != nil {
			var code applicant.IINError
			if iin != "" || !errors.As(err, &code) {
				t.Fatalf("%q: %v and %q", s, err, iin)
			}
			return
		}
		checkAccepted(t, string(iin))
	})
}

// checkAccepted holds an accepted number against an independent reading of the
// rules: the second weights as 3 to 13, and a calendar that knows months' lengths.
func checkAccepted(t *testing.T, s string) {
	t.Helper()
	digit := make([]int, 0, 12)
	for _, r := range s {
		digit = append(digit, int(r-'0'))
	}
	if len(digit) != 12 || strings.Trim(s, "0123456789") != "" {
		t.Fatalf("%q is not 12 digits", s)
	}
	first, second := 0, 0
	for i, d := range digit[:11] {
		first += d * (i + 1)
		second += d * (i + 3)
	}
	right := first % 11
	if right == 10 {
		right = second % 11
	}
	if right != digit[11] {
		t.Fatalf("%q: the check digit should be %d", s, right)
	}
	year := 1800 + (digit[6]-1)/2*100 + digit[0]*10 + digit[1]
	month, day := digit[2]*10+digit[3], digit[4]*10+digit[5]
	born := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if born.Year() != year || int(born.Month()) != month || born.Day() != day || born.After(admission()) {
		t.Fatalf("%q: no birth date", s)
	}
}
