package applicant_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// reasons are all that a client may be told.
const reasons = `AGE CENTURY_DIGIT CHARACTER CHECKSUM CHECKSUM_NONEXISTENT COMBINATION COUNT DATE DOUBLE EMPTY ENUM FUTURE_DATE
	FUTURE_YEAR IIN_DISAGREES LENGTH MIXED_SCRIPT NON_DIGIT NOT_A_NUMBER NOT_KZ NOT_MOBILE PROFILE_SUBJECTS PUNCTUATION RANGE
	SESSION_WINDOW SUBJECTS SYNTAX TOTAL UNKNOWN UNKNOWN_YEAR`

// paths are all fields that may be wrong.
var paths = regexp.MustCompile(`^(familyName|givenName|patronymic|iin|birthDate|sex|phone|email|profileSubjects|region|address` +
	`|year|session|scores(\.[0-4]\.(subject|score))?|language|testDate|place|testeeCode` +
	`|choices(\.[0-3]\.(programme|university))?|quotas\.\d+)$`)

// checkSilent: faults are of the closed lists, and their text has no four
// characters of an input that those lists do not have.
func checkSilent(t *testing.T, faults applicant.Faults, input string) {
	t.Helper()
	vocabulary := reasons + paths.String() + "applicant: faulty input"
	for _, f := range faults {
		if !paths.MatchString(f.Path) || !slices.Contains(strings.Fields(reasons), f.Reason) {
			t.Fatalf("%q %q is of no closed list", f.Path, f.Reason)
		}
	}
	text, runes := faults.Error(), []rune(input)
	for i := range max(0, len(runes)-3) {
		if part := string(runes[i : i+4]); strings.Contains(text, part) && !strings.Contains(vocabulary, part) {
			t.Fatalf("%q is told of %q", part, input)
		}
	}
}

func FuzzProfile(f *testing.F) {
	f.Add("Әлия", "080716699104", "8 771 000 99 98", "a@EXAMPLE.com", "Алматы,  Абая 1", int64(13000), byte(0))
	f.Add("O\u2019Connor", "080115599001", "+7 916 123 45 67", "a@[192.0.2.1]", "и\u0306\u0323", int64(-30000), byte(1))
	f.Add("Aсель", "080716699105", "7710009998", "\x00", "\u202e", int64(1<<40), byte(2))
	f.Fuzz(func(t *testing.T, name, iin, phone, email, address string, born int64, n byte) {
		c := catalogue()
		in := applicant.ProfileInput{
			FamilyName: to(name), GivenName: to(address), Patronymic: to(email), IIN: to(iin), Phone: to(phone), Email: to(email),
			BirthDate: to(applicant.Date{Time: time.Unix(0, 0).UTC().AddDate(0, 0, int(born%200000))}),
			Sex:       to(applicant.Sex(name)), Region: to(iin), Address: to(address), ProfileSubjects: to(c.Combinations[int(n)%4].Subjects),
		}
		_, faults := in.Validate(c, admission())
		if len(faults) == 0 {
			t.Fatalf("all is well with %+v", in)
		}
		checkSilent(t, faults, name+"\n"+iin+"\n"+phone+"\n"+email+"\n"+address)
		for _, f := range faults {
			without(&in, f.Path)
		}
		p, faults := in.Validate(c, admission())
		if len(faults) > 0 {
			t.Fatalf("without its faults: %v", faults)
		}
		again, faults := typed(p.Completed()).Validate(c, admission())
		if len(faults) > 0 || !reflect.DeepEqual(again, p.Completed()) {
			t.Fatalf("%v\n%+v\n%+v", faults, p, again)
		}
	})
}

// without takes from an input the field that a fault names.
func without(in *applicant.ProfileInput, path string) {
	field := map[string]string{"iin": "IIN"}[path]
	if field == "" {
		field = strings.ToUpper(path[:1]) + path[1:]
	}
	reflect.ValueOf(in).Elem().FieldByName(field).SetZero()
}

// typed is a profile as an input again.
func typed(p applicant.Profile) applicant.ProfileInput {
	return applicant.ProfileInput{
		FamilyName: p.FamilyName, GivenName: p.GivenName, Patronymic: p.Patronymic, IIN: text(p.IIN), BirthDate: p.BirthDate, Sex: p.Sex,
		Phone: text(p.Phone), Email: text(p.Email), Region: p.Region, Address: p.Address,
		ProfileSubjects: applicant.Change[[]applicant.Subject]{Set: p.ProfileSubjects.Set, Value: (*[]applicant.Subject)(p.ProfileSubjects.Value)},
	}
}

func text[T ~string](c applicant.Change[T]) applicant.Change[string] {
	if c.Value == nil {
		return applicant.Change[string]{Set: c.Set}
	}
	return to(string(*c.Value))
}

func FuzzSitting(f *testing.F) {
	f.Add(int32(2026), "MAIN", "KK", []byte{18, 9, 10, 44, 41}, byte(1), int64(140), "ППЕНТ № 7,  Алматы", "990000001")
	f.Add(int32(2023), "JANUARY", "RU", []byte{20, 15, 15, 45, 45}, byte(0), int64(-1270), "\u0418\u0306", "12345")
	f.Add(int32(2025), "MARCH", "EN", []byte{20, 0, 10, 60, 60}, byte(3), int64(0), "", "٩٩")
	f.Fuzz(func(t *testing.T, year int32, session, language string, points []byte, n byte, born int64, place, code string) {
		c := catalogue()
		subjects := append(certificateWith(c.Combinations[int(n)%4].Subjects), applicant.Subject(place))
		in := applicant.EntResultInput{
			Year: year, Session: applicant.EntSession(session), Language: applicant.EntLanguage(language), Place: &place, TesteeCode: &code,
			TestDate: &applicant.Date{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(born%4000))},
		}
		for i, p := range points {
			in.Scores = append(in.Scores, applicant.SubjectScoreInput{Subject: subjects[(i+int(n)/4)%6], Score: int32(int8(p))})
		}
		s, faults := in.Validate(c, admission())
		if len(faults) > 0 {
			checkSilent(t, faults, session+"\n"+language+"\n"+place+"\n"+code)
			return
		}
		again, faults := applicant.EntResultInput{
			Year: s.Year, Session: s.Session, Scores: s.Scores, Language: s.Language, TestDate: s.TestDate, Place: s.Place, TesteeCode: s.TesteeCode,
		}.Validate(c, admission())
		if len(faults) > 0 || !reflect.DeepEqual(again, s) || s.Total < 0 || s.Total > 140 {
			t.Fatalf("%v\n%+v\n%+v", faults, s, again)
		}
	})
}

func FuzzApplication(f *testing.F) {
	f.Add(int32(2026), "\u0412057", "013", "B011", "027", "RURAL", "SERPIN", byte(1))
	f.Add(int32(2023), "B009", "999", "B010", "", "RURAL", "RURAL", byte(0))
	f.Fuzz(func(t *testing.T, year int32, p1, u1, p2, u2, q1, q2 string, n byte) {
		c := catalogue()
		profile := c.Combinations[int(n)%4].Subjects
		in := applicant.GrantApplicationInput{
			Year:    year,
			Choices: []applicant.GrantChoiceInput{{Programme: p1, University: u1}, {Programme: p2, University: u2}},
			Quotas:  []applicant.GrantQuota{applicant.GrantQuota(q1), applicant.GrantQuota(q2)},
		}
		out, faults := in.Validate(c, profile, admission())
		if len(faults) > 0 {
			checkSilent(t, faults, strings.Join([]string{p1, u1, p2, u2, q1, q2}, "\n"))
			return
		}
		again, faults := out.Validate(c, profile, admission())
		if len(faults) > 0 || !reflect.DeepEqual(again, out) {
			t.Fatalf("%v\n%+v\n%+v", faults, out, again)
		}
	})
}
