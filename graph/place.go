package graph

import (
	"context"
	"strings"
	"unicode"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// placeInDocument is the path of the field, argument or input field that stands
// at a location of the request's document, dotted; empty where there is none.
func placeInDocument(ctx context.Context, at []gqlerror.Location) string {
	if len(at) == 0 || !graphql.HasOperationContext(ctx) {
		return ""
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: graphql.GetOperationContext(ctx).RawQuery})
	if err != nil {
		return ""
	}
	f := finder{line: at[0].Line, column: at[0].Column}
	for _, op := range doc.Operations {
		f.selections(op.SelectionSet, "")
	}
	for _, fragment := range doc.Fragments {
		f.selections(fragment.SelectionSet, "")
	}
	return f.found
}

// finder looks for the last element that begins at or before a location.
type finder struct {
	line, column int
	from         *ast.Position
	found        string
}

func (f *finder) see(p *ast.Position, path string) {
	if p == nil || p.Line > f.line || p.Line == f.line && p.Column > f.column {
		return
	}
	if f.from == nil || p.Line > f.from.Line || p.Line == f.from.Line && p.Column >= f.from.Column {
		f.from, f.found = p, path
	}
}

func (f *finder) selections(set ast.SelectionSet, path string) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			at := join(path, s.Alias)
			f.see(s.Position, at)
			f.arguments(s.Arguments, at)
			f.selections(s.SelectionSet, at)
		case *ast.InlineFragment:
			f.selections(s.SelectionSet, path)
		}
	}
}

func (f *finder) arguments(list ast.ArgumentList, path string) {
	for _, a := range list {
		f.see(a.Position, join(path, a.Name))
		f.value(a.Value, join(path, a.Name))
	}
}

func (f *finder) value(v *ast.Value, path string) {
	f.see(v.Position, path)
	for _, c := range v.Children {
		f.value(c.Value, join(path, c.Name))
	}
}

func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}

// upperSnake writes a rule's name as other reasons are written.
func upperSnake(rule string) string {
	var b strings.Builder
	for i, r := range rule {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
