package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// fault is one thing that is wrong with the schema, and what to do about it.
type fault struct {
	file  string
	line  int
	at    string // the schema coordinate
	wrong string
	todo  string
}

func (f fault) String() string {
	return fmt.Sprintf("%s:%d: %s: %s; %s", f.file, f.line, f.at, f.wrong, f.todo)
}

// faults are all that is wrong with the schema.
type faults []fault

// err has a line for each fault, in the order of the schema; nil if there is none.
func (fs faults) err() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortFunc(fs, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.String(), b.String()))
	})
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return errors.New(strings.Join(lines, "\n"))
}

// report adds a fault at a place of the schema.
func (fs *faults) report(pos *ast.Position, at, wrong, todo string) {
	*fs = append(*fs, fault{file: pos.Src.Name, line: pos.Line, at: at, wrong: wrong, todo: todo})
}
