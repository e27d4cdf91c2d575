package graph

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/99designs/gqlgen/graphql"

	"joo.kz/kelisim/internal/privacy"
)

// errNull is returned for a field that may not be null and is.
var errNull = errors.New("graph: null where the schema allows none")

// writer writes what a root field has read as JSON, by its compiled selection: to
// the letter as gqlgen would, with the same errors at the same places, but without
// what gqlgen does for each field. Nothing leaves before the whole is written.
type writer struct {
	ctx  context.Context // of the root field
	json bytes.Buffer
	path []step // from the root field down to the object being written
}

// step is a step down a response: a field or, without one, an element of a list.
type step struct {
	member *selectedMember
	index  int
}

// write writes the object that the root field has read, and everything below it, by
// its compiled selection. It makes room for as much as was written last time; the room
// is never that of another answer.
func (p *rootPlan) write(ctx context.Context, s selection, o any) graphql.Marshaler {
	w := &writer{ctx: ctx}
	w.json.Grow(int(p.written.Load()))
	if !w.object(s, o) { //nolint:contextcheck // the writer holds it
		return graphql.Null
	}
	p.written.Store(int64(w.json.Len()))
	return graphql.WriterFunc(func(to io.Writer) { _, _ = to.Write(w.json.Bytes()) })
}

// object writes an object. It fails, and writes nothing, where a field of it is
// null that may not be.
func (w *writer) object(s selection, o any) (ok bool) {
	from := w.json.Len()
	ok = true
	_ = w.json.WriteByte('{')
	for i := range s {
		if i > 0 {
			_ = w.json.WriteByte(',')
		}
		_, _ = w.json.Write(s[i].key)
		ok = w.member(&s[i], o) && ok
	}
	_ = w.json.WriteByte('}')
	if !ok {
		w.json.Truncate(from)
	}
	return ok
}

// member writes a field: null where there is nothing, and where it fails, which
// is told only of a field that may not be null.
func (w *writer) member(m *selectedMember, o any) bool {
	from := w.json.Len()
	there, err := w.content(m, o)
	if there && err == nil {
		return true
	}
	if err != nil {
		w.fail(m, err)
	}
	w.json.Truncate(from)
	_, _ = w.json.WriteString("null")
	return !m.nonNull()
}

// content writes what a field holds, if @pii lets it through. A panic is that of the
// field alone.
func (w *writer) content(m *selectedMember, o any) (there bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			there, err = false, recovered(w.ctx, p)
		}
	}()
	var record *privacy.Record
	if m.category != 0 {
		if record, err = opening(o, m.category); record == nil {
			return false, err
		}
	}
	switch {
	case m.word != nil:
		_, err = w.json.Write(m.word)
		return true, err
	case m.value != nil:
		return w.value(m, o, record)
	case m.object != nil:
		return w.below(m, m.object(o), record)
	case m.size != nil:
		return w.list(m, o)
	}
	v, err := m.leaf(w.ctx, o)
	if err == nil {
		v.MarshalGQL(&w.json)
	}
	return true, err
}

func (w *writer) value(m *selectedMember, o any, record *privacy.Record) (there bool, err error) {
	v := m.value(o)
	if v == nil {
		return false, nil
	}
	if err := open(w.ctx, record, m.category, v); err != nil {
		return false, err
	}
	v.MarshalGQL(&w.json)
	return true, nil
}

func (w *writer) below(m *selectedMember, o any, record *privacy.Record) (there bool, err error) {
	if o == nil && m.nonNull() {
		return false, errNull
	}
	if o == nil {
		return false, nil
	}
	if v, ok := o.(privacy.Value); ok && m.category != 0 {
		if err := open(w.ctx, record, m.category, v); err != nil {
			return false, err
		}
	}
	w.path = append(w.path, step{member: m})
	defer w.up()
	return w.object(m.selection, o), nil
}

func (w *writer) list(m *selectedMember, o any) (there bool, err error) {
	n := m.size(o)
	if n < 0 {
		return false, nil
	}
	w.path = append(w.path, step{member: m}, step{})
	defer w.up()
	defer w.up()
	there = true
	_ = w.json.WriteByte('[')
	for i := range n {
		if i > 0 {
			_ = w.json.WriteByte(',')
		}
		w.path[len(w.path)-1].index = i
		there = w.element(m, m.at(w.ctx, o, i)) && there
	}
	return there, w.json.WriteByte(']')
}

// element writes an element of a list; no list here may have null in it.
func (w *writer) element(m *selectedMember, o any) bool {
	if v, ok := o.(graphql.Marshaler); ok && m.selection == nil {
		v.MarshalGQL(&w.json)
		return true
	}
	return w.object(m.selection, o)
}

func (w *writer) up() { w.path = w.path[:len(w.path)-1] }

// fail adds the error of a field of the object being written.
func (w *writer) fail(m *selectedMember, err error) {
	ctx := w.ctx
	for _, s := range append(w.path[:len(w.path):len(w.path)], step{member: m}) {
		at := &graphql.FieldContext{Index: &s.index}
		if s.member != nil {
			at = &graphql.FieldContext{Field: s.member.field}
		}
		ctx = graphql.WithFieldContext(ctx, at)
	}
	graphql.AddError(ctx, graphql.AddFieldLocationToError(ctx, err))
}
