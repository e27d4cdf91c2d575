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

// keysInUse lists the keys that an argument uses.
func (w *walk) keysInUse(coordinate string, d *ast.ArgumentDefinition, a *ast.Argument) []key {
	value, known := w.argument(d, a)
	if known && value == nil {
		return nil
	}
	keys := keysOf(w.schema, d.Type, value, known, d.Name)
	if coordinates[coordinate] != 0 {
		keys = append(keys, key{path: d.Name, coordinate: coordinate})
	}
	return keys
}

// argument is an argument's value, if it is known.
func (w *walk) argument(d *ast.ArgumentDefinition, a *ast.Argument) (value any, known bool) {
	switch {
	case w.absent(a) && d.DefaultValue == nil:
		return nil, true
	case w.absent(a):
		value, err := d.DefaultValue.Value(nil)
		return value, err == nil
	case w.vars == nil && mentionsVariable(a.Value):
		return nil, false
	default:
		value, err := a.Value.Value(w.vars)
		return value, err == nil
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

func mentionsVariable(v *ast.Value) bool {
	return v.Kind == ast.Variable ||
		slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return mentionsVariable(c.Value) })
}

// keysOf lists the keys that a value of a type uses; of a value that is not
// known, all the type has.
func keysOf(schema *ast.Schema, t *ast.Type, value any, known bool, path string) []key {
	def := schema.Types[t.Name()]
	switch {
	case def == nil:
		return nil
	case def.Kind == ast.Enum:
		return enumKeys(def, value, known, path)
	case def.Kind == ast.InputObject:
		return inputKeys(schema, def, value, known, path)
	default:
		return nil
	}
}

func enumKeys(def *ast.Definition, value any, known bool, path string) []key {
	var keys []key
	for _, v := range def.EnumValues {
		coordinate := def.Name + "." + v.Name
		if coordinates[coordinate] != 0 && (!known || mentions(value, v.Name)) {
			keys = append(keys, key{path: path, coordinate: coordinate})
		}
	}
	return keys
}

func mentions(value any, name string) bool {
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, func(v any) bool { return mentions(v, name) })
	}
	return value == name
}

func inputKeys(schema *ast.Schema, def *ast.Definition, value any, known bool, path string) []key {
	var keys []key
	for _, fields := range objects(value, known) {
		for _, f := range def.Fields {
			v := fields[f.Name]
			if known && v == nil {
				continue
			}
			at := path + "." + f.Name
			if coordinate := def.Name + "." + f.Name; coordinates[coordinate] != 0 {
				keys = append(keys, key{path: at, coordinate: coordinate})
			}
			if known || schema.Types[f.Type.Name()] != def {
				keys = append(keys, keysOf(schema, f.Type, v, known, at)...)
			}
		}
	}
	return keys
}

// objects is a value of an input type, or of a list of it, as objects.
func objects(value any, known bool) []map[string]any {
	switch v := value.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var all []map[string]any
		for _, e := range v {
			all = append(all, objects(e, known)...)
		}
		return all
	}
	if known {
		return nil
	}
	return []map[string]any{{}}
}

// variables tells what of an operation's variables its plan depends on: the
// booleans, the words of enums and the keys of objects, and of all other values
// only whether they are there.
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
		if def.Kind == ast.Enum {
			return append(b, v...)
		}
	case map[string]any:
		return objectShape(b, schema, def, v)
	case []any:
		for _, e := range v {
			b = append(shape(b, schema, t, e), ',')
		}
		return b
	}
	return append(b, '+')
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
