package proof_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// always are the fields that are selected under an alias wherever their type is: by
// them an answer tells whose it is, and a later operation goes on.
var always = map[string]string{
	"Lead": "proofId: id", "SignInChallenge": "proofId: id", "GuardianChallenge": "proofId: id",
	"Session": "proofToken: refreshToken", "ConsentReceipt": "proofId: id",
}

// selection draws a selection of a type, at most so deep.
func (w *writer) selection(def *ast.Definition, depth int) string {
	used := map[string]bool{}
	return "{ " + w.selections(def, depth, used) + " }"
}

func (w *writer) selections(def *ast.Definition, depth int, used map[string]bool) string {
	n := 1 + rapid.IntRange(0, 9).Draw(w.T, "fields")*3/10
	if depth <= 3 || len(w.fragments) > 4 {
		n = min(n, 2)
	}
	parts := make([]string, 0, n+1)
	if first := always[def.Name]; first != "" && !used["proofId"] {
		used["proofId"] = true
		parts = append(parts, first)
	}
	for range n {
		switch rapid.IntRange(0, 11).Draw(w.T, "part") {
		case 11:
			parts = append(parts, "..."+w.on(def)+w.conditional()+" { "+w.selections(def, depth, used)+" }")
		case 10:
			if len(w.fragments) < 6 {
				parts = append(parts, w.spread(def, depth))
			}
		case 9:
			parts = append(parts, w.alias(used)+w.meta(def))
		default:
			if f := w.affordable(def, depth); f != nil {
				parts = append(parts, w.field(f, depth, used))
			}
		}
	}
	if len(parts) == 0 {
		return "__typename"
	}
	return strings.Join(parts, " ")
}

// meta selects what tells of the schema.
func (w *writer) meta(def *ast.Definition) string {
	if def != w.schema.Query {
		return "__typename"
	}
	return rapid.SampledFrom([]string{
		"__typename", `__type(name: "User") { fields { name args { name } } }`,
		"__schema { types { name inputFields { name } } directives { name } }",
	}).Draw(w.T, "meta")
}

// affordable picks a field, with fields below it only where there is depth left.
func (w *writer) affordable(def *ast.Definition, depth int) *ast.FieldDefinition {
	fields := def.Fields
	if def == w.schema.Query && rapid.IntRange(0, 2).Draw(w.T, "own") > 0 {
		fields = w.own(fields)
	}
	f := w.pick(fields)
	if below := w.schema.Types[f.Type.Name()]; below.Kind == ast.Object && depth <= 1 {
		return nil
	}
	if def == w.schema.Query {
		w.root = f.Name
	}
	return f
}

// own are the fields meant for this reader's audience, which read personal data; or
// all, if there are none.
func (w *writer) own(fields ast.FieldList) ast.FieldList {
	own := slices.DeleteFunc(slices.Clone(fields), func(f *ast.FieldDefinition) bool {
		audience := f.Directives.ForName("audience")
		return audience == nil || !strings.Contains(audience.Arguments.ForName("is").Value.String(), w.reader.audience)
	})
	if len(own) == 0 || w.reader.audience == "" {
		return fields
	}
	return own
}

// on draws the type condition of a fragment: the type, none or, where it may be
// invalid, one that is impossible there.
func (w *writer) on(def *ast.Definition) string {
	switch n := rapid.IntRange(0, 5).Draw(w.T, "on"); {
	case n == 5:
		return ""
	case n == 4 && w.noise:
		return " on " + rapid.SampledFrom([]string{"User", "Lead", "Query", "Mutation", "String", "Sex", "LeadFilter", "Node", "__Schema"}).Draw(w.T, "impossible")
	}
	return " on " + def.Name
}

// spread makes a fragment of its own and spreads it, once or twice.
func (w *writer) spread(def *ast.Definition, depth int) string {
	name := fmt.Sprintf("%sF%d", w.prefix, len(w.fragments))
	at := len(w.fragments)
	w.fragments = append(w.fragments, "")
	used := map[string]bool{"*": true, "proofId": true} // the selection around it has that; and no key is used twice
	on := def.Name
	if w.noise && rare(w.T, 3, "elsewhere") {
		on = rapid.SampledFrom([]string{"User", "Lead", "Query", "EntResult"}).Draw(w.T, "type")
	}
	junk := w.junk()
	w.fragments[at] = fmt.Sprintf(" fragment %s on %s%s { %s }", name, on, junk, w.selections(def, depth-1, used))
	use := "..." + name + w.conditional()
	if rare(w.T, 2, "twice") {
		use += " ..." + name
	}
	return use
}

// alias draws an alias where the key is used, or at random: of its own, or the name
// of another field.
func (w *writer) alias(used map[string]bool) string {
	w.aliases++
	if used["*"] || rapid.IntRange(0, 2).Draw(w.T, "alias") < 2 {
		return fmt.Sprintf("%sa%d: ", w.prefix, w.aliases)
	}
	if decoy := rapid.SampledFrom([]string{"id", "iin", "phone", "total", "nodes", "covers", "x"}).Draw(w.T, "decoy"); !used[decoy] {
		used[decoy] = true
		return decoy + ": "
	}
	return fmt.Sprintf("%sa%d: ", w.prefix, w.aliases)
}

func (w *writer) field(f *ast.FieldDefinition, depth int, used map[string]bool) string {
	text := f.Name
	if used["*"] || used[f.Name] || rare(w.T, 2, "aliased") {
		text = w.alias(used) + f.Name
	}
	used[f.Name] = true
	text += w.arguments(f.Arguments) + w.conditional()
	if below := w.schema.Types[f.Type.Name()]; below.Kind == ast.Object {
		text += " " + w.selection(below, depth-1)
	}
	return text
}

// conditional draws @skip or @include or both, literal or by a variable, or none.
func (w *writer) conditional() string {
	if !rare(w.T, 3, "conditional") {
		return w.junk()
	}
	yes := rapid.Bool().Draw(w.T, "if")
	switch rapid.IntRange(0, 3).Draw(w.T, "how") {
	case 0:
		return fmt.Sprintf(" @include(if: %t)", yes)
	case 1:
		return fmt.Sprintf(" @skip(if: %t)", yes)
	case 2:
		return " @include(if: " + w.variable("Boolean!", yes) + ")"
	default:
		return " @skip(if: " + w.variable("Boolean!", !yes) + ") @include(if: " + w.variable("Boolean!", yes) + ")"
	}
}

// junk draws a directive that may not stand here, where the operation may be
// invalid.
func (w *writer) junk() string {
	if !w.noise || !rare(w.T, 4, "junk") {
		return ""
	}
	return " " + rapid.SampledFrom([]string{
		"@pii(category: PHONE)", `@open(because: "x")`, "@purpose(is: SUBJECT_ACCESS)", "@audience(is: [UNIVERSITY])", "@personal", "@reference",
		"@unknown", "@skip", "@include(if: null)", "@skip(if: true)", "@include(if: false) @include(if: true)", `@deprecated(reason: "x")`,
		"@defer", "@oneOf", `@specifiedBy(url: "x")`, `@goField(forceResolver: true)`,
	}).Draw(w.T, "directive")
}
