package graph

import (
	"context"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// Limits bound what a document may ask. They let leads(first: 500) with every
// field of the schema pass.
type Limits struct {
	Tokens     int // of the document
	Depth      int // of its selections
	Aliases    int // fields under another name, fragments spread out where they are used
	Fields     int // fields, likewise
	Complexity int // fields, times the length of the lists they stand in
}

// DefaultLimits are the limits unless the configuration says otherwise.
func DefaultLimits() Limits {
	return Limits{Tokens: 10_000, Depth: 15, Aliases: 60, Fields: 2_000, Complexity: 500_000}
}

// listLength is the length that the complexity reckons a list within a person's
// record with: at most four choices, five scores, a few sittings.
const listLength = 5

// catalogueLength is the length that it reckons a list of the catalogue with, and
// policyText what it reckons the text of the policy and its statement at.
const (
	catalogueLength = 200
	policyText      = 20_000
)

// explanation is the complexity of planning a document: as much as a request.
const explanation = 150_000

// checkText bounds a document before it is validated: validation itself costs
// more than linearly. All operations and fragments count, used or not. It
// returns the extent of the document.
func (l Limits) checkText(document string) (measure, *gqlerror.Error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, l.Tokens)
	if err != nil {
		return measure{}, faultyDocument(err, errcode.ParseFailed)[0]
	}
	m := measurer{doc: doc, fragments: map[string]*measure{}}
	var sum measure
	for _, op := range doc.Operations {
		sum.add(m.selections(op.SelectionSet))
	}
	for _, f := range doc.Fragments {
		if m.fragments[f.Name] == nil || doc.Fragments.ForName(f.Name) != f { // spread nowhere, or a second of that name
			sum.add(m.selections(f.SelectionSet))
		}
	}
	return sum, l.exceeded(sum)
}

func (l Limits) exceeded(m measure) *gqlerror.Error {
	switch {
	case m.depth > l.Depth:
		return tooComplex("DEPTH")
	case m.aliases > l.Aliases:
		return tooComplex("ALIASES")
	case m.fields > l.Fields:
		return tooComplex("FIELDS")
	default:
		return nil
	}
}

func tooComplex(what string) *gqlerror.Error {
	return gqlerror.Wrap(&fault{code: TooComplex, reason: what})
}

// checkCost bounds what answering an operation costs.
func (l Limits) checkCost(ctx context.Context, schema graphql.ExecutableSchema, op *ast.OperationDefinition, vars map[string]any) error {
	if complexity.Calculate(ctx, schema, op, vars) > l.Complexity {
		return tooComplex("COMPLEXITY")
	}
	return nil
}

// measure is the extent of a selection set.
type measure struct{ depth, aliases, fields, values int }

// beyond is more than any limit; a measure stays there.
const beyond = 1 << 30

func (m *measure) add(o measure) {
	m.depth = max(m.depth, o.depth)
	m.aliases = min(m.aliases+o.aliases, beyond)
	m.fields = min(m.fields+o.fields, beyond)
	m.values = min(m.values+o.values, beyond)
}

// measurer measures selection sets, each fragment once however often it is
// spread.
type measurer struct {
	doc       *ast.QueryDocument
	fragments map[string]*measure
}

func (m *measurer) selections(set ast.SelectionSet) measure {
	var sum measure
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			sum.add(m.field(s))
		case *ast.InlineFragment:
			sum.add(m.selections(s.SelectionSet))
		case *ast.FragmentSpread:
			sum.add(m.fragment(s.Name))
		}
	}
	return sum
}

func (m *measurer) field(f *ast.Field) measure {
	below := m.selections(f.SelectionSet)
	below.depth = min(below.depth+1, beyond)
	below.fields = min(below.fields+1, beyond)
	for _, a := range f.Arguments {
		below.values = min(below.values+values(a.Value), beyond)
	}
	if f.Alias != f.Name {
		below.aliases = min(below.aliases+1, beyond)
	}
	return below
}

// values counts the values in a literal.
func values(v *ast.Value) int {
	n := 1
	for _, c := range v.Children {
		n += values(c.Value)
	}
	return n
}

// fragment measures a fragment. One that contains itself has no end.
func (m *measurer) fragment(name string) measure {
	if known := m.fragments[name]; known != nil {
		return *known
	}
	m.fragments[name] = &measure{depth: beyond}
	definition := m.doc.Fragments.ForName(name)
	if definition == nil {
		return measure{}
	}
	sum := m.selections(definition.SelectionSet)
	m.fragments[name] = &sum
	return sum
}

// costs are the complexities of the fields that are lists.
func costs() ComplexityRoot {
	var c ComplexityRoot
	page := func(childComplexity int, first *int32) int { return 1 + childComplexity*max(1, int(deref(first))) }
	list := func(childComplexity int) int { return 1 + childComplexity*listLength }
	c.Query.Leads = func(child int, first *int32, _ *string, _ *applicant.LeadFilter, _ *applicant.LeadOrder) int {
		return page(child, first)
	}
	c.Query.EndedLeads = func(child int, _ applicant.DateTime, first *int32, _ *string) int { return page(child, first) }
	c.Query.Explain = func(child int, _ string, _ *string, _ *privacy.Audience, _ *privacy.Purpose) int {
		return explanation + child*listLength
	}
	catalogue := func(child int) int { return 1 + child*catalogueLength }
	c.Query.PrivacyPolicy = func(child int, _ *int32, _ *applicant.Language) int { return policyText + child }
	c.PrivacyPolicy.ChangesSince = func(child int, _ int32) int { return 2*policyText + child }
	c.PrivacyPolicy.Widens = func(child int, _ int32) int { return policyText + child }
	c.Query.Programmes, c.Query.Regions, c.Query.ProfileCombinations = catalogue, catalogue, catalogue
	c.Query.Universities = func(child int, _ *string) int { return catalogue(child) }
	c.Query.Vocabulary = func(child int, _ *string) int { return catalogue(child) }
	c.Query.MySessions = list
	c.User.EntResults = list
	c.User.GrantApplications = list
	c.Query.Surveys = list
	c.Survey.Fields = list
	c.SurveyField.Choices = list
	// User.surveyAnswers is a list for one person at a time: leads never have it.
	c.User.Consents = list
	c.User.Sources = list
	c.Consent.History = list
	c.EntResult.Scores = list
	c.GrantApplication.Choices = list
	c.GrantApplication.History = list
	c.GrantApplicationDraft.Options = catalogue
	return c
}
