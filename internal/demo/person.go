package demo

import (
	"fmt"

	"joo.kz/kelisim/internal/applicant"
)

// person is an applicant in the making, with what the row does not tell but
// later draws depend on.
type person struct {
	Applicant

	sex         applicant.Sex
	language    applicant.EntLanguage
	home        region
	combination combination
	best        int  // the best total of the ENT; 0 without a result
	competes    bool // the best total is of the main session of 2026
}

// addPerson adds the nth person and all that is theirs.
func (g *generator) addPerson(n int) {
	p := &person{
		sex:         pick(g.source, []applicant.Sex{applicant.SexMale, applicant.SexFemale}),
		language:    g.languages.draw(g.source),
		home:        g.regions.draw(g.source),
		combination: g.combinations.draw(g.source),
	}
	p.UserID = g.uuid()
	p.CreatedAt = g.between(opening(), closing())
	g.identify(p, n)
	g.name(p)
	g.locate(p)
	g.examine(p)
	g.compete(p)
	g.agree(p)
	g.out.Applicants = append(g.out.Applicants, p.Applicant)
}

// identify gives the nth person a telephone number and mostly the rest of what
// tells them from others.
func (g *generator) identify(p *person, n int) {
	iin := g.births.issue(g.births.draw(g.source, n), p.sex)
	if g.in1000(960) {
		p.IIN = &iin
	}
	if p.IIN != nil || g.in1000(500) {
		p.BirthDate, p.Sex = new(iin.BirthDate().Time), new(p.sex)
	}
	p.Phone = phone(n)
	if g.in1000(850) {
		p.Email = new(email(g.source, n))
	}
	if g.in1000(25) {
		p.RestrictedAt = new(g.between(p.CreatedAt, horizon()))
	}
}

// demoSerial is that of +77710009998, the number that libphonenumber gives as an
// example of a mobile number of Kazakhstan, and the distinguished applicant's.
const demoSerial = 9998

// phone is the nth person's number: +7 771 000 0000 and upwards, leaving out
// that of the distinguished applicant, whose n is 0.
func phone(n int) applicant.PhoneNumber {
	serial := n - 1
	switch {
	case n == 0:
		serial = demoSerial
	case serial >= demoSerial:
		serial++
	}
	return applicant.PhoneNumber(fmt.Sprintf("+7771%07d", serial))
}

// email is an address of the nth person's in a domain that is reserved for
// examples (RFC 2606).
func email(s source, n int) applicant.Email {
	name := pick(s, []string{"abiturient", "grad", "mail", "student", "talapker", "zhas"})
	domain := pick(s, []string{"example.com", "example.net", "example.org"})
	return applicant.Email(fmt.Sprintf("%s%06d@%s", name, n, domain))
}

// name names a person; a few have but one name.
func (g *generator) name(p *person) {
	given, family, patronym := g.people(p.language).name(g.source, p.sex)
	p.GivenName = &given
	if g.in1000(3) {
		return
	}
	p.FamilyName = &family
	if g.in1000(880) {
		p.Patronymic = &patronym
	}
}

// people draws whose names somebody bears who took the ENT in a language.
func (g *generator) people(l applicant.EntLanguage) people {
	kazakhs := 700
	switch l {
	case applicant.EntLanguageKk:
		kazakhs = 970
	case applicant.EntLanguageRu:
		kazakhs = 450
	case applicant.EntLanguageEn:
	}
	if g.in1000(kazakhs) {
		return g.kazakhs
	}
	return g.russians
}

// locate mostly tells where a person lives.
func (g *generator) locate(p *person) {
	if !g.in1000(970) {
		return
	}
	p.Region = &p.home.code
	if g.in1000(550) {
		p.Address = new(g.address(p.home))
	}
}

// address makes up an address: the streets are called «Example» and «Sample».
func (g *generator) address(r region) string {
	street := pick(g.source, []string{"ул. Примерная", "мкр. Образцовый", "пр. Тестовый", "Үлгі көшесі", "Мысал көшесі"})
	return fmt.Sprintf("%s, %s, %d, кв. %d", r.town, street, g.within(1, 99), g.within(1, 120))
}
