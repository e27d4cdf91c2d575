package sheet

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"joo.kz/kelisim/internal/applicant"
)

// Row is a row that was found good: what it says of the person of an IIN.
type Row[T any] struct {
	IIN   applicant.IIN
	Value T
}

// Error tells where a sheet cannot be read, and why, and never what stands there.
type Error struct {
	Line, Column int // from 1; no column where it is the whole line
	What         string
}

func (e *Error) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.What)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// Sheet is a sheet that is being read, row by row.
type Sheet[T any] struct {
	kind   Kind[T]
	csv    *csv.Reader
	header []string
	seen   map[[sha256.Size]byte]struct{} // what the rows so far are about, hashed
}

// rejectColumns are the first columns of a sheet of rejects, which may be imported
// when it has been mended.
func rejectColumns() []string { return []string{"line", "column", "reason"} }

// Open reads the first line of a sheet. It fails with an [Error].
func Open[T any](r io.Reader, k Kind[T]) (*Sheet[T], error) {
	b := bufio.NewReader(r)
	s := &Sheet[T]{kind: k, csv: csv.NewReader(b), seen: map[[sha256.Size]byte]struct{}{}}
	s.csv.FieldsPerRecord = -1 // a row of another length is rejected by itself
	start, _ := b.Peek(b.Size())
	if mark := []byte("\ufeff"); bytes.HasPrefix(start, mark) {
		_, _ = b.Discard(len(mark))
	}
	if first, _, _ := bytes.Cut(start, []byte("\n")); bytes.ContainsRune(first, ';') && !bytes.ContainsRune(first, ',') {
		s.csv.Comma = ';' // as Excel writes it where numbers have a decimal comma
	}
	header, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, &Error{Line: 1, What: "the names of the columns are missing"}
	}
	if err != nil {
		return nil, describe(err)
	}
	return s, s.name(header)
}

// name takes the names of the columns.
func (s *Sheet[T]) name(header []string) error {
	line, _ := s.csv.FieldPos(0)
	for i, name := range header {
		name = strings.TrimSpace(name)
		switch {
		case slices.Contains(s.header, name):
			return &Error{line, i + 1, "the column is there twice"}
		case !s.kind.knows(name):
			return &Error{line, i + 1, "there is no column of that name"}
		}
		s.header = append(s.header, name)
	}
	for _, name := range s.kind.required {
		if !slices.Contains(s.header, name) {
			return &Error{Line: line, What: "the column " + name + " is missing"}
		}
	}
	return nil
}

// entry is a row as it stands in the sheet, and what was read of it.
type entry[T any] struct {
	line   int
	cells  []string
	row    Row[T]
	faults applicant.Faults // with columns for paths
}

// next reads a row. It fails with io.EOF after the last, and with an [Error] where
// the sheet cannot be read on.
func (s *Sheet[T]) next() (entry[T], error) {
	cells, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return entry[T]{}, io.EOF
	}
	if err != nil {
		return entry[T]{}, describe(err)
	}
	e := entry[T]{cells: cells}
	e.line, _ = s.csv.FieldPos(0)
	if len(cells) != len(s.header) {
		e.faults = applicant.Faults{{Reason: reasonCells}}
		return e, nil
	}
	c := &cellReader{header: s.header, cells: cells}
	e.row.IIN, e.row.Value = s.kind.read(c)
	if e.faults = c.faults; len(e.faults) == 0 {
		e.faults = s.doubles(e.row)
	}
	return e, nil
}

// doubles tells in which columns a row is about what one before it is about.
func (s *Sheet[T]) doubles(r Row[T]) (f applicant.Faults) {
	names := s.kind.about(r)
	for _, n := range names {
		if _, seen := s.seen[n.hash()]; seen {
			f = append(f, applicant.Double(n.column)...)
		}
	}
	if len(f) > 0 {
		return f
	}
	for _, n := range names {
		s.seen[n.hash()] = struct{}{}
	}
	return nil
}

// describe is an error of the CSV reader without what it read.
func describe(err error) error {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return &Error{Line: e.Line, What: "not CSV: a quotation mark is out of place"}
	}
	return err
}
