package sheet

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"joo.kz/kelisim/internal/applicant"
)

// settling takes batches as they were read, waits until each is written, counts its
// rows and writes down the rejected ones.
type settling[T any] struct {
	sheet    *Sheet[T]
	queue    []*written[T]
	count    Count
	out      *csv.Writer
	progress func(Count)
	err      error // the first
}

func (s *settling[T]) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// next settles batches until no more than so many are under way. Of those that
// failed nothing is written.
func (s *settling[T]) next(under int) {
	for ; len(s.queue) > under; s.queue = s.queue[1:] {
		w := s.queue[0]
		<-w.done
		s.fail(w.err)
		if w.err == nil {
			s.fail(s.settle(w))
			s.progress(s.count)
		}
	}
}

func (s *settling[T]) settle(w *written[T]) error {
	for i, fate := range w.fates {
		if fate.Outcome == Rejected {
			if s.count.Outcomes[Rejected] == 0 {
				_ = s.out.Write(append(rejectColumns(), s.sheet.given(s.sheet.header)...)) // it keeps the error
			}
			s.count.Reasons[fate.Faults[0].Reason]++
			_ = s.out.Write(s.sheet.reject(w.entries[i], fate.Faults))
		}
		s.count.Outcomes[fate.Outcome]++
	}
	s.out.Flush()
	return s.out.Error()
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
