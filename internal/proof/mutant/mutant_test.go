package mutant_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// caught is the test that caught a break.
type caught struct {
	Break   string // its digest
	By      string
	Seconds int
}

// TestEveryBreakIsCaught makes a mutant of each break whose name BREAKS matches, and
// sees that a test fails on it which passes on the tree as it is: the test that the
// break names, or any. A mutant that does not compile is none. It goes on where it
// was interrupted.
func TestEveryBreakIsCaught(t *testing.T) {
	pattern := os.Getenv("BREAKS")
	if pattern == "" {
		t.Skip("takes long: make breaks")
	}
	asked := regexp.MustCompile(pattern)
	all := slices.DeleteFunc(breaks(t), func(b aBreak) bool { return !asked.MatchString(b.name) })
	r := copyTree(t, os.Getenv("BREAKS_DIR")+"/tree")
	known := recall(t, os.Getenv("BREAKS_DIR")+"/caught.json", r.digest)
	r.checkWhole(t, slices.DeleteFunc(slices.Clone(all), func(b aBreak) bool { return known.has(b) }))
	for i, b := range all {
		if !known.has(b) {
			known.note(t, b, r.catch(t, b))
		}
		t.Logf("%d of %d: %s: %s", i+1, len(all), b.name, known.by(b))
	}
	t.Log("\n" + table(all, known))
}

// checkWhole tells whether the tests that breaks name pass while nothing is broken:
// what fails anyway catches nothing.
func (r tree) checkWhole(t *testing.T, bs []aBreak) {
	t.Helper()
	names := map[string][]string{}
	for _, b := range bs {
		names[b.test.pkg] = append(names[b.test.pkg], b.test.pattern())
	}
	for pkg, patterns := range names {
		slices.Sort(patterns)
		o := r.run(t, "-run", strings.Join(slices.Compact(patterns), "|"), pkg)
		for _, b := range bs {
			if b.test.pkg == pkg && !o.passed[b.test] {
				t.Fatalf("%s does not pass on the tree as it is: first %s fails: %s", b.test, o.first, o.said)
			}
		}
		t.Logf("%s: %d tests pass on the tree as it is", pkg, len(o.passed))
	}
}

// pattern is what -run finds the test by, and no other.
func (s test) pattern() string {
	return "^" + strings.ReplaceAll(s.name, "/", "$/^") + "$"
}

// catch breaks the tree and finds the test that fails.
func (r tree) catch(t *testing.T, b aBreak) (c caught) {
	t.Helper()
	begun := time.Now()
	c.Break = b.digest
	r.with(t, b, func() {
		o := r.run(t, "-count=1", "-failfast", "-run", b.test.pattern(), b.test.pkg)
		for _, wider := range []string{b.test.pkg, "./..."} {
			if !o.failed {
				t.Logf("%s: not caught by %s; trying %s", b.name, b.test, wider)
				o = r.run(t, "-failfast", wider)
			}
		}
		switch {
		case !o.failed:
			t.Errorf("%s: nothing catches it: %s", b.name, b.meaning)
		case o.first == test{}:
			t.Errorf("%s is no mutant: it does not compile or start:\n%s", b.name, o.said)
		default:
			c.By = o.first.String()
		}
	})
	c.Seconds = int(time.Since(begun).Seconds())
	return c
}

// table is the breaks with what caught them, as Markdown has it, and how many they
// are by guarantee.
func table(all []aBreak, known *memory) string {
	var b strings.Builder
	b.WriteString("| break | what it means | guarantee | caught by | s |\n|---|---|---|---|---|\n")
	count, missed := map[string]int{}, 0
	for _, k := range all {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d |\n", k.name, k.meaning, k.guarantee, known.by(k), known.Caught[k.name].Seconds)
		count[k.guarantee]++
		if !known.has(k) {
			missed++
		}
	}
	fmt.Fprintf(&b, "%d breaks, %d not caught; by guarantee: %s\n", len(all), missed, strings.TrimPrefix(fmt.Sprint(count), "map"))
	return b.String()
}
