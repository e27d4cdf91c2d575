package demo_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
)

func hash(t *testing.T, o demo.Options) string {
	t.Helper()
	b, err := json.Marshal(demo.Generate(o))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A change of this hash is a change of everybody's demonstration data: it needs
// no other reason than a wish for it, but it must not come by itself.
func TestGenerateIsAFunctionOfTheSeed(t *testing.T) {
	const released = "2fd12ff8d75e3cdc0c0c49aae482c4df18978d43f9e044d0a8d97c48b13426f7"
	if got := hash(t, demo.Options{Users: 500, Seed: 1}); got != released {
		t.Errorf("seed 1 gives %s", got)
	}
	if hash(t, demo.Options{Users: 500, Seed: 2}) == released {
		t.Error("seed 2 gives the same as seed 1")
	}
}

func TestGenerateGrows(t *testing.T) {
	small, large := demo.Generate(demo.Options{Users: 100, Seed: 7}), demo.Generate(demo.Options{Users: 300, Seed: 7})
	if diff := cmp.Diff(small.Applicants, large.Applicants[:100]); diff != "" {
		t.Errorf("applicants (-small +large):\n%s", diff)
	}
	if diff := cmp.Diff(small.Consents, large.Consents[:len(small.Consents)]); diff != "" {
		t.Errorf("consents (-small +large):\n%s", diff)
	}
}

func TestGenerateCounts(t *testing.T) {
	for users, want := range map[int]int{-1: 1, 0: 1, 1: 1, 2: 2, 50: 50} {
		if got := len(demo.Generate(demo.Options{Users: users}).Applicants); got != want {
			t.Errorf("%d users: %d applicants", users, got)
		}
	}
}

// One large population, looked at from all sides.
func TestPopulation(t *testing.T) {
	p := demo.Generate(demo.Options{Users: 20_000, Seed: 3})
	for _, c := range []struct {
		name  string
		check func(*testing.T, *demo.Population)
	}{
		{"IINs", checkIINs},
		{"contacts", checkContacts},
		{"names", checkNames},
		{"calendar", checkCalendar},
		{"ids", checkIDs},
		{"languages", checkLanguages},
		{"combinations", checkCombinations},
		{"bands", checkBands},
		{"scores", checkScores},
		{"sessions", checkSessions},
		{"applications", checkApplications},
		{"choices", checkChoices},
		{"thresholds", checkThresholds},
		{"awards", checkAwards},
		{"chances", checkChances},
		{"policy consents", checkPolicyConsents},
		{"consultation consents", checkConsultationConsents},
		{"leads", checkLeads},
		{"clients", checkClients},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, p) })
	}
}

func checkIINs(t *testing.T, p *demo.Population) {
	t.Helper()
	seen := map[applicant.IIN]bool{}
	for _, a := range p.Applicants {
		if a.IIN == nil {
			continue
		}
		iin, err := applicant.ParseIIN(string(*a.IIN), p.Applicants[0].CreatedAt)
		if err != nil || iin[7:9] != "99" || seen[iin] {
			t.Fatalf("%s: %v, or outside the block, or twice", *a.IIN, err)
		}
		seen[iin] = true
		if !iin.BirthDate().Equal(*a.BirthDate) || iin.Sex() != *a.Sex {
			t.Errorf("%s: born %s, %s", iin, a.BirthDate, *a.Sex)
		}
		if year := a.BirthDate.Year(); year < 2007 || year > 2010 {
			t.Errorf("%s: born in %d", iin, year)
		}
	}
	around(t, "with an IIN", share(len(seen), len(p.Applicants)), 0.96, 0.01)
}

// Beyond 200,000 some are older; the distinguished applicant stays the same.
func TestALargePopulation(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	p := demo.Generate(demo.Options{Users: 201_000, Seed: 5})
	seen, older := map[applicant.IIN]bool{}, 0
	for _, a := range p.Applicants {
		if a.IIN == nil {
			continue
		}
		if seen[*a.IIN] || (*a.IIN)[7:9] != "99" {
			t.Fatalf("%s: outside the block, or twice", *a.IIN)
		}
		seen[*a.IIN] = true
		if a.IIN.BirthDate().Before(date(2007, time.July, 1)) {
			older++
		}
	}
	around(t, "older", share(older, 1000), 0.96, 0.03)
	if diff := cmp.Diff(theUser(demo.Generate(demo.Options{Seed: 5})), theUser(p)); diff != "" {
		t.Errorf("alone and among many (-alone +among):\n%s", diff)
	}
}

func checkContacts(t *testing.T, p *demo.Population) {
	t.Helper()
	phones, emails := map[applicant.PhoneNumber]bool{}, map[applicant.Email]bool{}
	for _, a := range p.Applicants {
		if _, err := applicant.ParsePhoneNumber(string(a.Phone)); err != nil || phones[a.Phone] {
			t.Errorf("%s: %v, or twice", a.Phone, err)
		}
		if !strings.HasPrefix(string(a.Phone), "+777100") {
			t.Errorf("%s: not of the block", a.Phone)
		}
		phones[a.Phone] = true
		if a.Email == nil {
			continue
		}
		if _, err := applicant.ParseEmail(string(*a.Email)); err != nil || emails[*a.Email] {
			t.Errorf("%s: %v, or twice", *a.Email, err)
		}
		emails[*a.Email] = true
		if _, domain, _ := strings.Cut(string(*a.Email), "@"); !strings.HasPrefix(domain, "example.") {
			t.Errorf("%s: a domain that may exist", *a.Email)
		}
	}
	around(t, "with an e-mail address", share(len(emails), len(p.Applicants)), 0.85, 0.01)
}

func checkNames(t *testing.T, p *demo.Population) {
	t.Helper()
	var letters strings.Builder
	patronymics, single := 0, 0
	for _, a := range p.Applicants {
		letters.WriteString(*a.GivenName)
		if a.FamilyName == nil {
			single++
			continue
		}
		letters.WriteString(*a.FamilyName)
		if a.Patronymic != nil {
			patronymics++
		}
	}
	if !strings.ContainsAny(letters.String(), "ё") {
		t.Error("no Russian names")
	}
	for _, letter := range "ӘҒҚҢӨҰҮҺІ" {
		if !strings.Contains(strings.ToUpper(letters.String()), string(letter)) {
			t.Errorf("no name has %c", letter)
		}
	}
	around(t, "with a patronymic", share(patronymics, len(p.Applicants)), 0.88, 0.01)
	around(t, "with a single name", share(single, len(p.Applicants)), 0.003, 0.002)
}

func checkCalendar(t *testing.T, p *demo.Population) {
	t.Helper()
	end := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	restricted := 0
	for _, a := range p.Applicants {
		if a.RestrictedAt != nil {
			restricted++
		}
		if a.CreatedAt.After(end) || a.RestrictedAt != nil && (a.RestrictedAt.After(end) || a.RestrictedAt.Before(a.CreatedAt)) {
			t.Errorf("created %s, restricted %s", a.CreatedAt, a.RestrictedAt)
		}
	}
	for _, c := range p.Consents {
		if c.GivenAt.After(end) || c.WithdrawnAt != nil && c.WithdrawnAt.After(end) {
			t.Errorf("given %s, withdrawn %s", c.GivenAt, c.WithdrawnAt)
		}
		if !c.ExpiresAt.After(c.GivenAt) || c.WithdrawnAt != nil && c.WithdrawnAt.Before(c.GivenAt) {
			t.Errorf("given %s, withdrawn %s, expires %s", c.GivenAt, c.WithdrawnAt, c.ExpiresAt)
		}
	}
	around(t, "restricted", share(restricted, len(p.Applicants)), 0.025, 0.01)
}

func checkIDs(t *testing.T, p *demo.Population) {
	t.Helper()
	var ids []uuid.UUID
	for _, a := range p.Applicants {
		ids = append(ids, a.UserID)
	}
	for _, c := range p.Consents {
		ids = append(ids, c.ID)
	}
	for _, l := range p.Leads {
		ids = append(ids, l.ID)
	}
	for _, r := range p.EntResults {
		ids = append(ids, r.ID)
	}
	seen := map[uuid.UUID]bool{}
	for _, id := range ids {
		if seen[id] || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
			t.Fatalf("%s: twice, or not of version 4", id)
		}
		seen[id] = true
	}
}

func share(part, whole int) float64 { return float64(part) / float64(whole) }

// around checks a share against the one that it should be near.
func around(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if got < want-tolerance || got > want+tolerance {
		t.Errorf("%s: %.4f, want %.4f ± %.4f", what, got, want, tolerance)
	}
}
