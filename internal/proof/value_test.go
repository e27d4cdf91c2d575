package proof_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// word of an enum, as against a string.
type enumWord string

// reference names a variable.
type reference string

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
	case reference:
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
	if !typ.NonNull && rare(w.T, 4, "null") {
		return nil
	}
	if typ.Elem != nil {
		n := rapid.SampledFrom([]int{0, 1, 1, 2, 2, 3, 40}).Draw(w.T, "length")
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

// object draws an input object: one that is good for something, or else, more often
// than not, with one optional member alone.
func (w *writer) object(def *ast.Definition) object {
	if recipe := recipes[def.Name]; recipe != nil && !rare(w.T, 2, "no recipe") {
		return recipe(w)
	}
	var o object
	alone := rapid.IntRange(-len(def.Fields)/2, len(def.Fields)-1).Draw(w.T, "alone")
	for i, f := range def.Fields {
		if !f.Type.NonNull && i != alone && (alone >= 0 || rapid.IntRange(0, 2).Draw(w.T, "member") > 0) {
			continue
		}
		value := w.value(f.Name, f.Type)
		if w.loose && rapid.Bool().Draw(w.T, "loose") {
			value = reference(w.variable(f.Type.String(), value))
		}
		o.names, o.values = append(o.names, f.Name), append(o.values, value)
	}
	return o
}

// scalar draws a value that is good, or one that is not where the operation may be
// badly made.
func (w *writer) scalar(name, typ string) any {
	if name == "document" {
		return w.generator.operation(w.T, w.reader, queries).text
	}
	if category := givenBy[name]; category != "" && !rare(w.T, 3, "unwritten") {
		return w.written(category)
	}
	if w.noise && rapid.Bool().Draw(w.T, "bad") {
		return w.bad(typ)
	}
	return w.good(name, typ)
}

// givenBy are the members of inputs by which a person gives of themselves.
var givenBy = map[string]string{
	"email": "EMAIL", "givenName": "GIVEN_NAME", "familyName": "FAMILY_NAME", "patronymic": "PATRONYMIC", "address": "ADDRESS",
	"iin": "IIN", "place": "ENT_PLACE", "testeeCode": "TESTEE_CODE", "values": "SURVEY",
}

// bad is a value that is none of the kind, or beyond its range; or one of somebody's,
// where no message may quote it.
func (w *writer) bad(typ string) any {
	if typ != "String" && typ != "ID" && rapid.Bool().Draw(w.T, "somebody's") {
		return w.written(rapid.SampledFrom([]string{"GIVEN_NAME", "PHONE", "IIN", "EMAIL"}).Draw(w.T, "whose"))
	}
	switch typ {
	case "Boolean":
		return true
	case "Int":
		return rapid.SampledFrom([]int{-1, 501, 1 << 30}).Draw(w.T, "number")
	default:
		return rapid.SampledFrom([]string{"", "AAAA", "yesterday", "2026-02-30", "87710009999", "+79161234567", strings.Repeat("x", 60), "Ү'; --"}).Draw(w.T, "text")
	}
}

func (w *writer) good(name, typ string) any {
	draw := func(from ...string) string { return rapid.SampledFrom(from).Draw(w.T, name) }
	switch {
	case typ == "Boolean":
		return rapid.Bool().Draw(w.T, name)
	case name == "first":
		return rapid.SampledFrom([]int{0, 1, 1, 2, 3, 50, 500}).Draw(w.T, name)
	case name == "minTotal":
		return rapid.IntRange(0, 14).Draw(w.T, name) * 10
	case name == "version" || name == "acceptPolicy":
		return 1
	case typ == "Int":
		return rapid.SampledFrom([]int{0, 10, 50, 2026}).Draw(w.T, name)
	case name == "after":
		return w.cursor()
	case typ == "DateTime":
		return draw("2026-01-01T00:00:00Z", "2026-07-03T00:00:00Z", "2026-10-01T00:00:00Z")
	case typ == "Date":
		return draw("2026-06-01", "2008-07-16")
	case typ == "PhoneNumber" && w.root != "leads":
		return draw(w.written("PHONE"), person{n: changing}.values(0, nothing)["phone"])
	case typ == "PhoneNumber":
		return draw(append(slices.Clone(w.pool.phones), "+77710009999")...)
	case handles[w.root+"."+name] != "":
		return draw(handles[w.root+"."+name], handles[w.root+"."+name], handles[w.root+"."+name], "00000000-0000-4000-8000-00000000ffff")
	case name == "survey" || w.root == "survey" && name == "id":
		return draw(plans, road, "none")
	case typ == "ID" && name == "field":
		return draw("hours", "wish", "form")
	case typ == "ID":
		return draw(slices.Concat(w.pool.leads, w.pool.consents, []string{"00000000-0000-4000-8000-00000000ffff"})...)
	case name == "university":
		return draw("013", "027", "190", "001")
	case name == "programme":
		return draw("B057", "BM086")
	case name == "region":
		return draw("710000000", "750000000")
	default:
		return draw("DataCategory", "900101", "013")
	}
}

// cursor draws a cursor that somebody was given, for this list or another; one that
// was changed in a bit, cut or joined; or one that is made up.
func (w *writer) cursor() string {
	made := []string{"AAAA", "eyJyIjoiMjAyNi0wNy0wMVQwMDowMDowMFoiLCJ0IjotMSwiaSI6IiJ9", "", "%00"}
	if len(w.pool.cursors) == 0 {
		return rapid.SampledFrom(made).Draw(w.T, "made up")
	}
	c := rapid.SampledFrom(w.pool.cursors).Draw(w.T, "cursor")
	switch rapid.IntRange(0, 11).Draw(w.T, "forged") {
	case 0:
		return rapid.SampledFrom(made).Draw(w.T, "made up")
	case 1:
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		at, bit := rapid.IntRange(0, len(c)-2).Draw(w.T, "at"), rapid.IntRange(0, 5).Draw(w.T, "bit")
		flipped := alphabet[strings.IndexByte(alphabet, c[at])^(1<<bit)]
		return c[:at] + string(flipped) + c[at+1:]
	case 2:
		return c[:len(c)/2]
	default:
		return c
	}
}
