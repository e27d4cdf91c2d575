package sheet

import (
	"context"
	"encoding/csv"
	"errors"
	"io"

	"joo.kz/kelisim/internal/applicant"
)

// Of how many rows a batch is, and how many are written at a time.
const (
	batch   = 2000
	abreast = 4
)

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

// Import reads a sheet to its end and has it written batch by batch, several at a
// time; after each, in the order of the sheet, rejected rows go to rejects, and
// progress is told the count so far. It fails with an [Error] where the sheet cannot be
// read on, and as write does: what was written stays, and the count tells of it.
//
// A row is written once: one that is about the same as a row before it is rejected.
func (s *Sheet[T]) Import(ctx context.Context, write Write[T], rejects io.Writer, progress func(Count)) (Count, error) {
	settled := settling[T]{sheet: s, count: Count{Reasons: map[string]int{}}, out: csv.NewWriter(rejects), progress: progress}
	for broken := error(nil); broken == nil && settled.err == nil; {
		var entries []entry[T]
		entries, broken = s.batch()
		settled.queue = append(settled.queue, s.begin(ctx, entries, write))
		if !errors.Is(broken, io.EOF) {
			settled.fail(broken)
		}
		settled.next(abreast - 1)
	}
	settled.next(0)
	return settled.count, settled.err
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

// written is a batch whose fates come when it is written, or else an error.
type written[T any] struct {
	entries []entry[T]
	fates   []Fate
	err     error
	done    chan struct{}
}

// begin has the good rows of a batch written.
func (s *Sheet[T]) begin(ctx context.Context, entries []entry[T], write Write[T]) *written[T] {
	w := &written[T]{entries: entries, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		w.fates, w.err = s.write(ctx, entries, write)
	}()
	return w
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
	told, err := write(ctx, good)
	if err != nil {
		return nil, err
	}
	for i, fate := range told {
		for j, f := range fate.Faults {
			fate.Faults[j].Path = s.kind.column(f.Path)
		}
		fates[at[i]] = fate
	}
	return fates, nil
}
