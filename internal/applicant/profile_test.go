package applicant_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

func TestProfileIIN(t *testing.T) {
	vectors := readIINVectors(t)
	var all []string
	for _, v := range vectors.Valid {
		all = append(all, v.IIN)
	}
	for _, v := range vectors.Invalid {
		all = append(all, v.IIN)
	}
	for _, v := range vectors.SeventhDigit0 {
		all = append(all, v.IIN)
	}
	for _, prefix := range vectors.Nonexistent {
		all = append(all, prefix+"0")
	}
	for _, s := range all {
		_, faults := applicant.ProfileInput{IIN: to(s)}.Validate(catalogue(), admission())
		iin, err := applicant.ParseIIN(s, admission())
		switch {
		case err != nil:
			expect(t, s, faults, "iin "+err.Error())
		case iin.BirthDate().Year() < 1900:
			expect(t, s, faults, "iin AGE")
		default:
			expect(t, s, faults)
		}
	}
}

func TestProfileAgreesWithIIN(t *testing.T) {
	const iin = "080716699104" // a woman, 2008-07-16
	for _, c := range []struct {
		name string
		in   applicant.ProfileInput
		want string
	}{
		{"both", applicant.ProfileInput{BirthDate: to(day(2008, time.July, 16)), Sex: to(applicant.SexFemale)}, ""},
		{"cleared", applicant.ProfileInput{BirthDate: applicant.Change[applicant.Date]{Set: true}}, ""},
		{"another day", applicant.ProfileInput{BirthDate: to(day(2008, time.July, 17))}, "birthDate IIN_DISAGREES"},
		{"another century", applicant.ProfileInput{BirthDate: to(day(1908, time.July, 16))}, "birthDate AGE"},
		{"another sex", applicant.ProfileInput{Sex: to(applicant.SexMale)}, "sex IIN_DISAGREES"},
	} {
		c.in.IIN = to(iin)
		_, faults := c.in.Validate(catalogue(), admission())
		expect(t, c.name, faults, c.want)
	}
	wrong := applicant.ProfileInput{IIN: to("080716699105"), Sex: to(applicant.SexMale)}
	_, faults := wrong.Validate(catalogue(), admission())
	expect(t, "nothing is compared with what is no IIN", faults, "iin CHECKSUM")
}

func TestProfileCompleted(t *testing.T) {
	in := applicant.ProfileInput{IIN: to("080716699104")}
	p, _ := in.Validate(catalogue(), admission())
	whole := p.Completed()
	if b, s := whole.BirthDate, whole.Sex; !b.Set || !b.Value.Equal(day(2008, time.July, 16).Time) || !s.Set || *s.Value != applicant.SexFemale {
		t.Errorf("born %v, %v", b, s)
	}
	if p.BirthDate.Set || p.Sex.Set {
		t.Error("the profile itself was changed")
	}
	in.BirthDate.Set, in.Sex.Set = true, true
	p, _ = in.Validate(catalogue(), admission())
	if whole = p.Completed(); whole.Sex.Value != nil || whole.BirthDate.Value != nil {
		t.Error("birth date and sex were cleared, and are filled in")
	}
	if whole = (applicant.Profile{}).Completed(); whole.BirthDate.Set || whole.Sex.Set {
		t.Error("there is no IIN to tell anything")
	}
}

func TestBirthDate(t *testing.T) {
	now := time.Date(2026, time.July, 12, 19, 0, 0, 0, time.UTC) // the 13th in Kazakhstan
	for _, c := range []struct {
		born applicant.Date
		want string
	}{
		{day(2016, time.July, 13), ""},
		{day(2016, time.July, 14), "birthDate AGE"},
		{day(1925, time.July, 14), ""},
		{day(1925, time.July, 13), "birthDate AGE"},
		{day(2026, time.July, 13), "birthDate AGE"},
		{day(2026, time.July, 14), "birthDate FUTURE_DATE"},
		{applicant.Date{}, "birthDate AGE"},
	} {
		_, faults := applicant.ProfileInput{BirthDate: to(c.born)}.Validate(catalogue(), now)
		expect(t, c.born.Format(time.DateOnly), faults, c.want)
	}
	_, faults := applicant.ProfileInput{BirthDate: to(day(2016, time.July, 13))}.Validate(catalogue(), now.Add(-time.Second))
	expect(t, "a second before midnight", faults, "birthDate AGE")
}

func TestProfileWords(t *testing.T) {
	for _, c := range []struct {
		name string
		in   applicant.ProfileInput
		want string
	}{
		{"region", applicant.ProfileInput{Region: to("750000000")}, ""},
		{"no region", applicant.ProfileInput{Region: to("990000000")}, "region UNKNOWN"},
		{"empty region", applicant.ProfileInput{Region: to("")}, "region UNKNOWN"},
		{"sex", applicant.ProfileInput{Sex: to(applicant.SexMale)}, ""},
		{"no sex", applicant.ProfileInput{Sex: to(applicant.Sex("male"))}, "sex ENUM"},
		{"creative", applicant.ProfileInput{ProfileSubjects: to(creative())}, ""},
		{"not offered", applicant.ProfileInput{ProfileSubjects: to(pair(applicant.SubjectMath, applicant.SubjectBiology))}, "profileSubjects COMBINATION"},
		{"twice", applicant.ProfileInput{ProfileSubjects: to(pair(applicant.SubjectMath, applicant.SubjectMath))}, "profileSubjects COMBINATION"},
		{"one", applicant.ProfileInput{ProfileSubjects: to(informatics()[:1])}, "profileSubjects COMBINATION"},
		{"none", applicant.ProfileInput{ProfileSubjects: to([]applicant.Subject{})}, "profileSubjects COMBINATION"},
		{"three, two of them reversed", applicant.ProfileInput{ProfileSubjects: to([]applicant.Subject{applicant.SubjectPhysics, applicant.SubjectMath, applicant.SubjectPhysics})}, "profileSubjects COMBINATION"},
		{"three", applicant.ProfileInput{ProfileSubjects: to(append(informatics(), applicant.SubjectPhysics))}, "profileSubjects COMBINATION"},
	} {
		_, faults := c.in.Validate(catalogue(), admission())
		expect(t, c.name, faults, c.want)
	}
}

func TestProfileSubjectsOrder(t *testing.T) {
	in := applicant.ProfileInput{ProfileSubjects: to(pair(applicant.SubjectInformatics, applicant.SubjectMath))}
	p, faults := in.Validate(catalogue(), admission())
	expect(t, "reversed", faults)
	if !slices.Equal(*p.ProfileSubjects.Value, informatics()) {
		t.Errorf("in the order %v", *p.ProfileSubjects.Value)
	}
}

// TestChange: nothing, null and a value stay apart.
func TestChange(t *testing.T) {
	in := applicant.ProfileInput{
		Address: applicant.Change[string]{Set: true},
		Region:  to("710000000"),
		Email:   applicant.Change[string]{Value: new("not an address")}, // not set
	}
	p, faults := in.Validate(catalogue(), admission())
	expect(t, "change", faults)
	if !p.Address.Set || p.Address.Value != nil {
		t.Error("the address is not cleared")
	}
	if !p.Region.Set || *p.Region.Value != "710000000" {
		t.Error("the region is not changed")
	}
	if p.GivenName.Set || p.Email.Set || p.Email.Value != nil {
		t.Error("fields change of which nothing was said")
	}
}

// TestProfileFaults: all are told, in the order of the fields, and nothing else is
// returned.
func TestProfileFaults(t *testing.T) {
	in := applicant.ProfileInput{GivenName: to("Әлия"), FamilyName: to("1"), IIN: to("0"), Phone: to("0"), Region: to("0")}
	p, faults := in.Validate(catalogue(), admission())
	expect(t, "four faults", faults, "familyName CHARACTER", "iin LENGTH", "phone NOT_A_NUMBER", "region UNKNOWN")
	if p != (applicant.Profile{}) {
		t.Error("a faulty profile is not empty")
	}
	var list applicant.Faults
	const text = "applicant: faulty input: familyName CHARACTER, iin LENGTH, phone NOT_A_NUMBER, region UNKNOWN"
	if err := error(faults); !errors.As(err, &list) || err.Error() != text {
		t.Errorf("%v", err)
	}
}
