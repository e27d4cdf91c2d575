package mutant_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tree is the copy of the tree that is broken. It stands at the same place each
// time, so that Go finds there what it has built before.
type tree struct {
	path   string
	digest string // of its files
}

// copyTree copies what git knows or would know of the tree, but for the breaks:
// they do not fit a mutant, which is no test that catches it.
func copyTree(t *testing.T, to string) tree {
	t.Helper()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for name := range strings.SplitSeq(strings.TrimRight(string(names), "\x00"), "\x00") {
		if strings.HasPrefix(name, "internal/proof/mutant/") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) { // removed, and not committed yet
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(sum, "%s %d %s", name, len(content), content)
		put(t, filepath.Join(to, name), content)
	}
	return tree{to, hex.EncodeToString(sum.Sum(nil))}
}

// put writes a file as one of long ago: Go does not keep the results of tests that
// read what has just been written.
func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o700); err != nil {
		t.Fatal(err)
	}
	ago := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, ago, ago); err != nil {
		t.Fatal(err)
	}
}

// with does something in the tree while a break is in it.
func (r tree) with(t *testing.T, b aBreak, do func()) {
	t.Helper()
	files, err := b.broken(r.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(r.path, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer put(t, path, whole)
		put(t, path, []byte(content))
	}
	do()
}

// run runs tests of the tree and returns what became of them.
func (r tree) run(t *testing.T, args ...string) outcome {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"test", "-json", "-vet=off", "-timeout=10m"}, args...)...)
	command.Dir = r.path
	command.Env = append(os.Environ(), "BREAKS=", "PROVE=", "UPDATE=")
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	err := command.Run()
	o := read(t, &out)
	if o.failed = err != nil; o.failed && o.first == (test{}) {
		o.said += said.String()
	}
	return o
}
