package proof_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// word of an enum, as against a string.
type enumWord string

// object is an input object: its members in the order of the schema.
type object struct {
	names  []string
	values []any
}

// literal writes a value as GraphQL.
func literal(v any) string {
	switch v := v.(type) {
	case enumWord:
		return string(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = literal(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case object:
		parts := make([]string, len(v.names))
		for i, name := range v.names {
			parts[i] = name + ": " + literal(v.values[i])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	default:
		encoded, _ := json.Marshal(v) //nolint:errchkjson // texts, numbers, booleans and null
		return string(encoded)
	}
}

// plain is a value as JSON has it, for a variable.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = plain(e)
		}
		return list
	case object:
		members := map[string]any{}
		for i, name := range v.names {
			members[name] = plain(v.values[i])
		}
		return members
	default:
		return v
	}
}

// value draws a value for an argument or a member of an input.
func (w *writer) value(name string, typ *ast.Type) any {
	if !typ.NonNull && rapid.IntRange(0, 11).Draw(w.T, "null") == 0 {
		return nil
	}
	if typ.Elem != nil {
		n := rapid.SampledFrom([]int{0, 1, 2, 3, 40}).Draw(w.T, "length")
		list := make([]any, n)
		for i := range list {
			list[i] = w.value(name, typ.Elem)
		}
		return list
	}
	def := w.schema.Types[typ.NamedType]
	switch def.Kind {
	case ast.Enum:
		return enumWord(rapid.SampledFrom(w.enum(def.Name)).Draw(w.T, name))
	case ast.InputObject:
		return w.object(def)
	default:
		return w.scalar(name, def.Name)
	}
}

func (w *writer) object(def *ast.Definition) object {
	var o object
	for _, f := range def.Fields {
		if !f.Type.NonNull && rapid.IntRange(0, 2).Draw(w.T, "member") > 0 {
			continue
		}
		o.names, o.values = append(o.names, f.Name), append(o.values, w.value(f.Name, f.Type))
	}
	return o
}

func (w *writer) scalar(name, typ string) any {
	texts := []string{"", "013", "B057", "710000000", "990000001", "Ү"}
	switch {
	case typ == "Boolean":
		return rapid.Bool().Draw(w.T, name)
	case typ == "Int":
		return rapid.SampledFrom([]int{0, 1, 2, 3, 50, 100, 140, 500, 501, 2026, -1, 1 << 30}).Draw(w.T, name)
	case name == "document":
		return w.generator.operation(w.T, w.enum("Purpose"), true).text
	case name == "after":
		return rapid.SampledFrom(append(slices.Clone(w.pool.cursors), "", "AAAA", strings.Repeat("x", 60))).Draw(w.T, name)
	case name == "since", name == "requestedSince", typ == "DateTime":
		return rapid.SampledFrom([]string{"2026-01-01T00:00:00Z", "2026-07-03T00:00:00Z", "2020-01-01T00:00:00Z", "yesterday"}).Draw(w.T, name)
	case typ == "Date":
		return rapid.SampledFrom([]string{"2026-06-01", "2008-07-16", "2026-02-30"}).Draw(w.T, name)
	case typ == "PhoneNumber":
		return rapid.SampledFrom(append(slices.Clone(w.pool.phones), "+77710009999", "87710009999", "+79161234567")).Draw(w.T, name)
	case typ == "ID":
		return rapid.SampledFrom(slices.Concat(w.pool.leads, w.pool.consents, []string{"x", "00000000-0000-4000-8000-00000000ffff"})).Draw(w.T, name)
	case name == "university":
		return rapid.SampledFrom([]string{"013", "027", "190", "001", "999"}).Draw(w.T, name)
	case name == "givenName", name == "familyName", name == "patronymic", name == "address":
		return w.canary(name)
	case name == "email":
		return fmt.Sprintf("written-%d@example.com", len(w.pool.words))
	default:
		return rapid.SampledFrom(texts).Draw(w.T, name)
	}
}

// canary is a new word that a person gives of themselves.
func (w *writer) canary(name string) string {
	stem := map[string]string{"givenName": "Ж", "familyName": "Д", "patronymic": "Ө", "address": "Ш"}[name]
	return word(stem, rapid.IntRange(0, 2000).Draw(w.T, name))
}
