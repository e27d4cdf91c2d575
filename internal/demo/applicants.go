package demo

import (
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// Options say which population to generate.
type Options struct {
	Users int    // how many applicants, from 1 to 10 million; 1 if fewer
	Seed  uint64 // the same seed gives the same data
}

// Population is a made-up population of applicants with the clients that read
// them, as rows of the tables. Nobody in it exists: names are combined at random,
// IINs are of the serial block 99xx, telephone numbers begin with +7771000 (of
// more than 10,000 people with +777100, of more than 100,000 with +77710, and so
// on), addresses are examples. Nothing but the end of a term lies after
// 1 November 2026.
//
// Of two populations of one seed the larger begins with the rows of the smaller,
// up to 200,000 users.
type Population struct {
	// User is the applicant of the first row, who has everything there is: every
	// field of the profile, ENT results, an awarded grant, a standing consent to
	// the policy, answers to a survey, a consent to university 013 for every category that one may be
	// given and to 027 for the default ones, and none to 190. But for the ids,
	// they are the same in every population.
	User uuid.UUID

	Clients           []Client
	Applicants        []Applicant
	EntResults        []EntResult
	GrantApplications []GrantApplication
	GrantChoices      []GrantChoice
	Consents          []Consent
	Leads             []Lead
	Surveys           []Survey
	SurveyAnswers     []SurveyAnswer
}

// Client is a row of the table client.
type Client struct {
	ID            string
	Name          string
	Audience      privacy.Audience
	Purposes      []privacy.Purpose
	University    *string
	AgreementFrom *time.Time
	AgreementTo   *time.Time
}

// Applicant is a row of the table applicant.
type Applicant struct {
	UserID          uuid.UUID
	FamilyName      *string
	GivenName       *string
	Patronymic      *string
	IIN             *applicant.IIN
	BirthDate       *time.Time
	Sex             *applicant.Sex
	Phone           applicant.PhoneNumber
	Email           *applicant.Email
	ProfileSubjects []applicant.Subject
	Region          *string
	Address         *string
	RestrictedAt    *time.Time
	CreatedAt       time.Time
}

// EntResult is a row of the table ent_result.
type EntResult struct {
	UserID     uuid.UUID
	ID         uuid.UUID
	Year       int
	Session    applicant.EntSession
	Total      int
	Subjects   []applicant.Subject
	Scores     []int64
	Language   applicant.EntLanguage
	TestDate   *time.Time
	Place      *string
	TesteeCode *string
}

// GrantApplication is a row of the table grant_application.
type GrantApplication struct {
	UserID uuid.UUID
	ID     uuid.UUID
	Year   int
	Status applicant.GrantStatus
	Quotas []applicant.GrantQuota
	Award  *GrantAward
}

// GrantAward is the award in a row of the table grant_application: one of the
// application's choices.
type GrantAward struct {
	Programme  string
	University string
	Priority   int
	Quota      *applicant.GrantQuota
}

// GrantChoice is a row of the table grant_choice.
type GrantChoice struct {
	UserID        uuid.UUID
	ApplicationID uuid.UUID
	Priority      int
	Programme     string
	University    string
}

// Consent is a row of the table consent.
type Consent struct {
	UserID      uuid.UUID
	ID          uuid.UUID
	Basis       privacy.Basis
	University  *string
	Survey      *string // in its first version
	Categories  privacy.Set
	GivenAt     time.Time
	ExpiresAt   time.Time
	WithdrawnAt *time.Time
}

// Lead is a row of the table lead.
type Lead struct {
	UserID            uuid.UUID
	University        string
	ID                uuid.UUID
	ConsentID         uuid.UUID
	RequestedAt       time.Time
	Programme         *string
	PreferredLanguage *applicant.Language
}

// Generate makes a population. It is a pure function of its options.
func Generate(o Options) *Population {
	g := newGenerator(o)
	g.addClients()
	g.addTheUser()
	for n := 1; n < o.Users; n++ {
		g.addPerson(n)
	}
	return g.out
}

// generator is a population in the making.
type generator struct {
	source

	out    *Population
	births *births
	codes  int // how many testee codes were issued

	kazakhs, russians people
	languages         urn[applicant.EntLanguage]
	regions           urn[region]
	sittings          urn[sitting]
	combinations      urn[combination]
	programmes        map[string]urn[programme] // by combination
	universities      urn[university]
	partners          urn[university]
	offer             offer
}

func newGenerator(o Options) *generator {
	share := func(u university) int { return u.share }
	all := newUrn(universities(), share)
	return &generator{
		source:       newSource(o.Seed),
		out:          &Population{},
		births:       newBirths(o.Users),
		kazakhs:      kazakhs(),
		russians:     russians(),
		languages:    newUrn(languages(), languageShare),
		regions:      newUrn(regions(), func(r region) int { return r.share }),
		sittings:     newUrn(sittings(), func(s sitting) int { return s.share }),
		combinations: newUrn(combinations(), func(c combination) int { return c.share }),
		programmes:   programmesByCombination(),
		universities: all,
		partners:     all.only(func(u university) bool { return u.is(partner) }),
		offer:        newOffer(),
	}
}

// languages are the languages of the ENT.
func languages() []applicant.EntLanguage {
	return []applicant.EntLanguage{applicant.EntLanguageKk, applicant.EntLanguageRu, applicant.EntLanguageEn}
}

// languageShare is how many of 10,000 took the ENT of 2026 in a language.
func languageShare(l applicant.EntLanguage) int {
	switch l {
	case applicant.EntLanguageKk:
		return 7500
	case applicant.EntLanguageRu:
		return 2485
	case applicant.EntLanguageEn:
		return 15
	default:
		return 0
	}
}

// The calendar of the population: an applicant joins between opening and
// closing, and nothing happens from horizon on.
func opening() time.Time { return day(2025, time.November, 1) }
func closing() time.Time { return day(2026, time.October, 1) }
func horizon() time.Time { return day(2026, time.November, 1) }

// farTerm is when a consent expires that does not expire earlier.
func farTerm() time.Time { return day(2030, time.December, 31) }

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}
