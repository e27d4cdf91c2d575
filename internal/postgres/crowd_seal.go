package postgres

import (
	"context"
	"database/sql"
	"slices"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"golang.org/x/sync/errgroup"

	"joo.kz/kelisim/internal/vault"
)

// keys are the data keys of a group of the people of some rows, by person; who has
// none gets one.
func (c *crowd) keys(ctx context.Context, g vault.Group, at []int) (map[uuid.UUID]*vault.DataKey, error) {
	keys, missing := map[uuid.UUID]*vault.DataKey{}, []uuid.UUID{}
	users := make([]uuid.UUID, len(at))
	for n, i := range at {
		users[n] = c.users[i]
	}
	var rows []dataKeyRow
	if err := c.rows(ctx, &rows, "data_keys", features{"group": true}, map[string]any{"users": pq.Array(users), "key_group": string(g)}); err != nil {
		return nil, err
	}
	for _, r := range rows {
		keys[r.UserID] = r.of(r.UserID, g)
	}
	slices.SortFunc(users, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	for _, user := range slices.Compact(users) {
		if keys[user] == nil {
			missing = append(missing, user)
		}
	}
	made, err := c.newKeys(ctx, g, missing)
	for _, k := range made {
		keys[k.User] = k
	}
	return keys, err
}

// newKeys makes data keys and writes them.
func (c *crowd) newKeys(ctx context.Context, g vault.Group, users []uuid.UUID) ([]*vault.DataKey, error) {
	if len(users) == 0 {
		return nil, nil
	}
	keys, wrapped := make([]*vault.DataKey, len(users)), make(pq.ByteaArray, len(users))
	err := each(ctx, len(users), func(ctx context.Context, i int) (err error) {
		if keys[i], err = c.sealer.NewKey(ctx, users[i], g); err == nil {
			wrapped[i] = keys[i].Wrapped
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return keys, c.exec(ctx, "insert_data_keys", map[string]any{
		"users": pq.Array(users), "key_group": string(g), "version": keys[0].Version, "epoch": keys[0].Epoch, "wrapped": wrapped,
	})
}

// seal seals a value of each of some rows.
func (c *crowd) seal(ctx context.Context, column SealedColumn, at []int, plain func(i int) string) (pq.ByteaArray, error) {
	keys, err := c.keys(ctx, column.Group, at)
	if err != nil {
		return nil, err
	}
	values := make(pq.ByteaArray, len(at))
	return values, each(ctx, len(at), func(ctx context.Context, n int) (err error) {
		text := sql.Null[string]{V: plain(at[n]), Valid: true}
		values[n], err = c.sealer.Seal(ctx, keys[c.users[at[n]]], column.Place, text)
		return err
	})
}

// each does a work for each of n, several at a time: a key store may be far.
func each(ctx context.Context, n int, work func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i := range n {
		group.Go(func() error { return work(ctx, i) })
	}
	return group.Wait()
}
