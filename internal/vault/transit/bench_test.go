package transit_test

import (
	"testing"
)

func BenchmarkWrap(b *testing.B) {
	s := with(b, newPlace(b), 1)
	key, about := randomKey(32), []byte("person 1, field 2")
	for b.Loop() {
		if _, err := s.Wrap(b.Context(), 1, key, about); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	s := with(b, newPlace(b), 1)
	about := []byte("person 1, field 2")
	wrapped := must(s.Wrap(b.Context(), 1, randomKey(32), about))
	for b.Loop() {
		if _, err := s.Unwrap(b.Context(), 1, wrapped, about); err != nil {
			b.Fatal(err)
		}
	}
}
