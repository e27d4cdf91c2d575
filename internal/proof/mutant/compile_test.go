package mutant_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layer is breaks that change different files, by file: what each becomes.
type layer map[string]layered

type layered struct {
	by      string // the break
	content string
}

// has tells whether a break of the layer changes one of the files.
func (l layer) has(files map[string]string) bool {
	for file := range files {
		if _, taken := l[file]; taken {
			return true
		}
	}
	return false
}

// layers lays breaks together, as few times as that can be done.
func layers(t *testing.T) (all []layer) {
	t.Helper()
	for _, b := range breaks(t) {
		files, err := b.broken(root)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for at < len(all) && all[at].has(files) {
			at++
		}
		if at == len(all) {
			all = append(all, layer{})
		}
		for file, content := range files {
			all[at][file] = layered{b.name, content}
		}
	}
	return all
}

// TestEveryBreakCompiles: a mutant that does not compile is none, and `make breaks`,
// which would say so, takes long. Breaks of different files are compiled together, each with its own
// package alone.
func TestEveryBreakCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles much, some ten times")
	}
	for n, l := range layers(t) {
		folder := t.TempDir()
		replace, by, packages := map[string]string{}, map[string]string{}, []string{}
		for file, is := range l {
			instead := filepath.Join(folder, strconv.Itoa(len(replace)))
			if err := os.WriteFile(instead, []byte(is.content), 0o600); err != nil {
				t.Fatal(err)
			}
			replace[file], by[file] = instead, is.by
			if strings.HasSuffix(file, ".go") {
				packages = append(packages, "./"+filepath.Dir(file))
			}
		}
		slices.Sort(packages)
		overlay, err := json.Marshal(map[string]any{"Replace": replace})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "overlay.json")
		if err := os.WriteFile(path, overlay, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments := append([]string{"build", "-overlay", path, "-o", os.DevNull}, slices.Compact(packages)...)
		build := exec.CommandContext(t.Context(), "go", arguments...)
		build.Dir = root
		if said, err := build.CombinedOutput(); err != nil {
			t.Errorf("of the breaks %v one does not compile, or they do not together:\n%s", by, said)
		}
		t.Logf("layer %d: %d files", n+1, len(l))
	}
}
