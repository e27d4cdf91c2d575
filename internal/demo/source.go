package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"
)

// source draws at random, but the same from the same seed, on every machine:
// that is why nothing in it is a floating-point number.
type source struct{ *rand.Rand }

func newSource(seed uint64) source {
	return source{rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // what is drawn has to be repeatable, and is no secret
}

// in1000 tells whether a case that occurs n times in a thousand occurs.
func (s source) in1000(n int) bool { return s.IntN(1000) < n }

// within draws from low to high, both included.
func (s source) within(low, high int) int { return low + s.IntN(high-low+1) }

// between draws a second not before from and before to.
func (s source) between(from, to time.Time) time.Time {
	return from.Add(time.Duration(s.Int64N(int64(to.Sub(from)/time.Second))) * time.Second)
}

// uuid draws a UUID of version 4.
func (s source) uuid() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], s.Uint64())
	binary.BigEndian.PutUint64(id[8:], s.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// pick draws one of a list.
func pick[T any](s source, list []T) T { return list[s.IntN(len(list))] }

// urn is a list to draw from by share.
type urn[T any] struct {
	items  []T
	shares []int
	total  int
}

func newUrn[T any](items []T, share func(T) int) urn[T] {
	u := urn[T]{items: items}
	for _, item := range items {
		u.shares = append(u.shares, share(item))
		u.total += share(item)
	}
	return u
}

// only is the urn with the items that keep holds.
func (u urn[T]) only(keep func(T) bool) urn[T] {
	var kept urn[T]
	for i, item := range u.items {
		if keep(item) {
			kept.items = append(kept.items, item)
			kept.shares = append(kept.shares, u.shares[i])
			kept.total += u.shares[i]
		}
	}
	return kept
}

// draw draws an item.
func (u urn[T]) draw(s source) T { return u.items[u.index(s)] }

// drawIf draws one of the items that keep holds, and tells whether there is one.
func (u urn[T]) drawIf(s source, keep func(T) bool) (item T, ok bool) {
	total := 0
	for i, item := range u.items {
		if keep(item) {
			total += u.shares[i]
		}
	}
	if total == 0 {
		return item, false
	}
	n := s.IntN(total)
	for i, item := range u.items {
		if !keep(item) {
			continue
		}
		if n < u.shares[i] {
			return item, true
		}
		n -= u.shares[i]
	}
	return item, false
}

// drawSome draws n different items, or all if there are no more.
func (u urn[T]) drawSome(s source, n int) []T {
	u.items, u.shares = slices.Clone(u.items), slices.Clone(u.shares)
	var drawn []T
	for len(drawn) < n && u.total > 0 {
		i := u.index(s)
		drawn = append(drawn, u.items[i])
		u.total -= u.shares[i]
		u.shares[i] = 0
	}
	return drawn
}

func (u urn[T]) index(s source) int {
	n := s.IntN(u.total)
	for i, share := range u.shares {
		if n < share {
			return i
		}
		n -= share
	}
	panic("demo: an urn's total is not the sum of its shares")
}
