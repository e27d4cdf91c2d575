package graph

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"joo.kz/kelisim/internal/privacy"
)

// refusal is a field, filter or sort key that the operation alone decides to
// refuse.
type refusal struct {
	code     Code
	category privacy.Category // zero where no one category is the reason
	clause   string
	path     responsePath
}

// responsePath is the place of a field in the response: response keys from the
// root down, without the indices of lists.
type responsePath struct {
	keys     []string
	list     int    // how many of the keys lead to the first list; 0 where there is none
	argument string // below the last key, such as "filter.region"; empty for the field itself
}

func (p responsePath) child(key string, isList bool) responsePath {
	child := responsePath{keys: append(p.keys[:len(p.keys):len(p.keys)], key), list: p.list}
	if isList && p.list == 0 {
		child.list = len(child.keys)
	}
	return child
}

// String is the path dotted to its end.
func (p responsePath) String() string {
	if p.argument == "" {
		return strings.Join(p.keys, ".")
	}
	return strings.Join(p.keys, ".") + "." + p.argument
}

// toList is the path as an error has it: it stops at the first list, since the
// refusal is the same for each of its elements.
func (p responsePath) toList() ast.Path {
	keys := p.keys
	if p.list > 0 {
		keys = keys[:p.list]
	}
	path := make(ast.Path, len(keys))
	for i, key := range keys {
		path[i] = ast.PathName(key)
	}
	return path
}

// err is the refusal as a response shows it.
func (r refusal) err(ctx context.Context, p *Plan) *gqlerror.Error {
	return &gqlerror.Error{
		Message: message(languageOf(ctx), string(r.code)),
		Path:    r.path.toList(),
		Extensions: map[string]any{
			"code":     r.code,
			"category": word(r.category),
			"audience": word(p.reader.Audience),
			"purpose":  word(p.Purpose),
			"clause":   r.clause,
			"path":     r.path.String(),
		},
	}
}

// sortErrors puts errors into the order of the root fields that they belong to,
// and of their paths: root fields are resolved side by side, and which fails
// first tells how much was read.
func (p *Plan) sortErrors(errs gqlerror.List) {
	place := func(e *gqlerror.Error) int {
		if len(e.Path) == 0 {
			return -1
		}
		key, _ := e.Path[0].(ast.PathName)
		return slices.Index(p.order, string(key))
	}
	slices.SortStableFunc(errs, func(a, b *gqlerror.Error) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), comparePaths(a.Path, b.Path))
	})
}

func comparePaths(a, b ast.Path) int {
	return slices.CompareFunc(a, b, func(x, y ast.PathElement) int {
		if i, ok := x.(ast.PathIndex); ok {
			j, _ := y.(ast.PathIndex)
			return cmp.Compare(i, j)
		}
		n, _ := x.(ast.PathName)
		m, _ := y.(ast.PathName)
		return cmp.Compare(n, m)
	})
}

// word is a word of the vocabulary as JSON has it: null where it is unknown.
func word[W interface {
	~uint8
	String() string
}](w W) any {
	if w == 0 {
		return nil
	}
	return w.String()
}
