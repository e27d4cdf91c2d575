package applicant

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// EntResultInput is the result of one sitting of the ENT, as a person gives it.
type EntResultInput struct {
	Year       int32
	Session    EntSession
	Scores     []SubjectScoreInput
	Language   EntLanguage
	TestDate   *Date
	Place      *string
	TesteeCode *string
}

// SubjectScoreInput is the score in one subject.
type SubjectScoreInput struct {
	Subject Subject
	Score   int32
}

// Sitting is an [EntResultInput] that was found good, with its values normalised
// and its scores in the order of the certificate.
type Sitting struct {
	Year       int32
	Session    EntSession
	Total      int32
	Scores     []SubjectScoreInput
	Language   EntLanguage
	TestDate   *Date
	Place      *string
	TesteeCode *string
}

// mostSubjects is how many subjects a sitting has: three that everybody takes and
// two profile subjects.
const mostSubjects = 5

// Validate normalises the result of a sitting and adds up its total, or tells what
// is wrong with it: then the sitting is empty. A score below a threshold is a
// result like any other.
func (in EntResultInput) Validate(c *Catalogue, now time.Time) (Sitting, Faults) {
	var f Faults
	day := today(now)
	s := Sitting{Year: in.Year, Session: in.Session, Language: in.Language}
	m := maximaOf(in.Year)
	f.add("year", checkYear(in.Year, day, m != nil))
	f.unless(in.Session.Valid(), "session", reasonEnum)
	s.Scores, s.Total = in.certificate(c, m, &f)
	f.unless(in.Language.Valid(), "language", reasonEnum)
	s.TestDate = given(&f, "testDate", in.TestDate, func(d Date) (Date, string) { return d, in.checkDate(d, day) })
	s.Place = given(&f, "place", in.Place, place)
	s.TesteeCode = given(&f, "testeeCode", in.TesteeCode, testeeCode)
	if len(f) > 0 {
		return Sitting{}, f
	}
	return s, nil
}

// certificate puts the scores in the order of the certificate and adds them up.
// Without maxima it does not look at the scores.
func (in EntResultInput) certificate(c *Catalogue, m maxima, f *Faults) ([]SubjectScoreInput, int32) {
	if !in.checkScores(m, f) {
		return nil, 0
	}
	order, reason := c.papers(in.subjects())
	if reason != "" {
		f.add("scores", reason)
		return nil, 0
	}
	scores, total := slices.Clone(in.Scores), int32(0)
	slices.SortFunc(scores, func(a, b SubjectScoreInput) int {
		return slices.Index(order, a.Subject) - slices.Index(order, b.Subject)
	})
	for _, s := range scores {
		total += s.Score
	}
	f.unless(m == nil || total <= m[slotTotal], "scores", reasonTotal)
	return scores, total
}

// checkScores looks at each score by itself, and tells whether all are good.
func (in EntResultInput) checkScores(m maxima, f *Faults) bool {
	if len(in.Scores) > mostSubjects {
		f.add("scores", reasonCount)
		return false
	}
	before := len(*f)
	for i, s := range in.Scores {
		path := "scores." + strconv.Itoa(i)
		f.unless(s.Subject.Valid(), path+".subject", reasonEnum)
		f.unless(!slices.Contains(in.subjects()[:i], s.Subject), path+".subject", reasonDouble)
		f.unless(m == nil || 0 <= s.Score && s.Score <= m.of(s.Subject), path+".score", reasonRange)
	}
	return len(*f) == before
}

func (in EntResultInput) subjects() []Subject {
	subjects := make([]Subject, len(in.Scores))
	for i, s := range in.Scores {
		subjects[i] = s.Subject
	}
	return subjects
}

// papers lists the subjects of a sitting, no two of them the same, in the order of
// the certificate, or tells why there is no such sitting. Whoever takes the
// creative exams takes no mathematical literacy.
func (c *Catalogue) papers(subjects []Subject) ([]Subject, string) {
	compulsory := []Subject{SubjectHistoryKz, SubjectMathLit, SubjectReadLit}
	profile := slices.DeleteFunc(slices.Clone(subjects), func(s Subject) bool { return slices.Contains(compulsory, s) })
	offered := c.combination(profile)
	if offered == nil {
		return nil, reasonCombination
	}
	if slot(profile[0]) == slotCreative {
		compulsory = []Subject{SubjectHistoryKz, SubjectReadLit}
	}
	order := slices.Concat(compulsory, offered.Subjects)
	missing := func(s Subject) bool { return !slices.Contains(subjects, s) }
	if len(order) != len(subjects) || slices.ContainsFunc(order, missing) {
		return nil, reasonSubjects
	}
	return order, ""
}

// checkYear tells what is wrong with a year.
func checkYear(year int32, day time.Time, known bool) (reason string) {
	switch {
	case int(year) > day.Year():
		return reasonFutureYear
	case !known:
		return reasonUnknownYear
	default:
		return ""
	}
}

// checkDate tells what is wrong with the day of the sitting.
func (in EntResultInput) checkDate(d Date, day time.Time) (reason string) {
	switch {
	case d.After(day):
		return reasonFutureDate
	case !held(in.Year, in.Session, d):
		return reasonSessionWindow
	default:
		return ""
	}
}

// testeeCode reads an ИКТ: 6 to 12 digits, usually nine.
func testeeCode(s string) (string, string) {
	switch {
	case s == "":
		return "", reasonEmpty
	case strings.Trim(s, "0123456789") != "":
		return "", reasonNonDigit
	case len(s) < 6 || len(s) > 12:
		return "", reasonLength
	default:
		return s, ""
	}
}

// given applies a rule to a value, if there is one.
func given[T any](f *Faults, path string, value *T, rule func(T) (T, string)) *T {
	return judge(f, path, Change[T]{Set: true, Value: value}, rule).Value
}
