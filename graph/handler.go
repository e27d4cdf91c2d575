package graph

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	gqllru "github.com/99designs/gqlgen/graphql/handler/lru"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// How many documents and plans are kept, and how large a document may be to be
// kept, in bytes and in fields and values: real clients send few documents, and small ones.
// Those of strangers are not kept.
const (
	keptDocuments = 1_000
	keptPlans     = 4_000
	keptSize      = 16 << 10
	keptFields    = 300
)

// Options of the API.
type Options struct {
	Store         *postgres.Store
	CursorKey     []byte // CursorKeySize bytes
	Limits        Limits
	MaxBody       int64 // bytes of a request
	Introspection bool
	Receipts      consent.Signer // signs the receipts of consents
	Operator      consent.Party  // who is named in them
	SignIn        SignIn
	Reference     bool // has gqlgen resolve all, field by field: what the writer is compared with
}

// Handler answers GraphQL over HTTP. The caller of a request is in its context
// (see package auth).
type Handler struct {
	executor *executor.Executor
	limits   Limits
	maxBody  int64
	checked  *lru.Cache[string, struct{}]
}

// New makes the API.
func New(o Options) (*Handler, error) {
	cursors, err := newCursors(o.CursorKey)
	if err != nil {
		return nil, err
	}
	plans, err := lru.New[planKey, *Plan](keptPlans)
	if err != nil {
		return nil, err
	}
	checked, err := lru.New[string, struct{}](keptDocuments)
	if err != nil {
		return nil, err
	}
	r := &resolver{store: o.Store, cursors: cursors, issuer: issuer{o.Receipts, o.Operator, o.Store.Catalogue.Universities}, signIn: o.SignIn}
	schema := NewExecutableSchema(Config{Resolvers: resolvers{r}, Complexity: costs()})
	r.explain = &explainer{executable: schema, limits: o.Limits}
	x := executor.New(schema)
	x.SetQueryCache(keptCache{gqllru.New[*ast.QueryDocument](keptDocuments)})
	x.SetDefaultRulesFn(documentRules)
	x.SetDisableSuggestion(true)
	x.SetErrorPresenter(present)
	x.SetRecoverFunc(recovered)
	x.Use(introspected(o.Introspection))
	x.Use(&enforcement{store: o.Store, executable: schema, limits: o.Limits, plans: plans, reference: o.Reference})
	return &Handler{executor: x, limits: o.Limits, maxBody: o.MaxBody, checked: checked}, nil
}

// Schema is the API's schema.
func Schema() *ast.Schema { return NewExecutableSchema(Config{}).Schema() }

// documentRules are the rules of validation. None suggests a name that it does
// not have.
func documentRules() *rules.Rules {
	r := rules.NewDefaultRules()
	for _, with := range []string{"FieldsOnCorrectType", "KnownTypeNames", "KnownArgumentNames", "ValuesOfCorrectType", "ScalarLeafs"} {
		r.RemoveRule(with)
	}
	for _, without := range []core.Rule{
		rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
		rules.ScalarLeafsRuleWithoutSuggestions,
	} {
		r.AddRule(without.Name, without.RuleFunc)
	}
	return r
}

// admit bounds a document, and decides whether it and its plans are kept. One
// that is kept is bounded once.
func (h *Handler) admit(ctx context.Context, document string) (context.Context, error) {
	if _, known := h.checked.Get(document); known {
		return context.WithValue(ctx, keepKey{}, true), nil
	}
	m, err := h.limits.checkText(document)
	if err != nil {
		return ctx, err
	}
	if auth.CallerOf(ctx) == nil || len(document) > keptSize || m.fields+m.values > keptFields {
		return ctx, nil
	}
	h.checked.Add(document, struct{}{})
	return context.WithValue(ctx, keepKey{}, true), nil
}

type keepKey struct{}

// keeps tells whether the document of a request is kept.
func keeps(ctx context.Context) bool { return ctx.Value(keepKey{}) != nil }

// keptCache keeps those documents that are to be kept.
type keptCache struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add keeps a document under its text.
func (c keptCache) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	if keeps(ctx) {
		c.Cache.Add(ctx, text, document)
	}
}

// introspected turns introspection on or off.
type introspected bool

// ExtensionName names the extension.
func (i introspected) ExtensionName() string { return "Introspection" }

// Validate finds nothing wrong with any schema.
func (i introspected) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext tells gqlgen whether introspection is on.
func (i introspected) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = !bool(i)
	return nil
}

// RefuseCaller answers a request whose caller is not known: 401 for a bad token
// or client, 503 where the look-up failed.
func RefuseCaller(w http.ResponseWriter, r *http.Request, err error) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		media = mediaJSON
	}
	if !auth.Unauthenticated(err) {
		logFailure(r.Context(), "the caller's client could not be looked up", err)
		w.Header().Set("Retry-After", "1")
		answer(w, media, http.StatusServiceUnavailable, faulty(r.Context(), &fault{code: Internal}))
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	f := &fault{code: Unauthenticated, reason: auth.Reason(err)}
	answer(w, media, http.StatusUnauthorized, faulty(r.Context(), f))
}
