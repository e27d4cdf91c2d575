package sheet

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// The reasons that a row is rejected for beside those of package applicant.
const (
	reasonCells  = "CELLS"  // more or fewer than there are columns
	reasonSyntax = "SYNTAX" // not a number, or not a date like 2026-06-01
)

// Kind is what the rows of a sheet are.
type Kind[T any] struct {
	Name string // as the command line has it

	required []string
	optional func(column string) bool
	read     func(*cellReader) (applicant.IIN, T)
	about    func(Row[T]) []name
	column   func(path string) string // of a fault that is found when a row is written
}

func (k Kind[T]) knows(column string) bool {
	return slices.Contains(k.required, column) || k.optional(column) || slices.Contains(rejectColumns(), column)
}

// name is by what a row may be known for the same as another, and in which column.
type name struct {
	column string
	of     []any
}

func (n name) hash() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%s %q", n.column, n.of))
}

// cellReader reads the cells of one row and notes what is wrong with them. Space
// around a value means nothing; an empty cell is none.
type cellReader struct {
	header, cells []string
	faults        applicant.Faults
}

func (c *cellReader) text(column string) string {
	i := slices.Index(c.header, column)
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(c.cells[i])
}

// optional is a text that may be missing.
func (c *cellReader) optional(column string) *string {
	if s := c.text(column); s != "" {
		return &s
	}
	return nil
}

func (c *cellReader) fault(column, reason string) {
	c.faults = append(c.faults, applicant.Fault{Path: column, Reason: reason})
}

func (c *cellReader) number(column string) int32 {
	n, err := strconv.ParseInt(c.text(column), 10, 32)
	if err != nil {
		c.fault(column, reasonSyntax)
	}
	return int32(n)
}

func (c *cellReader) date(column string) *applicant.Date {
	s := c.text(column)
	if s == "" {
		return nil
	}
	d, err := applicant.ParseDate(s)
	if err != nil {
		c.fault(column, reasonSyntax)
	}
	return &d
}

func (c *cellReader) iin(now time.Time) applicant.IIN {
	iin, err := applicant.ParseIIN(c.text("iin"), now)
	if err != nil {
		c.fault("iin", err.Error())
	}
	return iin
}
