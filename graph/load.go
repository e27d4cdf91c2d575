package graph

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// Load is how many requests are taken on at once. More are answered at once, and for
// little, that they should come again: who waits in a long queue has gone when it is
// their turn.
type Load struct {
	AtOnce   int           // under way
	Waiting  int           // for one of these to end
	Patience time.Duration // how long they wait at most
}

// Bound has next answer no more requests at once than the load allows. Others get 503
// with RATE_LIMITED and the time to come again.
func (l Load) Bound(next http.Handler) http.Handler {
	slots, waiting := semaphore.NewWeighted(int64(l.AtOnce)), new(atomic.Int64)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.admit(r.Context(), slots, waiting) {
			refuseLoad(w, r)
			return
		}
		defer slots.Release(1)
		next.ServeHTTP(w, r)
	})
}

// admit waits for a slot, if there is room to wait.
func (l Load) admit(ctx context.Context, slots *semaphore.Weighted, waiting *atomic.Int64) bool {
	if slots.TryAcquire(1) {
		return true
	}
	defer waiting.Add(-1)
	if waiting.Add(1) > int64(l.Waiting) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, l.Patience)
	defer cancel()
	return slots.Acquire(ctx, 1) == nil
}

func refuseLoad(w http.ResponseWriter, r *http.Request) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		media = mediaJSON
	}
	w.Header().Set("Retry-After", "1")
	answer(w, media, http.StatusServiceUnavailable, faulty(r.Context(), &fault{code: RateLimited, reason: "LOAD", after: time.Second}))
}
