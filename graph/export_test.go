package graph

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"joo.kz/kelisim/internal/applicant"
)

// Planned is the plan of an operation whose variables are known, as far as a
// client or the database notices it.
type Planned struct {
	Fields []PlannedField
	// Errors are the refusals as a response shows them.
	Errors []*gqlerror.Error
	// Refused is the refusal of the whole operation.
	Refused *gqlerror.Error
	// Fault is what is wrong with a variable.
	Fault string
	// Projection is what is read below each root field, in order.
	Projection map[string][]string
	// Key is what the plan's place in the cache depends on of the variables.
	Key string
}

// PlanDocument plans the only operation of a document for a reader.
func PlanDocument(document string, vars map[string]any, reader Reader) (Planned, error) {
	schema := NewExecutableSchema(Config{Complexity: costs()})
	e := explainer{executable: schema, limits: DefaultLimits()}
	doc, errs := e.parse(document)
	if len(errs) > 0 {
		return Planned{}, errs
	}
	op := doc.Operations[0]
	known, err := validator.VariableValues(schema.Schema(), op, vars)
	if err != nil {
		return Planned{}, err
	}
	return plannedOf(newPlan(op, schema.Schema(), known, purposeOf(op), reader), variables(schema.Schema(), op, known)), nil
}

func plannedOf(p *Plan, key string) Planned {
	planned := Planned{Fields: p.Fields, Projection: map[string][]string{}, Key: key}
	for _, r := range p.refusals {
		planned.Errors = append(planned.Errors, r.err(context.Background(), p))
	}
	if p.refused != nil {
		planned.Refused = p.refused.err(context.Background(), p)
	}
	if p.fault != nil {
		planned.Fault = string(p.fault.code) + " " + p.fault.reason
	}
	for root, r := range p.roots {
		planned.Projection[root] = nil
		for coordinate := range r.projection {
			planned.Projection[root] = append(planned.Projection[root], coordinate)
		}
		sort.Strings(planned.Projection[root])
	}
	return planned
}

// Category is the category that the schema gives a coordinate, such as User.email
// or LeadOrder.TOTAL_DESC, read from the schema's @pii; empty where it has none.
func Category(schema *ast.Schema, coordinate string) string {
	typeName, member, _ := strings.Cut(coordinate, ".")
	def := schema.Types[typeName]
	if def == nil {
		return ""
	}
	var directives ast.DirectiveList
	if i := slices.IndexFunc(def.Fields, func(f *ast.FieldDefinition) bool { return f.Name == member }); i >= 0 {
		directives = def.Fields[i].Directives
	}
	if v := def.EnumValues.ForName(member); v != nil {
		directives = v.Directives
	}
	if pii := directives.ForName("pii"); pii != nil {
		return pii.Arguments.ForName("category").Value.Raw
	}
	return ""
}

// DocumentRules are the rules that documents are validated by.
func DocumentRules() *rules.Rules { return documentRules() }

// RuleReason is the reason of a document that breaks a rule.
func RuleReason(rule string) string {
	return upperSnake(strings.TrimSuffix(rule, "WithoutSuggestions"))
}

// RuleReasons are the reasons of all rules.
func RuleReasons() []string {
	var reasons []string
	for rule := range documentRules().GetInner() {
		reasons = append(reasons, RuleReason(rule))
	}
	return reasons
}

// Retold is what the validator said, in a language.
func Retold(language, key, said string) string {
	return retold(applicant.Language(strings.ToUpper(language)), key, said)
}

// DecodeRequest reads the body of a request: its document, the operation asked for
// and its variables.
func DecodeRequest(body string) (query, operation string, vars map[string]any, err error) {
	var in request
	err = decode(strings.NewReader(body), &in)
	return in.Query, in.OperationName, in.Variables, err
}

// SealCursor and OpenCursor seal a place of a list into a cursor that is good for
// what it is bound to, and open it.
func SealCursor(key []byte, place any, bound ...any) (string, error) {
	c, err := newCursors(key)
	if err != nil {
		return "", err
	}
	return c.seal(place, bound)
}

// OpenCursor is the other way round.
func OpenCursor(key []byte, cursor string, place any, bound ...any) error {
	c, err := newCursors(key)
	if err != nil {
		return err
	}
	return c.open(cursor, bound, place)
}
