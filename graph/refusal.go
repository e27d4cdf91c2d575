package graph

import (
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
func (r refusal) err(p *Plan) *gqlerror.Error {
	return &gqlerror.Error{
		Message: r.code.message(),
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
