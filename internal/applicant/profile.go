package applicant

import (
	"slices"
	"time"
)

// Change is what an input says of one field: nothing (Set is false, the field
// stays as it is), that it be cleared (a nil Value), or a value.
type Change[T any] struct {
	Set   bool
	Value *T
}

// ProfileInput is what a person gives of themselves, as they typed it.
type ProfileInput struct {
	FamilyName      Change[string]
	GivenName       Change[string]
	Patronymic      Change[string]
	IIN             Change[string]
	BirthDate       Change[Date]
	Sex             Change[Sex]
	Phone           Change[string]
	Email           Change[string]
	ProfileSubjects Change[[]Subject]
	Region          Change[string]
	Address         Change[string]
}

// Profile is a [ProfileInput] that was found good, with its values normalised.
type Profile struct {
	FamilyName      Change[string]
	GivenName       Change[string]
	Patronymic      Change[string]
	IIN             Change[IIN]
	BirthDate       Change[Date]
	Sex             Change[Sex]
	Phone           Change[PhoneNumber]
	Email           Change[Email]
	ProfileSubjects Change[Subjects]
	Region          Change[string]
	Address         Change[string]
}

// Gives tells whether there is any value in it, and not only what is cleared.
func (p Profile) Gives() bool {
	return p.FamilyName.Value != nil || p.GivenName.Value != nil || p.Patronymic.Value != nil ||
		p.IIN.Value != nil || p.BirthDate.Value != nil || p.Sex.Value != nil ||
		p.Phone.Value != nil || p.Email.Value != nil || p.Address.Value != nil ||
		p.ProfileSubjects.Value != nil || p.Region.Value != nil
}

// Validate normalises what a person gave, or tells what is wrong with it: then
// the profile is empty. A normalised profile is valid and stays as it is.
//
// No field is needed, neither alone nor because of another: some people have one
// name only. Nothing that is stored is looked at.
func (in ProfileInput) Validate(c *Catalogue, now time.Time) (Profile, Faults) {
	var f Faults
	day := today(now)
	p := Profile{
		FamilyName:      judge(&f, "familyName", in.FamilyName, name),
		GivenName:       judge(&f, "givenName", in.GivenName, name),
		Patronymic:      judge(&f, "patronymic", in.Patronymic, name),
		IIN:             judge(&f, "iin", in.IIN, func(s string) (IIN, string) { return livingIIN(s, now) }),
		BirthDate:       judge(&f, "birthDate", in.BirthDate, func(d Date) (Date, string) { return d, checkBirth(d, day) }),
		Sex:             judge(&f, "sex", in.Sex, knownSex),
		Phone:           judge(&f, "phone", in.Phone, mobile),
		Email:           judge(&f, "email", in.Email, email),
		ProfileSubjects: judge(&f, "profileSubjects", in.ProfileSubjects, c.profileSubjects),
		Region:          judge(&f, "region", in.Region, c.region),
		Address:         judge(&f, "address", in.Address, address),
	}
	p.compareWithIIN(&f)
	if len(f) > 0 {
		return Profile{}, f
	}
	return p, nil
}

// Completed is p with the birth date and the sex that its IIN tells, where p says
// nothing of them.
func (p Profile) Completed() Profile {
	if p.IIN.Value == nil {
		return p
	}
	if !p.BirthDate.Set {
		p.BirthDate = Change[Date]{true, new(p.IIN.Value.BirthDate())}
	}
	if !p.Sex.Set {
		p.Sex = Change[Sex]{true, new(p.IIN.Value.Sex())}
	}
	return p
}

// compareWithIIN adds a fault where the birth date or the sex is not that of the
// IIN given with it.
func (p Profile) compareWithIIN(f *Faults) {
	if p.IIN.Value != nil {
		*f = append(*f, p.Disagreements(*p.IIN.Value)...)
	}
}

// Disagreements are the faults of a birth date and a sex that are not those of
// an IIN.
func (p Profile) Disagreements(iin IIN) (f Faults) {
	if d := p.BirthDate.Value; d != nil {
		f.unless(d.Equal(iin.BirthDate().Time), "birthDate", reasonIINDisagrees)
	}
	if s := p.Sex.Value; s != nil {
		f.unless(*s == iin.Sex(), "sex", reasonIINDisagrees)
	}
	return f
}

// judge applies a rule to the value of a change, if there is one.
func judge[T, N any](f *Faults, path string, c Change[T], rule func(T) (N, string)) Change[N] {
	if !c.Set || c.Value == nil {
		return Change[N]{Set: c.Set}
	}
	v, reason := rule(*c.Value)
	if reason != "" {
		f.add(path, reason)
		return Change[N]{}
	}
	return Change[N]{Set: true, Value: &v}
}

// The youngest and the oldest that anybody is believed to apply at.
const (
	youngest = 10
	oldest   = 100
)

// today is the day that it is in Kazakhstan.
func today(now time.Time) time.Time { return now.UTC().Add(kazakhstan).Truncate(24 * time.Hour) }

// Reached tells whether who was born on this day is of an age, in years, at a time.
func (d Date) Reached(age int, now time.Time) bool { return !d.AddDate(age, 0, 0).After(today(now)) }

// checkBirth tells what is wrong with a birth date.
func checkBirth(born Date, day time.Time) (reason string) {
	switch {
	case born.After(day):
		return reasonFutureDate
	case born.After(day.AddDate(-youngest, 0, 0)), !born.After(day.AddDate(-oldest-1, 0, 0)):
		return reasonAge
	default:
		return ""
	}
}

// livingIIN reads the IIN of a person who may be applying.
func livingIIN(s string, now time.Time) (IIN, string) {
	iin, err := ParseIIN(s, now)
	if err != nil {
		return "", err.Error()
	}
	return iin, checkBirth(iin.BirthDate(), today(now))
}

func knownSex(s Sex) (Sex, string) {
	if !s.Valid() {
		return "", reasonEnum
	}
	return s, ""
}

func mobile(s string) (PhoneNumber, string) {
	number, err := ParseMobile(s)
	if err != nil {
		return "", err.Error()
	}
	return number, ""
}

// region finds a region's code in the catalogue.
func (c *Catalogue) region(code string) (string, string) {
	if !c.Regions.Has(code) {
		return "", reasonUnknown
	}
	return code, ""
}

// profileSubjects finds a pair of profile subjects in the catalogue, and puts it
// in the order of the catalogue.
func (c *Catalogue) profileSubjects(pair []Subject) (Subjects, string) {
	offered := c.combination(pair)
	if offered == nil {
		return nil, reasonCombination
	}
	return slices.Clone(offered.Subjects), ""
}
