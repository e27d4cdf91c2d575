package applicant_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// catalogue is a small piece of the catalogue.
func catalogue() *applicant.Catalogue {
	return &applicant.Catalogue{
		Regions:      section("710000000", "750000000"),
		Universities: section("013", "027", "190"),
		Programmes:   section("B004", "B009", "B010", "B011", "B031", "B057", "BM086"),
		Combinations: []*applicant.ProfileCombination{
			{Code: "MATH_PHYS", Subjects: pair(applicant.SubjectMath, applicant.SubjectPhysics)},
			{Code: "MATH_INF", Subjects: pair(applicant.SubjectMath, applicant.SubjectInformatics)},
			{Code: "BIO_CHEM", Subjects: pair(applicant.SubjectBiology, applicant.SubjectChemistry)},
			{Code: "CREATIVE", Subjects: creative()},
		},
		ProgrammeCombinations: map[string][]string{
			"B004": {"CREATIVE"}, "B009": {"MATH_PHYS"}, "B010": {"MATH_PHYS"}, "B011": {"MATH_INF"},
			"B031": {"CREATIVE", "MATH_PHYS"}, "B057": {"MATH_INF"}, "BM086": {"BIO_CHEM"},
		},
	}
}

func section(codes ...string) *applicant.Section {
	var entries []applicant.Entry
	for _, code := range codes {
		entries = append(entries, applicant.Entry{Code: code})
	}
	return applicant.NewSection(entries)
}

func pair(a, b applicant.Subject) []applicant.Subject { return []applicant.Subject{a, b} }

func informatics() []applicant.Subject {
	return pair(applicant.SubjectMath, applicant.SubjectInformatics)
}

func creative() []applicant.Subject {
	return pair(applicant.SubjectCreative1, applicant.SubjectCreative2)
}

// to is a change to a value.
func to[T any](v T) applicant.Change[T] { return applicant.Change[T]{Set: true, Value: &v} }

func day(year int, month time.Month, d int) applicant.Date {
	return applicant.Date{Time: time.Date(year, month, d, 0, 0, 0, 0, time.UTC)}
}

// told are faults as words like "iin CHECKSUM".
func told(faults applicant.Faults) []string {
	var words []string
	for _, f := range faults {
		words = append(words, f.Path+" "+f.Reason)
	}
	return words
}

// expect compares faults with words like "iin CHECKSUM", or none.
func expect(t *testing.T, name string, faults applicant.Faults, want ...string) {
	t.Helper()
	want = slices.DeleteFunc(want, func(w string) bool { return w == "" })
	if got := told(faults); !slices.Equal(got, want) {
		t.Errorf("%s: [%s], want [%s]", name, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}
