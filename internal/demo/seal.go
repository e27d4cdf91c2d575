package demo

import (
	"context"
	"database/sql"
	"runtime"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/vault"
)

// sealedPopulation is a population as the tables hold it.
type sealedPopulation struct {
	*Population

	applicants []sealedApplicant
	results    []sealedResult
	answers    []sealedAnswer
	keys       []vault.DataKey
}

// sealedApplicant is a row of the table applicant.
type sealedApplicant struct {
	Applicant

	familyName, givenName, patronymic, iin, birthDate []byte
	phone, email, address                             []byte
	iinIndex, phoneIndex, emailIndex                  postgres.Blind
	identity, contact                                 vault.DataKey
}

// sealedResult is a row of the table ent_result.
type sealedResult struct {
	EntResult

	testeeCode      []byte
	testeeCodeIndex postgres.Blind
}

// seal seals a population, with as many hands as there are processors.
func seal(ctx context.Context, s *postgres.Sealer, p *Population) (*sealedPopulation, error) {
	sealed := &sealedPopulation{Population: p, applicants: make([]sealedApplicant, len(p.Applicants))}
	group, workers := new(errgroup.Group), runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() error {
			for i := w; i < len(p.Applicants); i += workers {
				var err error
				if sealed.applicants[i], err = sealApplicant(ctx, s, p.Applicants[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, a := range sealed.applicants {
		sealed.keys = append(sealed.keys, a.identity, a.contact)
	}
	if err := sealed.sealResults(ctx, s); err != nil {
		return nil, err
	}
	return sealed, sealed.sealAnswers(ctx, s)
}

func sealApplicant(ctx context.Context, s *postgres.Sealer, a Applicant) (sealedApplicant, error) {
	row := sealedApplicant{Applicant: a}
	identity := hand{ctx: ctx, sealer: s, table: "applicant"}.with(a.UserID, vault.Identity)
	row.familyName = identity.seal("family_name", optional(a.FamilyName))
	row.givenName = identity.seal("given_name", optional(a.GivenName))
	row.patronymic = identity.seal("patronymic", optional(a.Patronymic))
	row.iin, row.iinIndex = identity.sealIndexed("iin", optional(a.IIN))
	row.birthDate = identity.seal("birth_date", date(a.BirthDate))
	contact := hand{ctx: ctx, sealer: s, table: "applicant", err: identity.err}.with(a.UserID, vault.Contact)
	row.phone, row.phoneIndex = contact.sealIndexed("phone", optional(&a.Phone))
	row.email, row.emailIndex = contact.sealIndexed("email", optional(a.Email))
	row.address = contact.seal("address", optional(a.Address))
	row.identity, row.contact = *identity.key, *contact.key
	return row, contact.err
}

func (p *sealedPopulation) sealResults(ctx context.Context, s *postgres.Sealer) error {
	people := map[uuid.UUID]*hand{}
	for _, r := range p.EntResults {
		row := sealedResult{EntResult: r}
		if r.TesteeCode != nil {
			h := people[r.UserID]
			if h == nil {
				h = hand{ctx: ctx, sealer: s, table: "ent_result"}.with(r.UserID, vault.ExamCode)
				people[r.UserID] = h
				p.keys = append(p.keys, *h.key)
			}
			if row.testeeCode, row.testeeCodeIndex = h.sealIndexed("testee_code", optional(r.TesteeCode)); h.err != nil {
				return h.err
			}
		}
		p.results = append(p.results, row)
	}
	return nil
}

// hand seals values of one table, person and group, and keeps the first error.
type hand struct {
	ctx    context.Context
	sealer *postgres.Sealer
	table  string
	key    *vault.DataKey
	err    error
}

func (h hand) with(user uuid.UUID, g vault.Group) *hand {
	key, err := h.sealer.NewKey(h.ctx, user, g)
	if h.key = key; h.err == nil {
		h.err = err
	}
	return &h
}

func (h *hand) seal(column string, plain sql.Null[string]) []byte {
	if h.err != nil {
		return nil
	}
	sealed, err := h.sealer.Seal(h.ctx, h.key, vault.Place{Table: h.table, Column: column}, plain)
	h.err = err
	return sealed
}

func (h *hand) sealIndexed(column string, plain sql.Null[string]) ([]byte, postgres.Blind) {
	sealed := h.seal(column, plain)
	if h.err != nil {
		return nil, postgres.Blind{}
	}
	blind, err := h.sealer.Index(h.ctx, vault.Place{Table: h.table, Column: column}, plain)
	h.err = err
	return sealed, blind
}

func optional[T ~string](v *T) sql.Null[string] {
	if v == nil {
		return sql.Null[string]{}
	}
	return sql.Null[string]{V: string(*v), Valid: true}
}

func date(t *time.Time) sql.Null[string] {
	if t == nil {
		return sql.Null[string]{}
	}
	return sql.Null[string]{V: t.Format(time.DateOnly), Valid: true}
}
