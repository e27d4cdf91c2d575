package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

// explainer plans documents for Query.explain and for `kelisim plan`, under the
// limits of any request.
type explainer struct {
	executable graphql.ExecutableSchema
	limits     Limits
}

// Explanation is the plan of one operation of a document.
type Explanation struct {
	Operation string
	Audience  privacy.Audience
	Purpose   privacy.Purpose
	Fields    []PlannedField
	Refused   []Refused
}

// Refused is a field that the operation alone refuses, and why.
type Refused struct {
	Path string
	Code Code
}

// ExplainDocument plans every operation of a document for an audience, and for a
// purpose unless the operation names its own. Its error is a [gqlerror.List].
func ExplainDocument(document string, audience privacy.Audience, purpose privacy.Purpose) ([]Explanation, error) {
	e := explainer{executable: NewExecutableSchema(Config{Complexity: costs()}), limits: DefaultLimits()}
	doc, errs := e.parse(document)
	if len(errs) > 0 {
		return nil, errs
	}
	all := make([]Explanation, len(doc.Operations))
	for i, op := range doc.Operations {
		p, err := e.plan(context.Background(), op, audience, purpose)
		if err != nil {
			return nil, gqlerror.List{gqlerror.Wrap(err)}
		}
		all[i] = explanationOf(op, audience, p)
	}
	return all, nil
}

func explanationOf(op *ast.OperationDefinition, audience privacy.Audience, p *Plan) Explanation {
	x := Explanation{Operation: op.Name, Audience: audience, Purpose: p.Purpose, Fields: p.Fields}
	for _, r := range p.refusals {
		x.Refused = append(x.Refused, Refused{Path: r.path.String(), Code: r.code})
	}
	if p.refused != nil {
		x.Refused = append(x.Refused, Refused{Path: p.refused.path.String(), Code: p.refused.code})
	}
	return x
}

func (e *explainer) parse(document string) (*ast.QueryDocument, gqlerror.List) {
	if _, err := e.limits.checkText(document); err != nil {
		return nil, gqlerror.List{err}
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return nil, faultyDocument(err, errcode.ParseFailed)
	}
	if errs := validator.ValidateWithRules(e.executable.Schema(), doc, documentRules()); len(errs) > 0 {
		return nil, faultyDocument(errs, errcode.ValidationFailed)
	}
	return doc, nil
}

// plan plans an operation, or says what makes it one that would not be answered.
func (e *explainer) plan(ctx context.Context, op *ast.OperationDefinition, audience privacy.Audience, purpose privacy.Purpose) (*Plan, error) {
	if err := e.limits.checkCost(ctx, e.executable, op, nil); err != nil {
		return nil, err
	}
	if op.Directives.ForName("purpose") != nil {
		purpose = purposeOf(op)
	}
	p := newPlan(op, e.executable.Schema(), nil, purpose, Reader{Audience: audience, Registered: true, Accepted: privacy.AllAllowed()})
	if p.fault != nil {
		return nil, p.fault
	}
	return p, nil
}

func (e *explainer) explain(ctx context.Context, document string, name *string, audience *privacy.Audience, purpose *privacy.Purpose) (*PrivacyPlan, error) {
	a, err := explainedAudience(ctx, audience)
	if err != nil {
		return nil, err
	}
	doc, errs := e.parse(document)
	if len(errs) > 0 {
		return nil, inDocument(present(ctx, errs[0]))
	}
	op := doc.Operations.ForName(deref(name))
	if op == nil {
		return nil, badInput("OPERATION_NAME", "operationName")
	}
	p, err := e.plan(ctx, op, a, deref(purpose))
	if err != nil {
		return nil, inDocument(present(ctx, err))
	}
	return privacyPlan(a, p), nil
}

// explainedAudience is the audience asked about, or else the caller's own.
func explainedAudience(ctx context.Context, asked *privacy.Audience) (privacy.Audience, error) {
	if asked != nil {
		return *asked, nil
	}
	if caller := auth.CallerOf(ctx); caller != nil {
		return caller.Audience, nil
	}
	return 0, badInput("REQUIRED", "audience")
}

// inDocument is the fault of a document that was given as an argument.
func inDocument(e *gqlerror.Error) error {
	code, _ := e.Extensions["code"].(Code)
	reason, _ := e.Extensions["reason"].(string)
	return &fault{code: code, reason: reason, argument: []string{"document"}, told: e.Message}
}

func privacyPlan(a privacy.Audience, p *Plan) *PrivacyPlan {
	plan := &PrivacyPlan{Audience: a, Fields: make([]*PlannedField, len(p.Fields))}
	if p.Purpose != 0 {
		plan.Purpose = &p.Purpose
	}
	for i := range p.Fields {
		plan.Fields[i] = &p.Fields[i]
	}
	return plan
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
