package applicant_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"joo.kz/kelisim/internal/applicant"
)

// quotes tells whether an error has four characters of an input that its own words
// do not have.
func quotes(err error, own, input string) bool {
	runes := []rune(input)
	for i := range max(0, len(runes)-3) {
		if part := string(runes[i : i+4]); strings.Contains(err.Error(), part) && !strings.Contains(own, part) {
			return true
		}
	}
	return false
}

// kazakhMobile is the form of a mobile number of Kazakhstan, by the numbering plan.
var kazakhMobile = regexp.MustCompile(`^\+77(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)\d{7}$`)

// FuzzParseMobile: what is read is a mobile number of Kazakhstan with the digits
// that were written, and is read again as itself.
func FuzzParseMobile(f *testing.F) {
	for _, s := range []string{
		"8 771 000 99 98", "+7 (771) 000-99-98", "7710009998", "+7 916 123 45 67", "8 751 000 99 98", "٨٧٧١٠٠٠٩٩٩٨",
		"+77710009998;ext=1", "+7771000999\x008", "8 7710009998 ", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := applicant.ParseMobile(s)
		if err != nil {
			if p != "" || !slices.Contains([]string{"NOT_A_NUMBER", "NOT_KZ", "NOT_MOBILE"}, err.Error()) {
				t.Fatalf("%q: %q, %v", s, p, err)
			}
			return
		}
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
		if !kazakhMobile.MatchString(string(p)) || !strings.HasSuffix(digits, string(p)[2:]) {
			t.Errorf("%q is read as %s", s, p)
		}
		if again, err := applicant.ParseMobile(string(p)); err != nil || again != p {
			t.Errorf("%s is read as %s, %v", p, again, err)
		}
		if e164, err := applicant.ParsePhoneNumber(string(p)); err != nil || e164 != p {
			t.Errorf("%s is no number: %v", p, err)
		}
	})
}

// FuzzScalars: what a scalar reads it writes as JSON that it reads as the same.
func FuzzScalars(f *testing.F) {
	for _, s := range []string{
		"2026-11-22", "2026-02-30", "0000-01-01", "2026-11-22T09:30:00.5+05:00", "9999-12-31T23:59:59-23:59", "+77710009998", "+7 771",
		"a@example.com", "a\u202e@example.com", "\U000e0001@example.com", `"a b"@example.com`, "canary",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		same[applicant.Date](t, s, "applicant: not a date like 2026-11-22")
		same[applicant.DateTime](t, s, "applicant: not a time after RFC 3339")
		same[applicant.PhoneNumber](t, s, "applicant: not a phone number in E.164")
		same[applicant.Email](t, s, "applicant: not an e-mail address")
	})
}

func same[T any, P interface {
	*T
	UnmarshalGQL(v any) error
}](t *testing.T, s, own string) {
	t.Helper()
	var first, again T
	if err := P(&first).UnmarshalGQL(s); err != nil {
		if quotes(err, own, s) {
			t.Errorf("%T: %v tells of %q", first, err, s)
		}
		return
	}
	var written bytes.Buffer
	any(first).(interface{ MarshalGQL(w io.Writer) }).MarshalGQL(&written)
	var text string
	if err := json.Unmarshal(written.Bytes(), &text); err != nil {
		t.Fatalf("%T %q is written as %s: %v", first, s, &written, err)
	}
	if err := P(&again).UnmarshalGQL(text); err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("%T %q is written as %s, and read as %v, %v", first, s, &written, again, err)
	}
}

const goodSurvey = `{"id": "a", "title": {"kk": "А", "ru": "А", "en": "A"}, "purpose": {"kk": "Б", "ru": "Б", "en": "B"},
	"retentionDays": 30, "lastDay": "2027-06-30", "fields": [
	{"id": "t", "type": "TEXT", "label": {"kk": "Т", "ru": "Т", "en": "T"}},
	{"id": "n", "type": "NUMBER", "label": {"kk": "Т", "ru": "Т", "en": "T"}},
	{"id": "c", "type": "CHOICES", "label": {"kk": "Т", "ru": "Т", "en": "T"}, "choices": [
		{"id": "x", "label": {"kk": "Х", "ru": "Х", "en": "X"}}, {"id": "y", "label": {"kk": "У", "ru": "У", "en": "Y"}}]}]}`

// FuzzParseSurvey: what is published is read as the same; what is not has a fault
// on a line that there is.
func FuzzParseSurvey(f *testing.F) {
	f.Add(goodSurvey)
	f.Add(strings.Replace(goodSurvey, `"id": "t"`, `"id": "n"`, 1))
	f.Add(strings.Replace(goodSurvey, `"retentionDays"`, `"retentionDays": 1, "retentionDays"`, 1))
	f.Add(strings.Replace(goodSurvey, "30", "1e3", 1) + "{}")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, content string) {
		s, err := applicant.ParseSurvey([]byte(content), admission())
		var faults applicant.SurveyFaults
		if errors.As(err, &faults) {
			for _, fault := range faults {
				if fault.Line < 1 || fault.Line > 1+strings.Count(content, "\n") || fault.Reason == "" {
					t.Errorf("%q: %+v", content, fault)
				}
			}
			return
		}
		if err != nil || s == nil || !applicant.IsSurveyID(s.ID) || len(s.Fields) == 0 {
			t.Fatalf("%q: %+v, %v", content, s, err)
		}
		published, err := json.Marshal(s)
		if err != nil || !utf8.Valid(published) {
			t.Fatal(err)
		}
		if again, err := applicant.ParseSurvey(published, admission()); err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("%s is read as %+v, %v", published, again, err)
		}
	})
}

// FuzzSurveyAnswers: answers that are good are good as they are kept, and faults
// tell nothing of them.
func FuzzSurveyAnswers(f *testing.F) {
	s, err := applicant.ParseSurvey([]byte(goodSurvey), admission())
	if err != nil {
		f.Fatal(err)
	}
	f.Add("t", " Жауап\n", "n", "007", "c", "x", "y")
	f.Add("c", "x", "c", "y", "t", "", "x")
	f.Add("canary", "canary", "n", "-1", "t", "\x00", "\u202e")
	f.Fuzz(func(t *testing.T, f1, v1, f2, v2, f3, v3, v4 string) {
		in := applicant.SurveyAnswersInput{Survey: "a", Version: 1, Answers: []applicant.SurveyFieldAnswerInput{
			{Field: f1, Values: []string{v1}}, {Field: f2, Values: []string{v2}}, {Field: f3, Values: []string{v3, v4}},
		}}
		kept, faults := in.Validate(s)
		for _, fault := range faults {
			if !regexp.MustCompile(`^answers(\.[0-2]\.(field|values(\.[01])?))?$`).MatchString(fault.Path) ||
				!slices.Contains(strings.Fields(reasons), fault.Reason) {
				t.Errorf("%+v is of no closed list", fault)
			}
		}
		if len(faults) > 0 {
			return
		}
		again := applicant.SurveyAnswersInput{Survey: "a", Version: 1}
		for i, values := range kept {
			if len(values) > 0 {
				again.Answers = append(again.Answers, applicant.SurveyFieldAnswerInput{Field: s.Fields[i].ID, Values: values})
			}
			stored, err := json.Marshal(append(applicant.Texts{}, values...))
			if read, readErr := applicant.ParseTexts(string(stored)); err != nil || readErr != nil || !slices.Equal(read, values) {
				t.Errorf("%q is kept as %s, and read as %q, %v", values, stored, read, readErr)
			}
		}
		if twice, faults := again.Validate(s); len(faults) > 0 || !reflect.DeepEqual(twice, kept) {
			t.Errorf("%q is kept as %q, which is %q, %v", in, kept, twice, faults)
		}
	})
}

// FuzzParseTexts: what is read is a list of texts, and an error quotes nothing.
func FuzzParseTexts(f *testing.F) {
	for _, s := range []string{`["a","b"]`, `[]`, `null`, `[null]`, `["canary"`, `{"canary":1}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		texts, err := applicant.ParseTexts(s)
		if err != nil {
			if texts != nil || !errors.Is(err, applicant.ErrTexts) || quotes(err, "applicant: not a list of texts", s) {
				t.Errorf("%q: %q, %v", s, texts, err)
			}
			return
		}
		written, err := json.Marshal(texts)
		if again, readErr := applicant.ParseTexts(string(written)); err != nil || readErr != nil || !slices.Equal(again, texts) {
			t.Errorf("%q is %q, then %q", s, texts, again)
		}
	})
}
