package demo_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/demo"
)

func checkLanguages(t *testing.T, p *demo.Population) {
	t.Helper()
	results := map[applicant.EntLanguage]int{}
	for _, r := range p.EntResults {
		results[r.Language]++
	}
	for language, want := range map[applicant.EntLanguage]float64{
		applicant.EntLanguageKk: 0.75, applicant.EntLanguageRu: 0.248, applicant.EntLanguageEn: 0.0015,
	} {
		tolerance := 0.01
		if language == applicant.EntLanguageEn {
			tolerance = 0.001
		}
		around(t, string(language), share(results[language], len(p.EntResults)), want, tolerance)
	}
}

// published are the shares of the combinations among those who took no creative
// examinations, of 2026, by their first and second profile subject.
func published() map[[2]applicant.Subject]float64 {
	return map[[2]applicant.Subject]float64{
		{applicant.SubjectMath, applicant.SubjectPhysics}:                      0.199,
		{applicant.SubjectBiology, applicant.SubjectChemistry}:                 0.187,
		{applicant.SubjectMath, applicant.SubjectGeography}:                    0.123,
		{applicant.SubjectMath, applicant.SubjectInformatics}:                  0.116,
		{applicant.SubjectBiology, applicant.SubjectGeography}:                 0.114,
		{applicant.SubjectForeignLanguage, applicant.SubjectWorldHistory}:      0.097,
		{applicant.SubjectGeography, applicant.SubjectForeignLanguage}:         0.039,
		{applicant.SubjectWorldHistory, applicant.SubjectLawBasics}:            0.038,
		{applicant.SubjectWorldHistory, applicant.SubjectGeography}:            0.036,
		{applicant.SubjectKazakhLanguage, applicant.SubjectKazakhLiterature}:   0.033,
		{applicant.SubjectRussianLanguage, applicant.SubjectRussianLiterature}: 0.017,
		{applicant.SubjectChemistry, applicant.SubjectPhysics}:                 0.002,
	}
}

func combinationOf(subjects []applicant.Subject) [2]applicant.Subject {
	return [2]applicant.Subject(subjects[len(subjects)-2:])
}

func checkCombinations(t *testing.T, p *demo.Population) {
	t.Helper()
	creative := [2]applicant.Subject{applicant.SubjectCreative1, applicant.SubjectCreative2}
	takers, all := map[[2]applicant.Subject]int{}, 0
	for _, a := range p.Applicants {
		if a.ProfileSubjects != nil {
			takers[combinationOf(a.ProfileSubjects)]++
			all++
		}
	}
	around(t, "creative", share(takers[creative], all), 0.10, 0.01)
	for combination, want := range published() {
		around(t, string(combination[0]+" "+combination[1]), share(takers[combination], all-takers[creative]), want, 0.01)
	}
	if want := len(published()) + 1; len(takers) != want {
		t.Errorf("%d combinations, want %d", len(takers), want)
	}
}

// best are everybody's best results.
func best(p *demo.Population) map[uuid.UUID]demo.EntResult {
	best := map[uuid.UUID]demo.EntResult{}
	for _, r := range p.EntResults {
		if b, ok := best[r.UserID]; !ok || r.Total > b.Total {
			best[r.UserID] = r
		}
	}
	return best
}

func checkBands(t *testing.T, p *demo.Population) {
	t.Helper()
	low := [8]int{50, 65, 75, 86, 100, 110, 120, 130}
	for combination, takers := range map[[2]applicant.Subject][8]int{
		{applicant.SubjectMath, applicant.SubjectPhysics}:      {13068, 4740, 3802, 3396, 1670, 1042, 477, 117},
		{applicant.SubjectBiology, applicant.SubjectChemistry}: {10149, 5089, 3998, 3476, 1813, 1294, 688, 173},
		{applicant.SubjectMath, applicant.SubjectInformatics}:  {4585, 2709, 2746, 2886, 1673, 1168, 594, 126},
	} {
		sum := 0
		for _, n := range takers {
			sum += n
		}
		got, all := [8]int{}, 0
		for _, r := range best(p) {
			if r.Total < low[0] || combinationOf(r.Subjects) != combination {
				continue
			}
			all++
			band := 7
			for r.Total < low[band] {
				band--
			}
			got[band]++
		}
		for band := range low {
			around(t, string(combination[1]), share(got[band], all), share(takers[band], sum), 0.04)
		}
	}
	below := 0
	for _, r := range best(p) {
		if r.Total < low[0] {
			below++
		}
	}
	around(t, "below 50", share(below, len(best(p))), 0.25, 0.01)
	around(t, "with results", share(len(best(p)), len(p.Applicants)), 0.92, 0.01)
}

func checkScores(t *testing.T, p *demo.Population) {
	t.Helper()
	maximum := map[applicant.Subject]int64{
		applicant.SubjectHistoryKz: 20, applicant.SubjectMathLit: 10, applicant.SubjectReadLit: 10,
	}
	for _, r := range p.EntResults {
		sum := int64(0)
		for i, score := range r.Scores {
			most, ok := maximum[r.Subjects[i]]
			if !ok {
				most = 50
			}
			if score < 0 || score > most {
				t.Errorf("%s: %d", r.Subjects[i], score)
			}
			sum += score
		}
		papers := 5
		if combinationOf(r.Subjects)[0] == applicant.SubjectCreative1 {
			papers = 4
		}
		if sum != int64(r.Total) || len(r.Scores) != papers || len(r.Subjects) != papers {
			t.Errorf("%v in %v are not %d", r.Scores, r.Subjects, r.Total)
		}
		if r.TesteeCode != nil && len(*r.TesteeCode) != 9 {
			t.Errorf("testee code %s", *r.TesteeCode)
		}
	}
}

func checkSessions(t *testing.T, p *demo.Population) {
	t.Helper()
	checkDates(t, p)
	results, sessions := map[uuid.UUID]int{}, map[applicant.EntSession]int{}
	for _, r := range p.EntResults {
		results[r.UserID]++
		sessions[r.Session]++
	}
	for _, n := range results {
		if n > 3 {
			t.Errorf("%d results", n)
		}
	}
	if len(sessions) != 4 {
		t.Errorf("sessions: %v", sessions)
	}
}

func checkDates(t *testing.T, p *demo.Population) {
	t.Helper()
	windows := map[applicant.EntSession][2]time.Time{
		applicant.EntSessionJanuary: {date(2026, 1, 10), date(2026, 2, 10)},
		applicant.EntSessionMarch:   {date(2026, 3, 1), date(2026, 4, 6)},
		applicant.EntSessionMain:    {date(2026, 5, 10), date(2026, 7, 10)},
		applicant.EntSessionAugust:  {date(2026, 8, 1), date(2026, 8, 31)},
	}
	for _, r := range p.EntResults {
		window := windows[r.Session]
		if r.Year == 2025 {
			window = [2]time.Time{date(2025, 5, 16), date(2025, 7, 7)}
		}
		if r.TestDate != nil && (r.TestDate.Before(window[0]) || r.TestDate.After(window[1])) {
			t.Errorf("%s %d on %s", r.Session, r.Year, r.TestDate)
		}
	}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
