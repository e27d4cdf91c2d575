package mutant_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// root is the root of the tree.
const root = "../../.."

// becomes is the line between what stands in a file and what takes its place.
const becomes = "=>\n"

// lawful is how a break is introduced.
var lawful = regexp.MustCompile(`^breaks: (\S.+)\nguarantee: (G[1-9]|G10)\ncaught by: (\.\S*) ((?:Test|Fuzz)\S+)\n+$`)

// aBreak is one deliberate fault.
type aBreak struct {
	name      string
	meaning   string
	guarantee string
	test      test // that is expected to catch it
	changes   []change
	digest    string // of the file
}

// change is lines of a file, and what takes their place.
type change struct{ file, was, is string }

// test is a test by its package and name, which may be that of a subtest.
type test struct{ pkg, name string }

func (s test) String() string { return strings.TrimPrefix(s.pkg+" ", ". ") + s.name }

// breaks reads all breaks, by name.
func breaks(t *testing.T) []aBreak {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := make([]aBreak, len(files))
	for i, file := range files {
		if all[i], err = readBreak(file); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return all
}

func readBreak(file string) (b aBreak, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return b, err
	}
	archive := txtar.Parse(text)
	said := lawful.FindSubmatch(archive.Comment)
	if said == nil {
		return b, errors.New("begins otherwise than `breaks:`, `guarantee:`, `caught by: PACKAGE TEST`")
	}
	b = aBreak{
		name:    strings.TrimSuffix(filepath.Base(file), ".txtar"),
		meaning: string(said[1]), guarantee: string(said[2]), test: test{string(said[3]), string(said[4])},
		digest: fmt.Sprintf("%x", sha256.Sum256(text)),
	}
	for _, f := range archive.Files {
		was, is, found := strings.Cut(string(f.Data), becomes)
		if !found || was == "" || was == is {
			return b, fmt.Errorf("changes nothing in %s", f.Name)
		}
		b.changes = append(b.changes, change{f.Name, was, is})
	}
	if len(b.changes) == 0 {
		return b, errors.New("changes nothing")
	}
	return b, nil
}

// broken is what the files of a break become in a tree.
func (b aBreak) broken(tree string) (map[string]string, error) {
	files := map[string]string{}
	for _, c := range b.changes {
		if _, read := files[c.file]; !read {
			content, err := os.ReadFile(filepath.Join(tree, c.file))
			if err != nil {
				return nil, err
			}
			files[c.file] = string(content)
		}
		content := "\n" + files[c.file]
		if n := strings.Count(content, "\n"+c.was); n != 1 {
			return nil, fmt.Errorf("%s: the break %s is to be written anew: its lines are there %d times:\n%s", c.file, b.name, n, c.was)
		}
		files[c.file] = strings.Replace(content, "\n"+c.was, "\n"+c.is, 1)[1:]
	}
	return files, nil
}

// TestEveryBreakFits: the lines that a break changes are in the tree once, what it
// makes of them is Go where it should be, and the test that it names is there.
func TestEveryBreakFits(t *testing.T) {
	all := breaks(t)
	if len(all) < 40 {
		t.Errorf("%d breaks", len(all))
	}
	for _, b := range all {
		files, err := b.broken(root)
		if err != nil {
			t.Error(err)
		}
		for file, content := range files {
			if _, err := parser.ParseFile(token.NewFileSet(), file, content, 0); err != nil && strings.HasSuffix(file, ".go") {
				t.Errorf("%s: %v", b.name, err)
			}
		}
		if !b.test.exists(t) {
			t.Errorf("%s: there is no %s", b.name, b.test)
		}
	}
}

// exists tells whether the tree has a test.
func (s test) exists(t *testing.T) bool {
	t.Helper()
	name, script, isScript := strings.Cut(s.name, "/")
	if isScript && name == "TestScript" {
		_, err := os.Stat(filepath.Join(root, "testdata/script", script+".txtar"))
		return err == nil
	}
	files, err := filepath.Glob(filepath.Join(root, s.pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}
