package graph

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/internal/privacy"
)

// selection is what an operation selects of an object, compiled: each response
// key once, in its order. It depends on what the plan does, and is kept with it.
type selection []selectedMember

// selectedMember is one response key of an object.
type selectedMember struct {
	member

	field     graphql.CollectedField
	key       []byte           // as it stands in JSON, with the colon
	category  privacy.Category // 0 where it is not @pii
	word      []byte           // what stands there whatever is read: __typename
	selection                  // below an object or a list of objects
}

// compile compiles a selection on an object type, as gqlgen collects it. It fails
// where anything is selected that has no member: gqlgen resolves that.
func compile(oc *graphql.OperationContext, schema *ast.Schema, typeName string, set ast.SelectionSet) (s selection, ok bool) {
	s = selection{} // of nothing, where all is skipped
	for _, f := range graphql.CollectFields(oc, set, []string{typeName}) {
		m := selectedMember{field: f, key: append(strconv.AppendQuote(nil, f.Alias), ':')}
		if f.Name == "__typename" {
			m.word = strconv.AppendQuote(nil, typeName)
		} else if ok := m.compile(oc, schema, typeName+"."+f.Name); !ok {
			return nil, false
		}
		s = append(s, m)
	}
	return s, true
}

func (m *selectedMember) compile(oc *graphql.OperationContext, schema *ast.Schema, coordinate string) (ok bool) {
	if m.member, ok = members[coordinate]; !ok {
		return false
	}
	m.category = coordinates[coordinate]
	if below := schema.Types[m.field.Definition.Type.Name()]; below.Kind == ast.Object {
		m.selection, ok = compile(oc, schema, below.Name, m.field.Selections)
	}
	return ok
}

// nonNull tells whether the field may not be null.
func (m *selectedMember) nonNull() bool { return m.field.Definition.Type.NonNull }
