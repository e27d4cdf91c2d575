package graph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/internal/privacy"
)

// walk goes through an operation once and writes its plan.
type walk struct {
	schema *ast.Schema
	vars   map[string]any
	plan   *Plan

	selected []selectedField
	seen     map[string]bool
}

// selectedField is a field of a personal type that is read, unless something
// above it turns out to be refused.
type selectedField struct{ root, coordinate string }

func (w *walk) operation(op *ast.OperationDefinition) {
	w.seen = map[string]bool{}
	if d := op.Directives.ForName("purpose"); d != nil && w.plan.Purpose == 0 {
		w.plan.fault = &fault{code: BadInput, reason: "PURPOSE"}
	}
	w.selections(op.SelectionSet, responsePath{}, false)
	if op.Operation == ast.Mutation && len(w.plan.roots) > 1 {
		w.plan.fault = &fault{code: BadInput, reason: "MUTATIONS"}
	}
	for _, s := range w.selected {
		w.plan.roots[s.root].projection[s.coordinate] = true
	}
}

// selections walks a selection set. It returns the refusal that a non-null
// field passes on to its parent, if any.
func (w *walk) selections(set ast.SelectionSet, at responsePath, unreachable bool) (passed *refusal) {
	pass := func(r *refusal) {
		if passed == nil {
			passed = r
		}
	}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if w.included(s.Directives) {
				pass(w.field(s, at, unreachable))
			}
		case *ast.InlineFragment:
			if w.included(s.Directives) {
				pass(w.selections(s.SelectionSet, at, unreachable))
			}
		case *ast.FragmentSpread:
			if w.included(s.Directives) {
				pass(w.selections(s.Definition.SelectionSet, at, unreachable))
			}
		}
	}
	return passed
}

// field plans one field and what is below it. A refused field is null; where it
// may not be null, its parent is refused instead, up to the root field.
func (w *walk) field(f *ast.Field, parent responsePath, unreachable bool) *refusal {
	at := parent.child(f.Alias, isList(f.Definition.Type))
	if len(parent.keys) == 0 && w.plan.roots[f.Alias] == nil {
		w.plan.roots[f.Alias] = &rootPlan{projection: privacy.Projection{}}
		w.plan.order = append(w.plan.order, f.Alias)
	}
	refusals, selected, planned := len(w.plan.refusals), len(w.selected), len(w.plan.Fields)

	r := w.refuse(f, at)
	w.record(f, at, r != nil || unreachable)
	w.keys(f, at, r != nil || unreachable)
	if below := w.selections(f.SelectionSet, at, r != nil || unreachable); r == nil {
		r = below
	}
	if r == nil || unreachable {
		return nil
	}

	w.plan.refusals = w.plan.refusals[:refusals]
	w.selected = w.selected[:selected]
	w.close(planned)
	if isRoot := len(parent.keys) == 0; !f.Definition.Type.NonNull || isRoot {
		w.deny(refusal{code: r.code, category: r.category, clause: r.clause, path: at})
		if !isRoot && coordinates[f.ObjectDefinition.Name+"."+f.Name] == 0 {
			w.plan.closed[at.String()] = true
		}
		return nil
	}
	return r
}

func isList(t *ast.Type) bool { return t.Elem != nil }

// deny adds a refusal, once for each path.
func (w *walk) deny(r refusal) {
	if !slices.ContainsFunc(w.plan.refusals, func(o refusal) bool { return slices.Equal(o.path.keys, r.path.keys) }) {
		w.plan.refusals = append(w.plan.refusals, r)
	}
	if len(r.path.keys) == 1 {
		w.plan.roots[r.path.keys[0]].refused = true
	}
}

// close makes what has been planned from an index on unreachable.
func (w *walk) close(from int) {
	for i := from; i < len(w.plan.Fields); i++ {
		f := &w.plan.Fields[i]
		f.Verdict, f.Basis, f.Treatment, f.Clause = privacy.Never, nil, nil, nil
	}
}

// refuse decides whether the operation alone refuses a field; the first reason
// that applies counts.
func (w *walk) refuse(f *ast.Field, at responsePath) *refusal {
	if isMeta(f) {
		return nil
	}
	coordinate := f.ObjectDefinition.Name + "." + f.Name
	code := w.refuseAudience(coordinate)
	if code == "" && personalTypes[f.ObjectDefinition.Name] {
		code = w.refusePurpose()
	}
	category := coordinates[coordinate]
	if code == "" && category != 0 {
		code = w.refuseCategory(category)
	}
	return w.refusal(code, category, at)
}

func (w *walk) refusal(code Code, category privacy.Category, at responsePath) *refusal {
	if code == "" {
		return nil
	}
	return &refusal{code: code, category: category, clause: code.clause(), path: at}
}

func (w *walk) refuseAudience(coordinate string) Code {
	audiences, named := fieldAudiences[coordinate]
	switch {
	case !named:
		return ""
	case w.plan.reader.Barred != "":
		return w.plan.reader.Barred
	case !slices.Contains(audiences, w.plan.reader.Audience):
		return AudienceNotAllowed
	default:
		return ""
	}
}

func (w *walk) refusePurpose() Code {
	switch {
	case w.plan.Purpose == 0:
		return PurposeRequired
	case !w.plan.reader.Registered:
		return PurposeNotRegistered
	default:
		return ""
	}
}

func (w *walk) refuseCategory(c privacy.Category) Code {
	rule := w.plan.Decision.Rule(c)
	switch {
	case rule.Verdict() == privacy.Never:
		return NotPermitted
	case w.under(c) == privacy.Rule{}:
		return PolicyNotAccepted
	default:
		return ""
	}
}

// under is the rule of a category, narrowed to what the person accepted.
func (w *walk) under(c privacy.Category) privacy.Rule {
	return w.plan.Decision.Under(w.plan.reader.Accepted, c)
}

// isMeta tells whether a field is one of introspection, such as __typename, which
// tells of the schema and of nobody.
func isMeta(f *ast.Field) bool { return strings.HasPrefix(f.Name, "__") }

// record notes a field of a personal type: that it is read, and what becomes of
// its category.
func (w *walk) record(f *ast.Field, at responsePath, refused bool) {
	if !personalTypes[f.ObjectDefinition.Name] || isMeta(f) {
		return
	}
	coordinate := f.ObjectDefinition.Name + "." + f.Name
	if !refused {
		w.selected = append(w.selected, selectedField{root: at.keys[0], coordinate: coordinate})
	}
	if c := coordinates[coordinate]; c != 0 {
		w.planned(PlannedField{Path: at.String(), Coordinate: coordinate, Category: c, root: at.keys[0]}, refused)
	}
}

// planned notes what becomes of a category, once for each place.
func (w *walk) planned(f PlannedField, refused bool) {
	once := f.Path + " " + f.Coordinate
	if w.seen[once] {
		return
	}
	w.seen[once] = true
	f.Verdict = privacy.Never
	if rule := w.under(f.Category); !refused && rule.Verdict() != privacy.Never {
		f.Verdict = rule.Verdict()
		f.Basis, f.Treatment, f.Clause = &rule.Basis, &rule.Treatment, &rule.Clause
	}
	w.plan.Fields = append(w.plan.Fields, f)
}

// keys plans the filter and sort keys that a field's arguments use. A key that
// is refused refuses the operation. The arguments of a mutation are no keys:
// giving one's data is not reading it.
func (w *walk) keys(f *ast.Field, at responsePath, unreachable bool) {
	if f.ObjectDefinition == w.schema.Mutation {
		return
	}
	for _, definition := range f.Definition.Arguments {
		coordinate := f.ObjectDefinition.Name + "." + f.Name + "(" + definition.Name + ":)"
		for _, key := range w.keysInUse(coordinate, definition, f.Arguments.ForName(definition.Name)) {
			w.key(key, at, unreachable)
		}
	}
}

func (w *walk) key(k key, at responsePath, unreachable bool) {
	c := coordinates[k.coordinate]
	code := w.refusePurpose()
	if code == "" {
		code = w.refuseCategory(c)
	}
	at.argument = k.path
	w.planned(PlannedField{Path: at.String(), Coordinate: k.coordinate, Category: c, root: at.keys[0], key: true}, unreachable || code != "")
	if !unreachable && w.plan.refused == nil {
		w.plan.refused = w.refusal(code, c, at)
	}
}

// included tells whether @skip and @include let a selection in.
func (w *walk) included(ds ast.DirectiveList) bool {
	if ds.ForName("defer") != nil {
		w.plan.fault = &fault{code: BadInput, reason: "DEFER"}
	}
	skipped, included := w.condition(ds.ForName("skip"), false), w.condition(ds.ForName("include"), true)
	return !skipped && included
}

// condition is the value of a directive's `if`, or otherwise where there is no
// such directive or variables are unknown. A variable with a default may be null
// all the same, which is no answer: the operation is invalid then.
func (w *walk) condition(d *ast.Directive, otherwise bool) bool {
	if d == nil {
		return otherwise
	}
	condition := d.Arguments.ForName("if").Value
	switch {
	case condition.Kind != ast.Variable:
		return condition.Raw == "true"
	case w.vars == nil:
		return otherwise
	}
	is, ok := w.vars[condition.Raw].(bool)
	if !ok {
		w.plan.fault = &fault{code: BadInput, reason: "VARIABLE", variant: strings.ToUpper(d.Name)}
	}
	return is
}
