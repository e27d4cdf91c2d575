package privacy_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// locked is a locked value, and how often it was unlocked.
func locked[T any](v T, err error) (s *privacy.Sealed[T], unlocked *atomic.Int32) {
	unlocked = new(atomic.Int32)
	return privacy.Lock(func(context.Context) (T, error) {
		unlocked.Add(1)
		return v, err
	}), unlocked
}

// TestLockedIsUnlockedOnlyWhenOpened: neither a refusal nor any use of it as
// what it is not brings the value.
func TestLockedIsUnlockedOnlyWhenOpened(t *testing.T) {
	s, unlocked := locked(phone, nil)
	if err := privacy.Open(t.Context(), nil, privacy.Phone, s); !errors.Is(err, privacy.ErrWithheld) {
		t.Errorf("%v, want %v", err, privacy.ErrWithheld)
	}
	checkSealed(t, s)
	number, numbers := locked(points, nil)
	if err := privacy.Open(t.Context(), maskedOnly(), privacy.Phone, number); !errors.Is(err, privacy.ErrWithheld) {
		t.Errorf("a number masked: %v, want %v", err, privacy.ErrWithheld)
	}
	if unlocked.Load()+numbers.Load() != 0 {
		t.Error("unlocked and not shown")
	}
	if err := privacy.Open(t.Context(), everything(), privacy.Phone, s); err != nil || response(s) != `"+77710009998"` {
		t.Errorf("%v, %s", err, response(s))
	}
}

// TestLockedIsUnlockedOnce however often it is opened, and by however many.
func TestLockedIsUnlockedOnce(t *testing.T) {
	s, unlocked := locked(phone, nil)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := privacy.Open(t.Context(), everything(), privacy.Phone, s); err != nil || response(s) != `"+77710009998"` {
				t.Errorf("%v, %s", err, response(s))
			}
		})
	}
	wait.Wait()
	if n := unlocked.Load(); n != 1 {
		t.Errorf("unlocked %d times", n)
	}
}

// TestWhatDoesNotUnlockStaysSealed, and the error is the cause's.
func TestWhatDoesNotUnlockStaysSealed(t *testing.T) {
	broken := errors.New("broken")
	s, _ := locked(phone, broken)
	if err := privacy.Open(t.Context(), everything(), privacy.Phone, s); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
	checkSealed(t, s)
}

// TestLockedPrintsNothing before it is opened and after.
func TestLockedPrintsNothing(t *testing.T) {
	s, _ := locked(phone, nil)
	all := secret{name: "locked", traces: traces()}
	for _, when := range []string{"before", "after"} {
		all.check(t, when, fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s))
		if err := privacy.Open(t.Context(), everything(), privacy.Phone, s); err != nil {
			t.Fatal(err)
		}
	}
}
