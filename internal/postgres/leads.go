package postgres

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/vault"
)

// LeadQuery asks for leads of one university.
type LeadQuery struct {
	University string
	Abroad     string // the country, if not Kazakhstan, that the data go to: a consent that does not say so does not stand there
	Decision   privacy.Decision
	Projection privacy.Projection
	Filter     applicant.LeadFilter
	Order      applicant.LeadOrder
	First      int
	After      *LeadPosition
}

// LeadPosition is the place of a lead in an order.
type LeadPosition struct {
	RequestedAt time.Time `json:"r"`
	Total       int32     `json:"t"` // -1 where it may not be read; only under TOTAL_DESC
	ID          string    `json:"i"`
}

// LeadPage is a page of leads, each with its place, in order.
type LeadPage struct {
	Leads     []*applicant.Lead
	Positions []LeadPosition
	More      bool // there are leads after the page
}

type leadRow struct {
	personRow

	LeadID            string              `db:"lead_id"`
	RequestedAt       time.Time           `db:"requested_at"`
	Restricted        bool                `db:"restricted"`
	Covers            int64               `db:"covers"`
	FullBits          int64               `db:"full_bits"`
	MaskedBits        int64               `db:"masked_bits"`
	ConsentID         string              `db:"consent_id"`
	GivenAt           time.Time           `db:"given_at"`
	ExpiresAt         time.Time           `db:"expires_at"`
	PolicyVersion     int32               `db:"policy_version"`
	Programme         *string             `db:"programme"`
	PreferredLanguage *applicant.Language `db:"preferred_language"`
	SortTotal         int32               `db:"sort_total"`
}

// MostLeads is how long a page of leads is at most. leads.sql tells the planner so, with
// one more.
const MostLeads = 500

var errPage = fmt.Errorf("postgres: a page of more than %d leads", MostLeads)

// Leads reads a page of leads, of 500 at most.
func (n *Snapshot) Leads(ctx context.Context, q LeadQuery) (LeadPage, error) {
	if !q.Order.Valid() {
		return LeadPage{}, applicant.ErrEnum
	}
	if q.First > MostLeads {
		return LeadPage{}, errPage
	}
	f, args, err := n.narrow(ctx, q)
	if err != nil {
		return LeadPage{}, err
	}
	q.paginate(f, args)
	page, err := n.leads(ctx, q, f, args)
	if page.More = len(page.Leads) > q.First; page.More {
		page.Leads, page.Positions = page.Leads[:q.First], page.Positions[:q.First]
	}
	return page, err
}

// Lead reads one lead; it is nil where there is none.
func (n *Snapshot) Lead(ctx context.Context, q LeadQuery, id string) (*applicant.Lead, error) {
	f, args := q.reader()
	f["lead"], args["lead_id"] = true, id
	page, err := n.leads(ctx, q, f, args)
	if err != nil || len(page.Leads) == 0 {
		return nil, err
	}
	return page.Leads[0], nil
}

// CountLeads counts the leads that a query's filter lets through.
func (n *Snapshot) CountLeads(ctx context.Context, q LeadQuery) (count int, err error) {
	f, args, err := n.narrow(ctx, q)
	if err != nil {
		return 0, err
	}
	f["count"] = true
	var r struct {
		Count   int   `db:"count"`
		InForce int32 `db:"in_force"`
	}
	err = n.row(ctx, &r, "leads", f, args)
	n.inForce.Store(r.InForce)
	return r.Count, err
}

// leads reads leads with what hangs on their people, each with the record that its
// consent opens.
func (n *Snapshot) leads(ctx context.Context, q LeadQuery, f features, args map[string]any) (page LeadPage, err error) {
	maps.Copy(f, listed(q.Projection, "rows"))
	var row leadRow
	var last *applicant.Lead
	err = n.each(ctx, &row, func() error {
		if last == nil || last.ID != row.LeadID {
			last = row.lead(q, n.store)
			page.Leads = append(page.Leads, last)
			page.Positions = append(page.Positions, LeadPosition{RequestedAt: row.RequestedAt, Total: row.SortTotal, ID: row.LeadID})
			n.inForce.Store(row.InForce)
		}
		row.hang(last.User, q.Projection, n.store)
		return nil
	}, "leads", f, args)
	if err != nil {
		return LeadPage{}, err
	}
	return page, nil
}

func (r *leadRow) lead(q LeadQuery, s *Store) *applicant.Lead {
	covers := set(r.Covers)
	record := q.Decision.Record(privacy.Standing{
		Basis:      privacy.ConsultationConsent,
		State:      privacy.Valid,
		Covers:     covers,
		Allows:     privacy.Allowed{Full: set(r.FullBits), Masked: set(r.MaskedBits)},
		Restricted: r.Restricted,
	})
	lead := &applicant.Lead{
		Record:            record,
		ID:                r.LeadID,
		RequestedAt:       applicant.DateTime{Time: r.RequestedAt},
		Programme:         s.Catalogue.Programmes.Find(r.Programme),
		PreferredLanguage: r.PreferredLanguage,
		User:              r.person(record, q.Projection, s),
		Covered:           covers,
	}
	if q.Projection["Lead.consent"] {
		lead.Consent = &applicant.LeadConsent{
			ID:            r.ConsentID,
			GivenAt:       applicant.DateTime{Time: r.GivenAt},
			ExpiresAt:     applicant.DateTime{Time: r.ExpiresAt},
			Categories:    covers.Categories(),
			PolicyVersion: r.PolicyVersion,
		}
	}
	return lead
}

// reader is who reads, as features and parameters of the statement.
func (q LeadQuery) reader() (features, map[string]any) {
	return features{"abroad": q.Abroad != ""}, map[string]any{"university": q.University, "abroad": q.Abroad}
}

// narrow is a query's filter as features and parameters of the statement.
func (n *Snapshot) narrow(ctx context.Context, q LeadQuery) (features, map[string]any, error) {
	f, args := q.reader()
	key := func(name, parameter string, used bool, value any) {
		if used {
			f["LeadFilter."+name] = true
			args[parameter] = value
		}
	}
	w := q.Filter
	if w.RequestedSince != nil {
		key("requestedSince", "requested_since", true, w.RequestedSince.Time)
	}
	key("programme", "programme", w.Programme != nil, w.Programme)
	key("region", "region", w.Region != nil, w.Region)
	key("minTotal", "min_total", w.MinTotal != nil, w.MinTotal)
	key("profileSubjects", "profile_subjects", len(w.ProfileSubjects) > 0, pq.Array(w.ProfileSubjects))
	key("language", "language", w.Language != nil, w.Language)
	if w.Phone == nil {
		return f, args, nil
	}
	l, err := n.lookup(ctx, vault.Place{Table: "applicant", Column: "phone"}, string(*w.Phone))
	key("phone", "phone_index", true, l.index)
	f[l.feature] = true
	return f, args, err
}

// paginate adds the order and the place to begin after. One row more than the
// page is asked for, to know whether there is one; it goes no further.
func (q LeadQuery) paginate(f features, args map[string]any) {
	f["page"] = true
	f["LeadOrder."+string(q.Order)] = true
	args["limit"] = q.First + 1
	if q.After != nil {
		f["after."+string(q.Order)] = true
		args["after_requested_at"] = q.After.RequestedAt
		args["after_total"] = q.After.Total
		args["after_id"] = q.After.ID
	}
}

// EndedLeadQuery asks for leads of one university that are no more.
type EndedLeadQuery struct {
	University string
	Since      time.Time
	First      int
	After      *EndedLeadPosition
}

// EndedLeadPosition is the place of an ended lead.
type EndedLeadPosition struct {
	EndedAt time.Time `json:"e"`
	ID      string    `json:"i"`
}

type endedLeadRow struct {
	ID      string    `db:"id"`
	EndedAt time.Time `db:"ended_at"`
}

// EndedLeads reads a page of ended leads, and tells whether there are more.
func (n *Snapshot) EndedLeads(ctx context.Context, q EndedLeadQuery) ([]*applicant.EndedLead, bool, error) {
	f := features{"rows": true, "after": q.After != nil}
	args := map[string]any{"university": q.University, "since": q.Since, "limit": q.First + 1}
	if q.After != nil {
		args["after_ended_at"], args["after_id"] = q.After.EndedAt, q.After.ID
	}
	var rows []endedLeadRow
	if err := n.rows(ctx, &rows, "ended_leads", f, args); err != nil {
		return nil, false, err
	}
	leads := make([]*applicant.EndedLead, 0, q.First)
	for _, r := range rows[:min(len(rows), q.First)] {
		leads = append(leads, &applicant.EndedLead{ID: r.ID, EndedAt: applicant.DateTime{Time: r.EndedAt}})
	}
	return leads, len(rows) > q.First, nil
}

// CountEndedLeads counts a university's ended leads.
func (n *Snapshot) CountEndedLeads(ctx context.Context, q EndedLeadQuery) (count int, err error) {
	err = n.row(ctx, &count, "ended_leads", features{"count": true}, map[string]any{"university": q.University, "since": q.Since})
	return count, err
}
