package proof_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// refusal is an error of an answer, as far as the rows tell of it.
type refusal struct {
	code, category, audience, purpose, clause string
	path                                      string // dotted to the end
	at                                        string // where the error stands: the first list on the way
}

// forecast is what the rows say of an operation before it is asked.
type forecast struct {
	rows      map[string]row
	asker     asker
	variables map[string]any

	refusals []refusal
	asked    map[string]string // by path without indices: the coordinate
	shown    map[string]bool   // the paths that nothing refuses
}

func foresee(rows map[string]row, a asker, o operation, op *ast.OperationDefinition) *forecast {
	f := &forecast{rows: rows, asker: a, variables: o.variables, asked: map[string]string{}, shown: map[string]bool{}}
	f.selections([]ast.SelectionSet{op.SelectionSet}, spot{})
	f.refusals = byPath(f.refusals)
	return f
}

// carriesOn tells whether anything is resolved at all.
func (f *forecast) carriesOn() bool { return len(f.shown) > 0 }

// rootKey is the key of the root field, where there is one.
func (f *forecast) rootKey() string {
	for path := range f.asked {
		if !strings.Contains(path, ".") {
			return path
		}
	}
	return ""
}

// spot is a place in the answer.
type spot struct {
	keys   []string
	list   int  // how many of the keys lead to the first list; 0 for none
	closed bool // refused, or below what is refused
}

func (s spot) path() string { return strings.Join(s.keys, ".") }

func (s spot) child(f *ast.Field) spot {
	child := spot{keys: append(slices.Clone(s.keys), f.Alias), list: s.list, closed: s.closed}
	if child.list == 0 && f.Definition.Type.Elem != nil {
		child.list = len(child.keys)
	}
	return child
}

// selections foresees what is below a place. It returns what keeps the object itself
// from being there: a field that may not be null and is refused.
func (f *forecast) selections(sets []ast.SelectionSet, at spot) (up *refusal) {
	fields := map[string][]*ast.Field{}
	var keys []string
	for _, set := range sets {
		keys = append(keys, f.gather(set, fields)...)
	}
	for _, key := range keys {
		if r := f.field(fields[key], at); r != nil && up == nil {
			up = r
		}
	}
	return up
}

// field foresees one field. Where it is refused, nothing below is told of.
func (f *forecast) field(fields []*ast.Field, above spot) *refusal {
	first, at, before := fields[0], above.child(fields[0]), len(f.refusals)
	coordinate := first.ObjectDefinition.Name + "." + first.Name
	f.asked[at.path()] = coordinate
	var refused *refusal
	if first.Name != "__typename" && !above.closed {
		refused = f.refuse(f.rows[coordinate], first.ObjectDefinition)
	}
	at.closed = above.closed || refused != nil
	var sets []ast.SelectionSet
	for _, field := range fields {
		sets = append(sets, field.SelectionSet)
	}
	if below := f.selections(sets, at); refused == nil {
		refused = below
	}
	if refused == nil || above.closed {
		if !above.closed {
			f.shown[at.path()] = true
		}
		return nil
	}
	f.refusals = f.refusals[:before]
	maps.DeleteFunc(f.shown, func(p string, _ bool) bool { return strings.HasPrefix(p, at.path()+".") })
	if first.Definition.Type.NonNull && len(above.keys) > 0 {
		return refused
	}
	refused.path, refused.at = at.path(), strings.Join(at.keys[:cmp.Or(at.list, len(at.keys))], ".")
	f.refusals = append(f.refusals, *refused)
	return nil
}

func (f *forecast) refuse(r row, def *ast.Definition) *refusal {
	code := f.asker.refuse(r, def.Directives.ForName("personal") != nil)
	if code == "" {
		return nil
	}
	return &refusal{code: code, category: r.category, audience: f.asker.audience, purpose: f.asker.purpose, clause: clauseOf(code)}
}

// gather collects the fields that are asked for, as far as @skip and @include let
// them in, and returns the keys that are new.
func (f *forecast) gather(set ast.SelectionSet, into map[string][]*ast.Field) (keys []string) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if f.included(s.Directives) {
				if into[s.Alias] == nil {
					keys = append(keys, s.Alias)
				}
				into[s.Alias] = append(into[s.Alias], s)
			}
		case *ast.InlineFragment:
			if f.included(s.Directives) {
				keys = append(keys, f.gather(s.SelectionSet, into)...)
			}
		case *ast.FragmentSpread:
			if f.included(s.Directives) {
				keys = append(keys, f.gather(s.Definition.SelectionSet, into)...)
			}
		}
	}
	return keys
}

func (f *forecast) included(directives ast.DirectiveList) bool {
	for name, in := range map[string]bool{"include": true, "skip": false} {
		if d := directives.ForName(name); d != nil {
			value := d.Arguments.ForName("if").Value
			if v, is := f.variables[value.Raw].(bool); is && v != in || !is && (value.Raw == "true") != in {
				return false
			}
		}
	}
	return true
}

// refusalsOf are the errors of an answer, in the order of their text.
func refusalsOf(body []byte) ([]refusal, error) {
	var got struct {
		Errors []struct {
			Path       []any
			Extensions map[string]any
		}
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, err
	}
	var all []refusal
	for _, e := range got.Errors {
		word := func(name string) string { s, _ := e.Extensions[name].(string); return s }
		var at []string
		for _, p := range e.Path {
			at = append(at, fmt.Sprint(p))
		}
		all = append(all, refusal{word("code"), word("category"), word("audience"), word("purpose"), word("clause"), word("path"), strings.Join(at, ".")})
	}
	return byPath(all), nil
}

func byPath(all []refusal) []refusal {
	slices.SortFunc(all, func(a, b refusal) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.code, b.code)) })
	return all
}
