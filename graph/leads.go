package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/privacy"
)

// leadQuery asks for leads of the caller's university, as the plan of the root
// field allows.
func (op *operation) leadQuery(ctx context.Context) postgres.LeadQuery {
	_, plan := op.root(ctx)
	return postgres.LeadQuery{
		University: op.caller.University,
		Abroad:     op.caller.Abroad,
		Decision:   op.plan.Decision,
		Projection: plan.projection,
	}
}

// Leads reads a page of the leads of the caller's university.
func (r *resolver) Leads(ctx context.Context, first *int32, after *string, filter *applicant.LeadFilter, orderBy *applicant.LeadOrder) (*LeadConnection, error) {
	op := operationOf(ctx)
	q, err := r.listQuery(ctx, op, first, after, filter, orderBy)
	if err != nil {
		return nil, err
	}
	connection := &LeadConnection{}
	counted := selects(ctx, "totalCount")
	if !counted && q.Filter.Phone == nil { // which looks up the index in use
		op.alone()
	}
	if counted {
		count, err := op.snapshot.CountLeads(ctx, q)
		if err != nil {
			return nil, err
		}
		connection.TotalCount = int32(count) //nolint:gosec // a country has fewer applicants
	}
	if selects(ctx, "nodes", "edges", "pageInfo") {
		err = r.leadPage(ctx, op, q, connection)
	}
	return connection, err
}

func (r *resolver) listQuery(ctx context.Context, op *operation, first *int32, after *string, filter *applicant.LeadFilter, orderBy *applicant.LeadOrder) (q postgres.LeadQuery, err error) {
	q = op.leadQuery(ctx)
	if q.First, err = pageSize(first); err != nil {
		return q, err
	}
	q.Order = applicant.RequestedAtDesc
	if orderBy != nil {
		q.Order = *orderBy
	}
	if filter != nil {
		q.Filter, err = r.filter(*filter)
	}
	if err != nil || after == nil {
		return q, err
	}
	q.After = &postgres.LeadPosition{}
	return q, r.cursors.open(*after, leadsBinding(op, q), q.After)
}

// filter checks the codes of a filter against the catalogue.
func (r *resolver) filter(f applicant.LeadFilter) (applicant.LeadFilter, error) {
	if f.Programme != nil {
		code := applicant.NormaliseProgramme(*f.Programme)
		f.Programme = &code
		if !r.store.Catalogue.Programmes.Has(code) {
			return f, badInput("PROGRAMME", "filter", "programme")
		}
	}
	if f.Region != nil && !r.store.Catalogue.Regions.Has(*f.Region) {
		return f, badInput("REGION", "filter", "region")
	}
	if f.MinTotal != nil && (*f.MinTotal < 0 || *f.MinTotal > 140) {
		return f, badInput("RANGE", "filter", "minTotal")
	}
	slices.Sort(f.ProfileSubjects)
	f.ProfileSubjects = slices.Compact(f.ProfileSubjects)
	return f, nil
}

func pageSize(first *int32) (int, error) {
	if first == nil || *first < 1 || *first > postgres.MostLeads {
		return 0, badInput("RANGE", "first")
	}
	return int(*first), nil
}

func (r *resolver) leadPage(ctx context.Context, op *operation, q postgres.LeadQuery, into *LeadConnection) error {
	page, err := op.snapshot.Leads(ctx, q)
	if err != nil {
		return err
	}
	records := make([]*privacy.Record, len(page.Leads))
	for i, lead := range page.Leads {
		records[i] = lead.PrivacyRecord()
	}
	key, _ := op.root(ctx)
	op.withhold(key, records)
	into.Nodes = page.Leads
	into.PageInfo = &PageInfo{HasNextPage: page.More, HasPreviousPage: q.After != nil}
	cursor := func(i int) (string, error) { return r.cursors.seal(page.Positions[i], leadsBinding(op, q)) }
	if selects(ctx, "edges") {
		into.Edges, err = leadEdges(page.Leads, cursor)
	}
	if n := len(page.Leads); err == nil && n > 0 && selects(ctx, "pageInfo") {
		err = into.PageInfo.between(cursor, n)
	}
	return err
}

func leadEdges(leads []*applicant.Lead, cursor func(i int) (string, error)) ([]*LeadEdge, error) {
	edges := make([]*LeadEdge, len(leads))
	for i, lead := range leads {
		c, err := cursor(i)
		if err != nil {
			return nil, err
		}
		edges[i] = &LeadEdge{Cursor: c, Node: lead}
	}
	return edges, nil
}

// between sets the cursors of the first and the last of n elements.
func (p *PageInfo) between(cursor func(i int) (string, error), n int) error {
	start, err := cursor(0)
	if err != nil {
		return err
	}
	end, err := cursor(n - 1)
	p.StartCursor, p.EndCursor = &start, &end
	return err
}

// leadsBinding is what a cursor of leads is good for: this client's list with
// this filter in this order.
func leadsBinding(op *operation, q postgres.LeadQuery) binding {
	return binding{"leads", op.caller.ID, q.University, q.Order, q.Filter}
}

// selects tells whether the field being resolved selects one of the names.
func selects(ctx context.Context, names ...string) bool {
	for _, f := range graphql.CollectFieldsCtx(ctx, nil) {
		for _, name := range names {
			if f.Name == name {
				return true
			}
		}
	}
	return false
}

// EndedLeads reads a page of the leads of the caller's university that are no
// more.
func (r *resolver) EndedLeads(ctx context.Context, since applicant.DateTime, first *int32, after *string) (*EndedLeadConnection, error) {
	op := operationOf(ctx)
	q := postgres.EndedLeadQuery{University: op.caller.University, Since: since.Time}
	var err error
	if q.First, err = pageSize(first); err != nil {
		return nil, err
	}
	if after != nil {
		q.After = &postgres.EndedLeadPosition{}
		if err := r.cursors.open(*after, endedBinding(op, q), q.After); err != nil {
			return nil, err
		}
	}
	count, err := op.snapshot.CountEndedLeads(ctx, q)
	if err != nil {
		return nil, err
	}
	connection := &EndedLeadConnection{TotalCount: int32(count)} //nolint:gosec // a country has fewer applicants
	return connection, r.endedPage(ctx, op, q, connection)
}

func (r *resolver) endedPage(ctx context.Context, op *operation, q postgres.EndedLeadQuery, into *EndedLeadConnection) error {
	leads, more, err := op.snapshot.EndedLeads(ctx, q)
	if err != nil {
		return err
	}
	into.Nodes = leads
	for _, lead := range leads {
		c, err := r.cursors.seal(postgres.EndedLeadPosition{EndedAt: lead.EndedAt.Time, ID: lead.ID}, endedBinding(op, q))
		if err != nil {
			return err
		}
		into.Edges = append(into.Edges, &EndedLeadEdge{Cursor: c, Node: lead})
	}
	into.PageInfo = &PageInfo{HasNextPage: more, HasPreviousPage: q.After != nil}
	if n := len(into.Edges); n > 0 {
		into.PageInfo.StartCursor, into.PageInfo.EndCursor = &into.Edges[0].Cursor, &into.Edges[n-1].Cursor
	}
	return nil
}

func endedBinding(op *operation, q postgres.EndedLeadQuery) binding {
	return binding{"endedLeads", op.caller.ID, q.University, q.Since}
}
