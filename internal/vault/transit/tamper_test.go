package transit_test

import (
	"bytes"
	"errors"
	"testing"

	"joo.kz/kelisim/internal/vault"
)

// TestTampering: any change of any byte, another epoch, another about.
func TestTampering(t *testing.T) {
	s := with(t, newPlace(t), 1, 2)
	about := []byte("person 1, field 2")
	wrapped := must(s.Wrap(t.Context(), 1, randomKey(33), about))
	for i := range wrapped {
		for _, bit := range []byte{1, 2, 64} {
			changed := bytes.Clone(wrapped)
			changed[i] ^= bit
			if _, err := s.Unwrap(t.Context(), 1, changed, about); !errors.Is(err, vault.ErrTampered) {
				t.Errorf("byte %d ^ %d: %v", i, bit, err)
			}
		}
	}
	for name, text := range map[string][]byte{
		"empty": {}, "prefix": wrapped[:9], "short": wrapped[:len(wrapped)-4], "a nonce": wrapped[:9+16], "less": wrapped[:9+8],
		"long": append(bytes.Clone(wrapped), "AAAA"...), "twice": append(bytes.Clone(wrapped), wrapped...),
		"line feed": append(bytes.Clone(wrapped), '\n'), "version 0": bytes.Replace(wrapped, []byte("v1"), []byte("v0"), 1),
		"version 01": bytes.Replace(wrapped, []byte("v1"), []byte("v01"), 1), "version 2": bytes.Replace(wrapped, []byte("v1"), []byte("v2"), 1),
		"version 20 digits": bytes.Replace(wrapped, []byte("v1"), []byte("v10000000000000000000"), 1),
	} {
		if _, err := s.Unwrap(t.Context(), 1, text, about); !errors.Is(err, vault.ErrTampered) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Unwrap(t.Context(), 2, wrapped, about); !errors.Is(err, vault.ErrTampered) {
		t.Errorf("another epoch: %v", err)
	}
}

func TestAboutDoesNotMove(t *testing.T) {
	s := with(t, newPlace(t), 1)
	abouts := [][]byte{nil, []byte("person 1"), []byte("person 2"), []byte("person 11"), {0}}
	for i, about := range abouts {
		wrapped := must(s.Wrap(t.Context(), 1, []byte("a key"), about))
		for j, other := range abouts {
			if _, err := s.Unwrap(t.Context(), 1, wrapped, other); (i == j) != (err == nil) || err != nil && !errors.Is(err, vault.ErrTampered) {
				t.Errorf("about %d as %d: %v", i, j, err)
			}
		}
	}
}

// FuzzUnwrap: what was not wrapped does not open.
func FuzzUnwrap(f *testing.F) {
	s := with(f, newPlace(f), 1)
	wrapped := must(s.Wrap(f.Context(), 1, randomKey(32), []byte("person 1")))
	f.Add(wrapped, []byte("person 2"))
	f.Add(append(bytes.Clone(wrapped), '='), []byte("person 1"))
	f.Add([]byte("vault:v1:"), []byte(nil))
	f.Add([]byte("vault:v1:\xff"), []byte("\""))
	f.Fuzz(func(t *testing.T, text, about []byte) {
		genuine := bytes.Equal(text, wrapped) && string(about) == "person 1"
		if _, err := s.Unwrap(t.Context(), 1, text, about); !genuine && !errors.Is(err, vault.ErrTampered) {
			t.Error(err)
		}
	})
}
