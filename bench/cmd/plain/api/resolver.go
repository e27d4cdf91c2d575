package api

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Resolver resolves the root fields, each with one statement for a list and one for
// what hangs on it.
type Resolver struct{ DB *sqlx.DB }

// Query is the resolver of Query.
func (r *Resolver) Query() QueryResolver { return r }

type headerKey struct{}

// WithHeader keeps a request's header for the resolvers.
func WithHeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), headerKey{}, req.Header)))
	})
}

func header(ctx context.Context, name string) string {
	h, _ := ctx.Value(headerKey{}).(http.Header)
	return h.Get(name)
}

// Consent asks the database for each field whether the consent covers it.
func Consent(db *sqlx.DB) func(context.Context, any, graphql.Resolver, string) (any, error) {
	return func(ctx context.Context, obj any, next graphql.Resolver, category string) (any, error) {
		who := obj.(Owned).Owner()
		if who.University == "" {
			return next(ctx)
		}
		var covered bool
		err := db.GetContext(ctx, &covered, `SELECT coalesce(bool_or(c.covers & category_bit($3) <> 0), false) FROM consent c
			WHERE c.user_id = $1 AND c.university = $2 AND c.withdrawn_at IS NULL AND c.expires_at > now()`, who.User, who.University, category)
		if err != nil || !covered {
			return nil, err
		}
		return next(ctx)
	}
}

// Free asks nothing.
func Free(ctx context.Context, _ any, next graphql.Resolver, _ string) (any, error) { return next(ctx) }

// Leads reads a page of leads.
func (r *Resolver) Leads(ctx context.Context, first *int32) (*LeadConnection, error) {
	university := header(ctx, "X-University")
	var rows []leadRow
	err := r.DB.SelectContext(ctx, &rows, leads+` ORDER BY l.requested_at DESC, l.id DESC LIMIT $2`, university, *first)
	if err != nil {
		return nil, err
	}
	nodes, err := r.nodes(ctx, rows, university)
	return &LeadConnection{Nodes: nodes}, err
}

// Lead reads one lead.
func (r *Resolver) Lead(ctx context.Context, id string) (*Lead, error) {
	university := header(ctx, "X-University")
	var rows []leadRow
	if err := r.DB.SelectContext(ctx, &rows, leads+` AND l.id = $2`, university, id); err != nil || len(rows) == 0 {
		return nil, err
	}
	nodes, err := r.nodes(ctx, rows, university)
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

func (r *Resolver) nodes(ctx context.Context, rows []leadRow, university string) ([]*Lead, error) {
	nodes, users, ids := make([]*Lead, len(rows)), map[string]*User{}, make(pq.StringArray, len(rows))
	for i, row := range rows {
		user := row.user(university)
		nodes[i] = &Lead{ID: row.ID, RequestedAt: row.RequestedAt, User: user}
		users[row.UserID], ids[i] = user, row.UserID
	}
	return nodes, r.results(ctx, ids, users)
}

// results hangs the ENT results on their people.
func (r *Resolver) results(ctx context.Context, ids pq.StringArray, users map[string]*User) error {
	var rows []resultRow
	if err := r.DB.SelectContext(ctx, &rows, results, ids); err != nil {
		return err
	}
	for _, row := range rows {
		u := users[row.UserID]
		u.EntResults = append(u.EntResults, row.result(u.Who))
	}
	return nil
}

// Me reads the person who asks.
func (r *Resolver) Me(ctx context.Context) (*User, error) {
	id := header(ctx, "X-User")
	var row leadRow
	if err := r.DB.GetContext(ctx, &row, person, id); err != nil {
		return nil, err
	}
	user := row.user("")
	if err := r.results(ctx, pq.StringArray{id}, map[string]*User{id: user}); err != nil {
		return nil, err
	}
	var rows []choiceRow
	if err := r.DB.SelectContext(ctx, &rows, applications, id); err != nil {
		return nil, err
	}
	user.GrantApplications = grantApplications(rows, user.Who)
	return user, nil
}
