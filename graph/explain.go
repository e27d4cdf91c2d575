package graph

import (
	"context"

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
	schema *ast.Schema
	limits Limits
}

// Explanation is the plan of one operation of a document.
type Explanation struct {
	Operation string
	Audience  privacy.Audience
	Purpose   privacy.Purpose
	Fields    []PlannedField
}

// ExplainDocument plans every operation of a document for an audience, and for a
// purpose unless the operation names its own. Its error is a [gqlerror.List].
func ExplainDocument(document string, audience privacy.Audience, purpose privacy.Purpose) ([]Explanation, error) {
	e := explainer{schema: Schema(), limits: DefaultLimits()}
	doc, errs := e.parse(document)
	if len(errs) > 0 {
		return nil, errs
	}
	all := make([]Explanation, len(doc.Operations))
	for i, op := range doc.Operations {
		p := e.plan(op, audience, purpose)
		all[i] = Explanation{Operation: op.Name, Audience: audience, Purpose: p.Purpose, Fields: p.Fields}
	}
	return all, nil
}

func (e *explainer) parse(document string) (*ast.QueryDocument, gqlerror.List) {
	if _, err := e.limits.checkText(document); err != nil {
		return nil, gqlerror.List{err}
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return nil, faultyDocument(err, errcode.ParseFailed)
	}
	if errs := validator.ValidateWithRules(e.schema, doc, documentRules()); len(errs) > 0 {
		return nil, faultyDocument(errs, errcode.ValidationFailed)
	}
	return doc, nil
}

func (e *explainer) plan(op *ast.OperationDefinition, audience privacy.Audience, purpose privacy.Purpose) *Plan {
	if op.Directives.ForName("purpose") != nil {
		purpose = purposeOf(op)
	}
	return newPlan(op, e.schema, nil, purpose, Reader{Audience: audience, Registered: true, Accepted: true})
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
	return privacyPlan(a, e.plan(op, a, deref(purpose))), nil
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
	return &fault{code: code, reason: reason, argument: []string{"document"}, message: e.Message}
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
