package graph

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/internal/privacy"
)

// Reader is who reads, as far as a plan depends on it.
type Reader struct {
	Audience privacy.Audience
	// Barred is why the reader may select nothing that names an audience:
	// Unauthenticated, AudienceNotAllowed, or empty where they may.
	Barred Code
	// Registered tells whether the client is registered for the operation's purpose.
	Registered bool
	// Accepted is what the version of the policy that the person consented to
	// allows; the zero Allowed where no consent of theirs stands.
	Accepted privacy.Allowed
}

// Plan is what an operation would be shown, decided before anything is read: a
// pure function of the operation, the booleans in its @skip and @include, the
// filter and sort keys in use, the audience, the purpose and what the person accepted.
type Plan struct {
	Purpose  privacy.Purpose
	Decision privacy.Decision
	// Fields are the selected, filtered and sorted categories, in the document's
	// order; the keys of one argument in the schema's.
	Fields []PlannedField

	reader Reader
	// fault is what makes the operation invalid in a way that only its plan sees.
	fault    *fault
	refusals []refusal
	// refused is the refusal of the whole operation, for a filter or a sort key.
	refused *refusal
	// closed are the fields that are refused, by type and name: wherever they stand.
	closed map[string]map[string]bool
	roots  map[string]*rootPlan // by response key
	order  []string             // the response keys of the root fields, as they stand
}

// rootPlan is the plan of one root field.
type rootPlan struct {
	refused    bool
	projection privacy.Projection

	compiled sync.Once
	selected selection // nil where gqlgen resolves it

	written atomic.Int64 // how many bytes the last answer had
}

// selection is the compiled selection of the root field that ctx resolves; nil
// where nothing personal is read, and where gqlgen is to resolve it.
func (p *rootPlan) selection(ctx context.Context, schema *ast.Schema) selection {
	p.compiled.Do(func() {
		field := graphql.GetFieldContext(ctx).Field
		if t := field.Definition.Type; len(p.projection) > 0 && t.Elem == nil {
			p.selected, _ = compile(graphql.GetOperationContext(ctx), schema, t.Name(), field.Selections)
		}
	})
	return p.selected
}

// reads tells whether anything below the root field is read of a record: what is
// open, or of a category that the record opens.
func (p *rootPlan) reads(record *privacy.Record) bool {
	for coordinate := range p.projection {
		if c := coordinates[coordinate]; c == 0 || record.Readable().Has(c) {
			return true
		}
	}
	return false
}

// PlannedField is what becomes of one selected, filtered or sorted category.
type PlannedField struct {
	Path       string
	Coordinate string
	Category   privacy.Category
	Verdict    privacy.Verdict
	Basis      *privacy.Basis
	Treatment  *privacy.Treatment
	Clause     *string

	root string
	key  bool // a filter or sort key, which is read and not shown
}

// PrivacyPlan answers Query.explain.
type PrivacyPlan struct {
	Audience privacy.Audience
	Purpose  *privacy.Purpose
	Fields   []*PlannedField
}

// purposeOf is the purpose that an operation names as a literal; zero where it
// names none.
func purposeOf(op *ast.OperationDefinition) privacy.Purpose {
	d := op.Directives.ForName("purpose")
	if d == nil || d.Arguments.ForName("is") == nil || d.Arguments.ForName("is").Value.Kind != ast.EnumValue {
		return 0
	}
	p, err := privacy.ParsePurpose(d.Arguments.ForName("is").Value.Raw)
	if err != nil {
		return 0
	}
	return p
}

// newPlan plans an operation. Variables that are nil are unknown: whatever
// depends on them counts as included and in use.
func newPlan(op *ast.OperationDefinition, schema *ast.Schema, vars map[string]any, purpose privacy.Purpose, reader Reader) *Plan {
	w := walk{
		schema: schema,
		vars:   vars,
		plan: &Plan{
			Purpose:  purpose,
			Decision: privacy.Decide(reader.Audience, purpose),
			reader:   reader,
			closed:   map[string]map[string]bool{},
			roots:    map[string]*rootPlan{},
		},
	}
	w.operation(op)
	return w.plan
}

// standsOn tells whether anything of the plan stands on a basis.
func (p *Plan) standsOn(b privacy.Basis) bool {
	return slices.ContainsFunc(p.Fields, func(f PlannedField) bool { return f.Basis != nil && *f.Basis == b })
}

// names tells whether the operation names personal data to filter by, whether or
// not it may.
func (p *Plan) names() bool {
	return slices.ContainsFunc(p.Fields, func(f PlannedField) bool { return f.key })
}

// filters tells whether the operation filters or sorts by personal data.
func (p *Plan) filters() bool {
	return slices.ContainsFunc(p.Fields, func(f PlannedField) bool { return f.key && f.Verdict != privacy.Never })
}

// reads tells whether the operation goes on to read anybody's data, be it to
// filter or sort by them.
func (p *Plan) reads() bool {
	if p.filters() {
		return true
	}
	for _, r := range p.roots {
		if !r.refused && len(r.projection) > 0 {
			return true
		}
	}
	return false
}

// refusesBelow tells whether the plan refuses a field below a root field.
func (p *Plan) refusesBelow(root string) bool {
	return slices.ContainsFunc(p.refusals, func(r refusal) bool { return r.path.keys[0] == root })
}

// perRecord lists the planned fields below a root field that depend on the record.
func (p *Plan) perRecord(root string) []PlannedField {
	var fields []PlannedField
	for _, f := range p.Fields {
		if f.root == root && !f.key && f.Verdict == privacy.PerRecord {
			fields = append(fields, f)
		}
	}
	return fields
}
