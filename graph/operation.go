package graph

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
)

// operation is one operation being answered: its plan, the snapshot that it
// reads and what it withholds.
type operation struct {
	plan     *Plan
	caller   *auth.Caller
	snapshot *postgres.Snapshot

	mu       sync.Mutex
	withheld map[string][]*withheldField // by root field
	survey   privacy.Standing            // of the person's consents to surveys, where the plan stands on them
}

type operationKey struct{}

func operationOf(ctx context.Context) *operation {
	op, _ := ctx.Value(operationKey{}).(*operation)
	return op
}

// enforcement is the extension of gqlgen through which every operation and every
// response passes. It plans an operation before anything of it is resolved, and
// adds to the response what was refused and what was withheld.
type enforcement struct {
	store      *postgres.Store
	executable graphql.ExecutableSchema
	limits     Limits
	plans      *lru.Cache[planKey, *Plan]
	reference  bool
}

var (
	_ graphql.HandlerExtension     = (*enforcement)(nil)
	_ graphql.OperationInterceptor = (*enforcement)(nil)
	_ graphql.ResponseInterceptor  = (*enforcement)(nil)
	_ graphql.FieldInterceptor     = (*enforcement)(nil)
)

// ExtensionName names the extension.
func (e *enforcement) ExtensionName() string { return "Enforcement" }

// Validate finds nothing wrong with any schema: the generator has checked it.
func (e *enforcement) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation plans the operation, and refuses it whole if it is beyond
// the limits or filters or sorts by what may not be read.
func (e *enforcement) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	request := graphql.GetOperationContext(ctx)
	if err := e.limits.checkCost(ctx, e.executable, request.Operation, request.Variables); err != nil {
		return oneError(present(ctx, err))
	}
	op := &operation{caller: auth.CallerOf(ctx), snapshot: e.store.Snapshot(), withheld: map[string][]*withheldField{}}
	op.plan = e.plan(ctx, op.reader(request.Operation))
	switch {
	case op.plan.fault != nil:
		return oneError(present(ctx, op.plan.fault))
	case op.plan.refused != nil:
		return oneError(op.plan.refused.err(ctx, op.plan))
	case byURL(ctx) && op.plan.names():
		return oneError(present(ctx, &fault{code: BadInput, reason: "METHOD", variant: "PERSONAL"}))
	}
	return next(context.WithValue(ctx, operationKey{}, op))
}

func oneError(err *gqlerror.Error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{err}})
}

// plan finds the plan of the operation of a request, or makes it.
func (e *enforcement) plan(ctx context.Context, reader Reader) *Plan {
	request := graphql.GetOperationContext(ctx)
	key := planKey{
		query:     request.RawQuery,
		operation: request.Operation.Name,
		variables: variables(e.executable.Schema(), request.Operation, request.Variables),
		reader:    reader,
	}
	if p, ok := e.plans.Get(key); ok {
		return p
	}
	p := newPlan(request.Operation, e.executable.Schema(), request.Variables, purposeOf(request.Operation), reader)
	if keeps(ctx) {
		e.plans.Add(key, p)
	}
	return p
}

// planKey is all that a plan depends on.
type planKey struct {
	query, operation, variables string
	reader                      Reader
}

// reader is the caller as a plan sees them, presumed to have accepted all that the
// rules ask for.
func (op *operation) reader(o *ast.OperationDefinition) Reader {
	r := Reader{Barred: Unauthenticated, Accepted: privacy.AllAllowed()}
	if op.caller == nil {
		return r
	}
	r.Audience = op.caller.Audience
	r.Registered = op.caller.Registered(purposeOf(o))
	switch {
	case !op.caller.InForce(op.snapshot.At()):
		r.Barred = AudienceNotAllowed
	case op.caller.Known():
		r.Barred = ""
	}
	return r
}

// InterceptResponse is the one point through which each response of an operation
// that was executed leaves. What does not pass here carries no data.
func (e *enforcement) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	op := operationOf(ctx)
	if op == nil {
		return next(ctx)
	}
	defer func() {
		if err := op.snapshot.Close(); err != nil && ctx.Err() == nil {
			logFailure(ctx, "a snapshot could not be closed", err)
		}
	}()
	return e.respond(ctx, op, next)
}

func (e *enforcement) respond(ctx context.Context, op *operation, next graphql.ResponseHandler) *graphql.Response {
	if err := e.prepare(ctx, op); err != nil {
		return &graphql.Response{Errors: gqlerror.List{present(ctx, err)}}
	}
	if r := op.plan.refused; r != nil {
		return &graphql.Response{Errors: gqlerror.List{r.err(ctx, op.plan)}}
	}
	for _, r := range op.plan.refusals {
		graphql.AddError(ctx, r.err(ctx, op.plan))
	}
	response := next(ctx)
	if response == nil {
		return nil
	}
	op.plan.sortErrors(response.Errors)
	if !op.plan.reads() || failed(response.Errors) {
		return response
	}
	inForce, err := op.snapshot.PolicyInForce(ctx)
	if err != nil {
		return &graphql.Response{Errors: gqlerror.List{present(ctx, err)}}
	}
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions["privacy"] = op.summary(inForce)
	return response
}

// failed tells whether something failed here, so that nothing can be said of what
// was withheld.
func failed(errs gqlerror.List) bool {
	return slices.ContainsFunc(errs, func(e *gqlerror.Error) bool { return e.Extensions["code"] == Internal })
}

// prepare reads what the whole operation stands on, if the plan needs it: what the
// version that the person consented to allows. Where that is less than the rules
// do, the operation is planned again.
func (e *enforcement) prepare(ctx context.Context, op *operation) (err error) {
	if !op.plan.reads() {
		return nil
	}
	if err = op.readSurveyStanding(ctx); err != nil || !op.plan.standsOn(privacy.PolicyConsent) {
		return err
	}
	reader := op.plan.reader
	reader.Accepted, err = op.snapshot.Accepted(ctx, op.caller.User, reader.Audience, op.plan.Purpose)
	if err != nil || !op.plan.Decision.Narrows(reader.Accepted) {
		return err
	}
	op.plan = e.plan(ctx, reader)
	return nil
}

// InterceptField keeps a refused field from being resolved, whatever has been read of
// it: its error stands in the response already. It refuses introspection where that
// is off. What a root field has read of persons is written here, by its compiled
// selection.
func (e *enforcement) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if !isRoot(field.Object) {
		if op := operationOf(ctx); op != nil && op.plan.closed[field.Object][field.Field.Name] {
			return nil, nil //nolint:nilnil // refused
		}
		return next(ctx)
	}
	if graphql.GetOperationContext(ctx).DisableIntrospection && strings.HasPrefix(field.Field.Name, "__") && field.Field.Name != "__typename" {
		return nil, &fault{code: BadInput, reason: "INTROSPECTION"}
	}
	op := operationOf(ctx)
	if op == nil {
		return nil, errors.New("graph: an operation without a plan")
	}
	root := op.plan.roots[field.Field.Alias]
	if root == nil || root.refused {
		return nil, nil //nolint:nilnil // refused
	}
	read, err := next(ctx)
	if err != nil || e.reference || field.Object != "Query" || missing(read) {
		return read, err
	}
	if s := root.selection(ctx, e.executable.Schema()); s != nil {
		return root.write(ctx, s, read), nil
	}
	return read, nil
}

// missing tells whether a root field has found nothing.
func missing(read any) bool { return read == nil || reflect.ValueOf(read).IsNil() }

// alone tells the snapshot that the statement which a query's root field sends is all
// that the operation reads, where it has no other root field.
func (op *operation) alone() {
	if len(op.plan.order) == 1 {
		op.snapshot.Alone()
	}
}

// renew ends the snapshot, so that what is read next is of a later moment.
func (op *operation) renew() error { return op.snapshot.Close() }

func isRoot(object string) bool {
	return object == "Query" || object == "Mutation" || object == "Subscription"
}

// root is the plan of the root field that ctx resolves.
func (op *operation) root(ctx context.Context) (key string, plan *rootPlan) {
	key = graphql.GetFieldContext(ctx).Field.Alias
	return key, op.plan.roots[key]
}

// standing is that of the person who reads their own data.
func (op *operation) standing() privacy.Standing {
	s := op.survey
	s.Policy, s.Accepted = privacy.Valid, op.plan.reader.Accepted
	return s
}

// readSurveyStanding reads how the person's consents to surveys stand, where
// anything of the plan stands on that (clause 4.8).
func (op *operation) readSurveyStanding(ctx context.Context) (err error) {
	if op.plan.standsOn(privacy.SurveyConsent) {
		op.survey, err = op.snapshot.SurveyStanding(ctx, op.caller.User, op.caller.Audience, op.plan.Purpose)
	}
	return err
}
