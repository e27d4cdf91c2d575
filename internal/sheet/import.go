package sheet

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"joo.kz/kelisim/internal/applicant"
)

// batch is how many rows are written at once.
const batch = 2000

// Outcome is what became of a row that was written.
type Outcome int

// The outcomes.
const (
	Rejected Outcome = iota
	New
	Changed
	Same
)

// Fate is what became of a row, and if it was rejected, why.
type Fate struct {
	Outcome Outcome
	Faults  applicant.Faults
}

// Count is how many rows became what.
type Count struct {
	Outcomes [4]int         // by outcome
	Reasons  map[string]int // of the rejected ones, the first of each
}

// Rows is how many rows were read.
func (c Count) Rows() (n int) {
	for _, of := range c.Outcomes {
		n += of
	}
	return n
}

// Write writes a batch of rows, all of it or nothing, and tells the fate of each.
type Write[T any] func(context.Context, []Row[T]) ([]Fate, error)

// Import reads a sheet to its end and has it written batch by batch; after each,
// rejected rows go to rejects, and progress is told the count so far. It fails with
// an [Error] where the sheet cannot be read on, and as write does: what was written
// before stays, and the count tells of it.
//
// A row is written once: one that is about the same as a row before it is rejected.
func (s *Sheet[T]) Import(ctx context.Context, write Write[T], rejects io.Writer, progress func(Count)) (Count, error) {
	count := Count{Reasons: map[string]int{}}
	out := csv.NewWriter(rejects)
	for {
		entries, broken := s.batch()
		fates, err := s.write(ctx, entries, write)
		if err != nil {
			return count, err
		}
		if err := s.settle(out, entries, fates, &count); err != nil {
			return count, err
		}
		progress(count)
		if errors.Is(broken, io.EOF) {
			return count, nil
		}
		if broken != nil {
			return count, broken
		}
	}
}

// batch reads the next rows, and fails as next does: of the rows then returned, all
// were read.
func (s *Sheet[T]) batch() (entries []entry[T], err error) {
	for len(entries) < batch {
		e, err := s.next()
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// write has the good rows written, and tells the fate of all.
func (s *Sheet[T]) write(ctx context.Context, entries []entry[T], write Write[T]) ([]Fate, error) {
	fates, good, at := make([]Fate, len(entries)), []Row[T]{}, []int{}
	for i, e := range entries {
		if fates[i].Faults = e.faults; len(e.faults) == 0 {
			good, at = append(good, e.row), append(at, i)
		}
	}
	if len(good) == 0 {
		return fates, nil
	}
	written, err := write(ctx, good)
	if err != nil {
		return nil, err
	}
	for i, fate := range written {
		for j, f := range fate.Faults {
			fate.Faults[j].Path = s.kind.column(f.Path)
		}
		fates[at[i]] = fate
	}
	return fates, nil
}

// settle counts the rows of a batch and writes down the rejected ones.
func (s *Sheet[T]) settle(out *csv.Writer, entries []entry[T], fates []Fate, count *Count) error {
	for i, fate := range fates {
		if fate.Outcome == Rejected {
			if count.Outcomes[Rejected] == 0 {
				_ = out.Write(append(rejectColumns(), s.given(s.header)...)) // it keeps the error
			}
			count.Reasons[fate.Faults[0].Reason]++
			_ = out.Write(s.reject(entries[i], fate.Faults))
		}
		count.Outcomes[fate.Outcome]++
	}
	out.Flush()
	return out.Error()
}

// reject is a row of the sheet of rejects: where it stands, which columns are at
// fault and why, and the row as it was given.
func (s *Sheet[T]) reject(e entry[T], faults applicant.Faults) []string {
	var columns, reasons []string
	for _, f := range faults {
		columns, reasons = append(columns, f.Path), append(reasons, f.Reason)
	}
	return append([]string{strconv.Itoa(e.line), strings.Join(columns, " "), strings.Join(reasons, " ")}, s.given(e.cells)...)
}

// given are the cells of a line but those that a sheet of rejects put there.
func (s *Sheet[T]) given(cells []string) []string {
	var given []string
	for i, cell := range cells {
		if i >= len(s.header) || !slices.Contains(rejectColumns(), s.header[i]) {
			given = append(given, cell)
		}
	}
	return given
}
