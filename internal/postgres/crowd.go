package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/sheet"
	"joo.kz/kelisim/internal/vault"
)

// Why an imported row is rejected for what the database holds, beside the reasons
// of package applicant.
const (
	reasonUnknown    = "UNKNOWN"    // nobody has this IIN
	reasonConsent    = "CONSENT"    // no consent to the policy that covers collection
	reasonRestricted = "RESTRICTED" // the person's data are blocked
	reasonTyped      = "TYPED"      // the person typed another
)

// errReindexed is returned where the key of a blind index took the place of another
// while people were looked up: they may not have been found.
var errReindexed = errors.New("postgres: the blind index has another key")

// crowd is the people of a batch of rows, whose data one transaction changes.
type crowd struct {
	store  *Store
	tx     *sqlx.Tx
	at     time.Time
	sealer *Sealer
	users  []uuid.UUID  // by row; Nil where nobody is found
	fates  []sheet.Fate // likewise
}

// crowd runs a transaction on the data of the people of some IINs, whose other
// transactions wait for it, and returns the fate of each row. The same look-up by
// blind index, the same holds and the same rule of consent as for one person's own
// writes.
func (s *Store) crowd(ctx context.Context, iins []applicant.IIN, do func(*crowd) error) (fates []sheet.Fate, err error) {
	for err = errReindexed; errors.Is(err, errReindexed); {
		err = s.Keys.transact(ctx, func(tx *sqlx.Tx) error {
			c := &crowd{store: s, tx: tx, users: make([]uuid.UUID, len(iins)), fates: make([]sheet.Fate, len(iins))}
			if err := c.gather(ctx, iins); err != nil {
				return err
			}
			fates = c.fates
			return do(c)
		})
	}
	return fates, err
}

// row, rows and exec run a statement, which may name :now.
func (c *crowd) rows(ctx context.Context, into any, name string, f features, args map[string]any) error {
	args["now"] = c.at
	return c.store.statements.rows(ctx, c.tx, into, name, f, args)
}

func (c *crowd) exec(ctx context.Context, name string, args map[string]any) error {
	args["now"] = c.at
	return c.store.statements.exec(ctx, c.tx, name, nil, args)
}

// gather finds and holds the people, and rejects the rows of those from whom nothing
// may be collected. People are held before the keys, as [Store.Change] does: who waits
// for somebody keeps no rotation waiting, and with it all who write.
func (c *crowd) gather(ctx context.Context, iins []applicant.IIN) error {
	place := vault.Place{Table: "applicant", Column: "iin"}
	seeker, err := c.store.Keys.seeker(ctx, c.tx)
	if err != nil {
		return err
	}
	if err := c.find(ctx, seeker, place, iins); err != nil {
		return err
	}
	if c.sealer, err = c.store.Keys.Sealer(ctx, c.tx); err != nil {
		return err
	}
	if !c.sealer.indexesAlike(seeker, place) {
		return errReindexed
	}
	c.at = c.store.now().Truncate(time.Microsecond) // once nobody else writes, and as the database keeps it
	return c.requireCollection(ctx)
}

type foundRow struct {
	N          int       `db:"n"`
	UserID     uuid.UUID `db:"user_id"`
	Restricted bool      `db:"restricted"`
}

func (c *crowd) find(ctx context.Context, seeker *Sealer, place vault.Place, iins []applicant.IIN) error {
	as, bs := make(pq.ByteaArray, len(iins)), make(pq.ByteaArray, len(iins)) // no index has the empty value
	for i, iin := range iins {
		blind, err := seeker.Index(ctx, place, optional(&iin))
		if err != nil {
			return err
		}
		as[i], bs[i] = blind.A, blind.B
		c.reject(i, "iin", reasonUnknown)
	}
	var found []foundRow
	if err := c.rows(ctx, &found, "lock_people", nil, map[string]any{"iin_index_a": as, "iin_index_b": bs}); err != nil {
		return err
	}
	for _, r := range found {
		i := r.N - 1
		c.users[i] = r.UserID
		c.fates[i].Faults = nil
		if r.Restricted {
			c.reject(i, "iin", reasonRestricted)
		}
	}
	return nil
}

// requireCollection rejects the rows of people whose standing consent to the policy
// does not cover collection (clause 1.5; 94-V, art. 7 p. 1).
func (c *crowd) requireCollection(ctx context.Context) error {
	var rows []acceptanceRow
	if err := c.rows(ctx, &rows, "policy_acceptance", nil, map[string]any{"users": pq.Array(c.users)}); err != nil {
		return err
	}
	agreed := map[uuid.UUID]bool{}
	for _, r := range rows {
		agreed[r.UserID] = r.require(consent.Collection) == nil
	}
	for _, i := range c.standing() {
		if !agreed[c.users[i]] {
			c.reject(i, "iin", reasonConsent)
		}
	}
	return nil
}

// reject rejects a row.
func (c *crowd) reject(i int, path, reason string) {
	c.fates[i].Faults = applicant.Faults{{Path: path, Reason: reason}}
}

// standing lists the rows that are not rejected.
func (c *crowd) standing() (at []int) {
	for i, fate := range c.fates {
		if len(fate.Faults) == 0 {
			at = append(at, i)
		}
	}
	return at
}

type fateRow struct {
	N    int    `db:"n"`
	Fate string `db:"fate"`
}

// judge has a statement tell what becomes of what is staged.
func (c *crowd) judge(ctx context.Context, statement string) error {
	var rows []fateRow
	if err := c.rows(ctx, &rows, statement, nil, map[string]any{}); err != nil {
		return err
	}
	outcomes := map[string]sheet.Outcome{"NEW": sheet.New, "CHANGED": sheet.Changed, "SAME": sheet.Same}
	for _, r := range rows {
		if c.fates[r.N].Outcome = outcomes[r.Fate]; c.fates[r.N].Outcome == sheet.Rejected {
			c.reject(r.N, "", r.Fate)
		}
	}
	return nil
}

// stage makes room for the rows that are not rejected, and copies them into it.
func (c *crowd) stage(ctx context.Context, room, statement string, row func(i int) ([]any, error)) error {
	if err := c.exec(ctx, room, map[string]any{}); err != nil {
		return err
	}
	query, _, err := c.store.statements[statement].render(nil, map[string]any{})
	if err != nil {
		return err
	}
	copying, err := c.tx.PrepareContext(ctx, query)
	if err != nil {
		return Describe(err)
	}
	defer func() { _ = copying.Close() }()
	for _, i := range c.standing() {
		values, err := row(i)
		if err != nil {
			return err
		}
		if _, err := copying.ExecContext(ctx, values...); err != nil {
			return Describe(err)
		}
	}
	_, err = copying.ExecContext(ctx) // flushes
	return Describe(err)
}
