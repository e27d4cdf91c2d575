package applicant_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// scores are scores in the order of the subjects given.
func scores(subjects []applicant.Subject, points ...int32) []applicant.SubjectScoreInput {
	list := make([]applicant.SubjectScoreInput, len(subjects))
	for i, s := range subjects {
		list[i] = applicant.SubjectScoreInput{Subject: s, Score: points[i]}
	}
	return list
}

func certificate(profile []applicant.Subject) []applicant.Subject {
	compulsory := []applicant.Subject{applicant.SubjectHistoryKz, applicant.SubjectMathLit, applicant.SubjectReadLit}
	if profile[0] == applicant.SubjectCreative1 {
		compulsory = []applicant.Subject{applicant.SubjectHistoryKz, applicant.SubjectReadLit}
	}
	return slices.Concat(compulsory, profile)
}

func sitting() applicant.EntResultInput {
	return applicant.EntResultInput{
		Year: 2026, Session: applicant.EntSessionMain, Language: applicant.EntLanguageKk,
		Scores:   scores(certificate(informatics()), 18, 9, 10, 44, 41),
		TestDate: new(day(2026, time.May, 20)), Place: new("ППЕНТ № 7,  Алматы"), TesteeCode: new("990000001"),
	}
}

func TestSitting(t *testing.T) {
	in := sitting()
	slices.Reverse(in.Scores)
	s, faults := in.Validate(catalogue(), admission())
	expect(t, "sitting", faults)
	if s.Total != 122 || !slices.Equal(s.Scores, scores(certificate(informatics()), 18, 9, 10, 44, 41)) {
		t.Errorf("total %d, %v", s.Total, s.Scores)
	}
	if *s.Place != "ППЕНТ № 7, Алматы" || *s.TesteeCode != "990000001" || !s.TestDate.Equal(in.TestDate.Time) {
		t.Errorf("%q, %q, %v", *s.Place, *s.TesteeCode, s.TestDate)
	}
	if in.Scores[0].Subject != applicant.SubjectInformatics {
		t.Error("the input's own scores were put in order")
	}
	in.TestDate, in.Place, in.TesteeCode = nil, nil, nil
	s, faults = in.Validate(catalogue(), admission())
	expect(t, "without what may be missing", faults)
	if s.TestDate != nil || s.Place != nil || s.TesteeCode != nil {
		t.Error("something was made up")
	}
}

func TestScores(t *testing.T) {
	usual, arts := certificate(informatics()), certificate(creative())
	for _, c := range []struct {
		name   string
		year   int32
		scores []applicant.SubjectScoreInput
		total  int32
		want   string
	}{
		{"nothing", 2026, scores(usual, 0, 0, 0, 0, 0), 0, ""},
		{"below the thresholds", 2026, scores(usual, 4, 2, 2, 4, 4), 16, ""},
		{"all of 2026", 2026, scores(usual, 20, 10, 10, 50, 50), 140, ""},
		{"all of 2025", 2025, scores(usual, 20, 10, 10, 50, 50), 140, ""},
		{"all of 2024", 2024, scores(usual, 20, 10, 10, 50, 50), 140, ""},
		{"all of 2023", 2023, scores(usual, 20, 15, 15, 45, 45), 140, ""},
		{"all of 2022", 2022, scores(usual, 15, 15, 20, 45, 45), 140, ""},
		{"history", 2026, scores(usual, 21, 0, 0, 0, 0), 0, "scores.0.score RANGE"},
		{"mathematical literacy", 2026, scores(usual, 0, 11, 0, 0, 0), 0, "scores.1.score RANGE"},
		{"reading literacy", 2026, scores(usual, 0, 0, 11, 0, 0), 0, "scores.2.score RANGE"},
		{"first profile subject", 2026, scores(usual, 0, 0, 0, 51, 0), 0, "scores.3.score RANGE"},
		{"profile subject of 2023", 2023, scores(usual, 0, 0, 0, 0, 46), 0, "scores.4.score RANGE"},
		{"below nought", 2026, scores(usual, 0, 0, 0, 0, -1), 0, "scores.4.score RANGE"},
		{"creative", 2026, scores(arts, 20, 10, 55, 55), 140, ""},
		{"creative, mostly one", 2026, scores(arts, 0, 0, 140, 0), 140, ""},
		{"creative together", 2026, scores(arts, 20, 10, 56, 55), 0, "scores TOTAL"},
		{"creative alone", 2026, scores(arts, 0, 0, 141, 0), 0, "scores.2.score RANGE"},
		{"creative beyond 32 bits", 2026, scores(arts, 0, 0, 1<<31-1, 1), 0, "scores.2.score RANGE"},
		{"creative with mathematical literacy", 2026, scores(certificateWith(creative()), 0, 0, 0, 0, 0), 0, "scores SUBJECTS"},
		{"creative with mathematical literacy for reading", 2026, scores(slices.Concat(certificate(informatics())[:2], creative()), 0, 0, 0, 0), 0, "scores SUBJECTS"},
		{"no scores", 2026, nil, 0, "scores COMBINATION"},
		{"one profile subject", 2026, scores(usual[:4], 0, 0, 0, 0), 0, "scores COMBINATION"},
		{"no reading literacy", 2026, scores(slices.Delete(slices.Clone(usual), 2, 3), 0, 0, 0, 0), 0, "scores SUBJECTS"},
		{"creative without history", 2026, scores(arts[1:], 0, 0, 0), 0, "scores SUBJECTS"},
		{"not offered", 2026, scores(certificate(pair(applicant.SubjectMath, applicant.SubjectBiology)), 0, 0, 0, 0, 0), 0, "scores COMBINATION"},
		{"one creative exam", 2026, scores(certificate(pair(applicant.SubjectMath, applicant.SubjectCreative1)), 0, 0, 0, 0, 0), 0, "scores COMBINATION"},
		{"twice", 2026, scores(certificate(pair(applicant.SubjectMath, applicant.SubjectMath)), 0, 0, 0, 0, 0), 0, "scores.4.subject DOUBLE"},
		{"no subject", 2026, scores(certificate(pair(applicant.SubjectMath, "ALGEBRA")), 0, 0, 0, 0, 0), 0, "scores.4.subject ENUM"},
		{"six", 2026, scores(append(slices.Clone(usual), applicant.SubjectPhysics), 0, 0, 0, 0, 0, 0), 0, "scores COUNT"},
	} {
		in := applicant.EntResultInput{Year: c.year, Session: applicant.EntSessionMain, Language: applicant.EntLanguageRu, Scores: c.scores}
		s, faults := in.Validate(catalogue(), admission())
		expect(t, c.name, faults, c.want)
		if s.Total != c.total || len(faults) > 0 && len(s.Scores) > 0 {
			t.Errorf("%s: total %d, %d scores", c.name, s.Total, len(s.Scores))
		}
	}
}

// certificateWith has mathematical literacy among any profile subjects.
func certificateWith(profile []applicant.Subject) []applicant.Subject {
	return slices.Concat(certificate(informatics())[:3], profile)
}

func TestSittingFields(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*applicant.EntResultInput)
		want   string
	}{
		{"next year", func(in *applicant.EntResultInput) { in.Year, in.TestDate = 2027, nil }, "year FUTURE_YEAR"},
		{"a year of other rules", func(in *applicant.EntResultInput) { in.Year, in.TestDate = 2021, nil }, "year UNKNOWN_YEAR"},
		{"session", func(in *applicant.EntResultInput) { in.Session, in.TestDate = "MAY", nil }, "session ENUM"},
		{"language", func(in *applicant.EntResultInput) { in.Language = "DE" }, "language ENUM"},
		{"place", func(in *applicant.EntResultInput) { in.Place = new("") }, "place EMPTY"},
		{"long place", func(in *applicant.EntResultInput) { in.Place = new(strings.Repeat("ә", 201)) }, "place LENGTH"},
		{"longest place", func(in *applicant.EntResultInput) { in.Place = new(strings.Repeat("ә", 200)) }, ""},
		{"place of two lines", func(in *applicant.EntResultInput) { in.Place = new("а\nб") }, "place CHARACTER"},
		{"six digits", func(in *applicant.EntResultInput) { in.TesteeCode = new("990000") }, ""},
		{"twelve digits", func(in *applicant.EntResultInput) { in.TesteeCode = new("990000000001") }, ""},
		{"five digits", func(in *applicant.EntResultInput) { in.TesteeCode = new("99000") }, "testeeCode LENGTH"},
		{"thirteen digits", func(in *applicant.EntResultInput) { in.TesteeCode = new("9900000000001") }, "testeeCode LENGTH"},
		{"letters", func(in *applicant.EntResultInput) { in.TesteeCode = new("99000000O") }, "testeeCode NON_DIGIT"},
		{"Arabic digits", func(in *applicant.EntResultInput) { in.TesteeCode = new("٩٩٠٠٠٠٠٠١") }, "testeeCode NON_DIGIT"},
		{"no code", func(in *applicant.EntResultInput) { in.TesteeCode = new("") }, "testeeCode EMPTY"},
	} {
		in := sitting()
		c.change(&in)
		_, faults := in.Validate(catalogue(), admission())
		expect(t, c.name, faults, c.want)
	}
}

func TestSessionWindow(t *testing.T) {
	now := time.Date(2026, time.November, 22, 19, 0, 0, 0, time.UTC) // the 23rd in Kazakhstan
	for _, c := range []struct {
		year    int32
		session applicant.EntSession
		day     applicant.Date
		want    string
	}{
		{2026, applicant.EntSessionJanuary, day(2026, time.January, 9), "SESSION_WINDOW"},
		{2026, applicant.EntSessionJanuary, day(2026, time.January, 10), ""},
		{2026, applicant.EntSessionJanuary, day(2026, time.February, 10), ""},
		{2026, applicant.EntSessionJanuary, day(2026, time.February, 11), "SESSION_WINDOW"},
		{2026, applicant.EntSessionMarch, day(2026, time.March, 1), ""},
		{2026, applicant.EntSessionMarch, day(2026, time.April, 6), ""},
		{2026, applicant.EntSessionMarch, day(2026, time.April, 7), "SESSION_WINDOW"},
		{2025, applicant.EntSessionMain, day(2025, time.May, 15), "SESSION_WINDOW"},
		{2025, applicant.EntSessionMain, day(2025, time.July, 7), ""},
		{2025, applicant.EntSessionMain, day(2025, time.July, 8), "SESSION_WINDOW"},
		{2025, applicant.EntSessionMain, day(2026, time.June, 1), "SESSION_WINDOW"}, // another year
		{2026, applicant.EntSessionMain, day(2026, time.May, 1), ""},                // not known to the day
		{2026, applicant.EntSessionMain, day(2026, time.July, 31), ""},
		{2026, applicant.EntSessionMain, day(2026, time.August, 1), "SESSION_WINDOW"},
		{2024, applicant.EntSessionJanuary, day(2024, time.February, 29), ""},
		{2026, applicant.EntSessionAugust, day(2026, time.August, 20), ""},
		{2026, applicant.EntSessionAugust, day(2026, time.November, 23), "SESSION_WINDOW"},
		{2026, applicant.EntSessionAugust, day(2026, time.November, 24), "FUTURE_DATE"},
		{2026, "MAY", day(2026, time.May, 20), "SESSION_WINDOW"},
	} {
		in := sitting()
		in.Year, in.Session, in.TestDate = c.year, c.session, &c.day
		_, faults := in.Validate(catalogue(), now)
		faults = slices.DeleteFunc(faults, func(f applicant.Fault) bool { return f.Path != "testDate" })
		want := ""
		if c.want != "" {
			want = "testDate " + c.want
		}
		expect(t, c.day.Format(time.DateOnly)+" "+string(c.session), faults, want)
	}
}
