package proof_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// progress is what is kept of a run while it goes on. A run that was interrupted
// goes on from there; one that has failed begins anew, since what mends it is
// another program.
type progress struct {
	Done  int            `json:"done"`
	Cells map[string]int `json:"cells"`
	Tried map[string]int `json:"tried"`
}

// stateFile is where a test keeps its progress; empty where it is not asked to.
func stateFile(suffix string) string {
	state := os.Getenv("PROVE_STATE")
	if state == "" {
		return ""
	}
	return strings.TrimSuffix(state, ".json") + suffix + ".json"
}

// resume takes up the counts of a run that was interrupted, and tells how far it was.
func (s *suspicion) resume(t *testing.T) int {
	t.Helper()
	p := progress{Tried: s.tried}
	read(t, stateFile(""), &p)
	for key := range s.cells.n {
		s.cells.n[key] = p.Cells[key.String()]
	}
	return p.Done
}

func (s *suspicion) keep(t *testing.T, done int) {
	t.Helper()
	if file := stateFile(""); file != "" {
		write(t, file, progress{done, s.cells.table(), s.tried})
	}
}

// forget ends what interrupted runs would go on with.
func forget(suffixes ...string) {
	for _, suffix := range suffixes {
		if file := stateFile(suffix); file != "" {
			_ = os.Remove(file)
		}
	}
}

// read reads a file, if there is one.
func read(t *testing.T, file string, into any) {
	t.Helper()
	if file == "" {
		return
	}
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

// write writes a file that is whole whenever the run is interrupted.
func write(t *testing.T, file string, v any) {
	t.Helper()
	encoded, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		err = os.WriteFile(file+".new", encoded, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		t.Fatal(err)
	}
}
