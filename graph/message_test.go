package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/auth"
)

// messages is a catalogue by key.
func messages(t *testing.T, language string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("messages", language+".tsv"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for i, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		key, text, found := strings.Cut(line, "\t")
		if _, twice := all[key]; twice || !found || text != strings.TrimSpace(text) || text == "" {
			t.Errorf("%s, line %d: %q", language, i+1, line)
		}
		all[key] = text
	}
	if all["key"] != "message" {
		t.Errorf("%s has no heading", language)
	}
	delete(all, "key")
	return all
}

// Every key that the code uses has a message in each language and no other key
// has, and a message has the placeholders of its English.
func TestMessagesAreComplete(t *testing.T) {
	english, used := messages(t, "en"), slices.Sorted(maps.Keys(usedKeys(t)))
	placeholder := regexp.MustCompile(`\{\w*\}`)
	for _, language := range []string{"en", "kk", "ru"} {
		catalogue := messages(t, language)
		if diff := cmp.Diff(used, slices.Sorted(maps.Keys(catalogue))); diff != "" {
			t.Errorf("keys in the code (-) and in %s (+):\n%s", language, diff)
		}
		for key, text := range catalogue {
			want, got := placeholder.FindAllString(english[key], -1), placeholder.FindAllString(text, -1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s %s: placeholders %v, in English %v", language, key, got, want)
			}
			if latin := regexp.MustCompile(`^[A-Za-z ]+$`).MatchString(text); language != "en" && latin {
				t.Errorf("%s %s is not translated", language, key)
			}
		}
	}
}

// usedKeys reads from the package's source which messages it needs.
func usedKeys(t *testing.T) map[string]bool {
	t.Helper()
	r := keyReader{t: t, keys: map[string]bool{}, codes: map[string]string{}}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_generated.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		r.files = append(r.files, file)
	}
	for _, read := range []func(ast.Node) bool{r.code, r.fault, r.call} {
		for _, file := range r.files {
			ast.Inspect(file, read)
		}
	}
	for said := range documentFaults() {
		r.keys[said] = true
	}
	return r.keys
}

// keyReader finds the keys of messages in source code.
type keyReader struct {
	t     *testing.T
	files []*ast.File
	codes map[string]string // by the name of the constant
	keys  map[string]bool
}

// code notes the constants of type Code: each has a message.
func (r *keyReader) code(n ast.Node) bool {
	v, ok := n.(*ast.ValueSpec)
	if !ok || v.Type == nil || types.ExprString(v.Type) != "Code" {
		return true
	}
	for i, name := range v.Names {
		r.codes[name.Name] = r.words(v.Values[i])[0]
		r.keys[r.codes[name.Name]] = true
	}
	return true
}

// fault notes the keys of a literal fault.
func (r *keyReader) fault(n ast.Node) bool {
	literal, ok := n.(*ast.CompositeLit)
	if !ok || literal.Type == nil || types.ExprString(literal.Type) != "fault" {
		return true
	}
	fields := map[string]ast.Expr{}
	for _, element := range literal.Elts {
		pair := element.(*ast.KeyValueExpr)
		fields[types.ExprString(pair.Key)] = pair.Value
	}
	r.note(types.ExprString(fields["code"]), fields["reason"], fields["variant"])
	return true
}

// call notes the keys of the faults that functions make of a reason.
func (r *keyReader) call(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	switch types.ExprString(call.Fun) {
	case "badInput":
		r.note("BadInput", call.Args[0], nil)
	case "tooComplex":
		r.note("TooComplex", call.Args[0], nil)
	case "documentFault":
		r.note("BadInput", call.Args[2], nil)
	}
	return true
}

func (r *keyReader) note(code string, reason, variant ast.Expr) {
	if reason == nil {
		return
	}
	for _, word := range r.words(reason) {
		key := r.codes[code] + "/" + word
		if variant == nil {
			r.keys[key] = true
			continue
		}
		for _, v := range r.words(variant) {
			r.keys[key+"/"+v] = true
		}
	}
}

// words are the values of an expression: of a literal its own, of any other those
// listed here.
func (r *keyReader) words(e ast.Expr) []string {
	r.t.Helper()
	if literal, ok := e.(*ast.BasicLit); ok {
		word, err := strconv.Unquote(literal.Value)
		if err != nil {
			r.t.Fatal(err)
		}
		return []string{word}
	}
	switch text := types.ExprString(e); text {
	case "reason", "what", "code": // the caller's, who is read by himself
		return nil
	case "auth.Reason(err)":
		return []string{auth.Reason(auth.ErrToken), auth.Reason(auth.ErrTokenExpired), auth.Reason(auth.ErrUnknownClient)}
	case "f.Reason", "faults[0].Reason", "err.Error()": // a fault's, and a sentinel's of the same words
		return applicant.Reasons()
	case "inputReason(err)":
		return r.literals("inputReason")
	case "upperSnake(rule)":
		return graph.RuleReasons()
	case "strings.ToUpper(d.Name)":
		return []string{"SKIP", "INCLUDE"}
	default:
		r.t.Errorf("what is the value of %s? List it here, or write a literal", text)
		return nil
	}
}

// literals are the words for programs in the body of a function.
func (r *keyReader) literals(function string) (words []string) {
	word := regexp.MustCompile(`^"[A-Z_]+"$`)
	for _, file := range r.files {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != function {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && word.MatchString(literal.Value) {
					words = append(words, strings.Trim(literal.Value, `"`))
				}
				return true
			})
		}
	}
	return words
}
