package mutant_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"
)

// memory is what has been caught in a tree; of another tree it knows nothing.
type memory struct {
	Tree   string
	Caught map[string]caught // by the break's name

	file string
}

func recall(t *testing.T, file, tree string) *memory {
	t.Helper()
	m := &memory{}
	content, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err != nil || json.Unmarshal(content, m) != nil || m.Tree != tree {
		m = &memory{Tree: tree, Caught: map[string]caught{}}
	}
	m.file = file
	return m
}

func (m *memory) has(b aBreak) bool {
	c := m.Caught[b.name]
	return c.By != "" && c.Break == b.digest
}

func (m *memory) by(b aBreak) string {
	if !m.has(b) {
		return "NOT CAUGHT"
	}
	return m.Caught[b.name].By
}

func (m *memory) note(t *testing.T, b aBreak, c caught) {
	t.Helper()
	m.Caught[b.name] = c
	content, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
