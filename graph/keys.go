package graph

import (
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// key is an argument, a filter field or a sort key that is personal data, as an
// argument uses it.
type key struct {
	path       string // from the argument down, such as "filter.minTotal"
	coordinate string // such as "LeadFilter.minTotal"
}

// unknown is a value that only a variable gives, where variables are unknown.
type unknown struct{}

// keysInUse lists the keys that an argument uses.
func (w *walk) keysInUse(coordinate string, d *ast.ArgumentDefinition, a *ast.Argument) []key {
	value := w.argument(d, a)
	if value == nil {
		return nil
	}
	keys := keysOf(w.schema, d.Type, value, d.Name)
	if coordinates[coordinate] != 0 {
		keys = append(keys, key{path: d.Name, coordinate: coordinate})
	}
	return keys
}

// argument is an argument's value, or its default where it is not given.
func (w *walk) argument(d *ast.ArgumentDefinition, a *ast.Argument) any {
	switch {
	case !w.absent(a):
		return w.value(a.Value)
	case d.DefaultValue != nil:
		return w.value(d.DefaultValue)
	default:
		return nil
	}
}

// absent tells whether an argument is not given, or by a variable that is not.
func (w *walk) absent(a *ast.Argument) bool {
	if a == nil {
		return true
	}
	_, given := w.vars[a.Value.Raw]
	return a.Value.Kind == ast.Variable && w.vars != nil && !given
}

// value is a literal with its variables put in.
func (w *walk) value(v *ast.Value) any {
	switch v.Kind {
	case ast.Variable:
		if w.vars == nil {
			return unknown{}
		}
		return w.vars[v.Raw]
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, c := range v.Children {
			object[c.Name] = w.value(c.Value)
		}
		return object
	case ast.ListValue:
		list := make([]any, len(v.Children))
		for i, c := range v.Children {
			list[i] = w.value(c.Value)
		}
		return list
	case ast.NullValue:
		return nil
	default:
		return v.Raw
	}
}

// keysOf lists the keys that a value of a type uses; of a value that is not
// known, all the type has.
func keysOf(schema *ast.Schema, t *ast.Type, value any, path string) []key {
	def := schema.Types[t.Name()]
	switch {
	case def == nil:
		return nil
	case def.Kind == ast.Enum:
		return enumKeys(def, value, path)
	case def.Kind == ast.InputObject:
		return inputKeys(schema, def, value, path)
	default:
		return nil
	}
}

func enumKeys(def *ast.Definition, value any, path string) []key {
	var keys []key
	for _, v := range def.EnumValues {
		coordinate := def.Name + "." + v.Name
		if coordinates[coordinate] != 0 && mentions(value, v.Name) {
			keys = append(keys, key{path: path, coordinate: coordinate})
		}
	}
	return keys
}

func mentions(value any, name string) bool {
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, func(v any) bool { return mentions(v, name) })
	}
	return value == name || value == unknown{}
}

func inputKeys(schema *ast.Schema, def *ast.Definition, value any, path string) []key {
	var keys []key
	for _, object := range objects(def, value) {
		for _, f := range def.Fields {
			v := object[f.Name]
			if v == nil {
				continue
			}
			at := path + "." + f.Name
			if coordinate := def.Name + "." + f.Name; coordinates[coordinate] != 0 {
				keys = append(keys, key{path: at, coordinate: coordinate})
			}
			keys = append(keys, keysOf(schema, f.Type, v, at)...)
		}
	}
	return keys
}

// objects is a value of an input type, or of a list of it, as objects. One that
// is not known has every field, none of them known.
func objects(def *ast.Definition, value any) []map[string]any {
	switch v := value.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var all []map[string]any
		for _, e := range v {
			all = append(all, objects(def, e)...)
		}
		return all
	case unknown:
		object := map[string]any{}
		for _, f := range def.Fields {
			if f.Type.Name() != def.Name { // a type within itself has no more keys than it has
				object[f.Name] = unknown{}
			}
		}
		return []map[string]any{object}
	default:
		return nil
	}
}

// variables tells what of an operation's variables its plan depends on: the
// booleans, the words of enums that have keys and the fields of objects, and of all
// other values only whether they are there.
func variables(schema *ast.Schema, op *ast.OperationDefinition, vars map[string]any) string {
	var b []byte
	for _, d := range op.VariableDefinitions {
		if value, given := vars[d.Variable]; given {
			b = shape(b, schema, d.Type, value)
		}
		b = append(b, ';')
	}
	return string(b)
}

func shape(b []byte, schema *ast.Schema, t *ast.Type, value any) []byte {
	def := schema.Types[t.Name()]
	switch v := value.(type) {
	case nil:
		return append(b, '-')
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		if hasKeys(def) {
			return append(b, v...)
		}
	case map[string]any:
		return objectShape(b, schema, def, v)
	case []any:
		if !hasKeys(def) {
			break
		}
		b = append(b, '[')
		for _, e := range v {
			b = append(shape(b, schema, t, e), ',')
		}
		return append(b, ']')
	}
	return append(b, '+')
}

// hasKeys tells whether values of a type can use keys.
func hasKeys(def *ast.Definition) bool {
	return def.Kind == ast.InputObject || slices.ContainsFunc(def.EnumValues, func(v *ast.EnumValueDefinition) bool {
		return coordinates[def.Name+"."+v.Name] != 0
	})
}

func objectShape(b []byte, schema *ast.Schema, def *ast.Definition, object map[string]any) []byte {
	b = append(b, '{')
	for _, f := range def.Fields {
		if value, given := object[f.Name]; given {
			b = append(append(b, f.Name...), ':')
			b = append(shape(b, schema, f.Type, value), ',')
		}
	}
	return append(b, '}')
}
