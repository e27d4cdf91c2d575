package mutant_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

const module = "joo.kz/kelisim"

// outcome is what became of tests.
type outcome struct {
	failed bool
	first  test          // that failed; none where the tests could not be built or begun
	passed map[test]bool // those that did
	said   string        // what was said where none failed and yet all did not pass
}

// event is a line of `go test -json` (go doc test2json).
type event struct{ Action, Package, Test, Output string }

func (e event) test() test {
	return test{"." + strings.TrimPrefix(e.Package, module), e.Test}
}

// read reads the events of tests. A subtest fails before the test that it is part
// of, so the first is the one that says most.
func read(t *testing.T, out io.Reader) outcome {
	t.Helper()
	o := outcome{passed: map[test]bool{}}
	for d := json.NewDecoder(out); ; {
		var e event
		err := d.Decode(&e)
		if errors.Is(err, io.EOF) {
			return o
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Action == "pass" && e.Test != "":
			o.passed[e.test()] = true
		case e.Action == "fail" && e.Test != "" && o.first == test{}:
			o.first = e.test()
		case e.Test == "":
			o.said += e.Output
		}
	}
}
