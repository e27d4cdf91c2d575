package applicant

import (
	_ "embed" // ent_maxima.tsv, ent_sessions.tsv
	"slices"
	"strconv"
	"strings"
)

// maximaTSV tells what the ENT of a year has: for each slot of a certificate the
// maximum, the least score to compete with, and the source. The two profile
// subjects have a slot PROFILE each, or a slot CREATIVE each where a university
// examines instead; what is not published is empty.
//
//go:embed ent_maxima.tsv
var maximaTSV string

// sessionsTSV tells the first and the last day (MM-DD) of a session of the ENT.
// The year * stands for all others.
//
//go:embed ent_sessions.tsv
var sessionsTSV string

// maxima are the maxima of a year by slot; what is not published is absent.
type maxima map[string]int32

// The slots of maximaTSV that are no subjects.
const (
	slotProfile  = "PROFILE"
	slotCreative = "CREATIVE"
	slotTotal    = "TOTAL"
)

// maximaOf finds the maxima of a year; nil if the rules of that year are not
// known here.
func maximaOf(year int32) maxima {
	var m maxima
	for cells := range table(maximaTSV, strconv.Itoa(int(year))) {
		if m == nil {
			m = maxima{}
		}
		if maximum, err := strconv.ParseInt(cells[2], 10, 32); err == nil {
			m[cells[1]] = int32(maximum)
		}
	}
	return m
}

// of is the most that a subject may score: where no maximum is published, the
// most that all may score together.
func (m maxima) of(s Subject) int32 {
	if maximum, published := m[slot(s)]; published {
		return maximum
	}
	return m[slotTotal]
}

func slot(s Subject) string {
	switch s {
	case SubjectHistoryKz, SubjectMathLit, SubjectReadLit:
		return string(s)
	case SubjectCreative1, SubjectCreative2:
		return slotCreative
	default:
		return slotProfile
	}
}

// held tells whether a session of a year was held, or may have been, on a day.
func held(year int32, session EntSession, d Date) bool {
	if d.Year() != int(year) {
		return false
	}
	day := d.Format("01-02")
	for cells := range table(sessionsTSV, strconv.Itoa(int(year)), "*") {
		if cells[1] == string(session) {
			return cells[2] <= day && day <= cells[3] // a year of its own stands before *
		}
	}
	return false
}

// table reads the lines of a table whose first cell is one of these.
func table(tsv string, first ...string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for l := range strings.Lines(tsv) {
			cell, _, _ := strings.Cut(l, "\t")
			if slices.Contains(first, cell) && !yield(strings.Split(strings.TrimRight(l, "\n"), "\t")) {
				return
			}
		}
	}
}
