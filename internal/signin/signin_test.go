package signin_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/signin"
)

func newKeys(t testing.TB, seed byte) *signin.Keys {
	t.Helper()
	k, err := signin.NewKeys(bytes.Repeat([]byte{seed}, signin.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyHasASize(t *testing.T) {
	for _, size := range []int{0, 16, 31, 33} {
		if _, err := signin.NewKeys(make([]byte, size)); err == nil {
			t.Errorf("a key of %d bytes is taken", size)
		}
	}
}

func TestChallengeComesBack(t *testing.T) {
	k, c := newKeys(t, 1), signin.NewChallenge("+77710009998")
	text := k.Seal(c, "app")
	if got, err := k.Open(text, "app"); err != nil || got != c {
		t.Errorf("%v", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || bytes.Contains(raw, []byte("77710009998")) || bytes.Contains(raw, c.ID[:]) || k.Seal(c, "app") == text {
		t.Error("a challenge tells what it holds")
	}
}

// FuzzChallenge: only what was sealed opens, with the same key and for the same use.
func FuzzChallenge(f *testing.F) {
	secret := make([]byte, signin.KeySize) // of this process alone: what another sealed is a text like any
	_, _ = rand.Read(secret)
	k, err := signin.NewKeys(secret)
	if err != nil {
		f.Fatal(err)
	}
	c := signin.NewChallenge("+77710009998")
	sealed := k.Seal(c, "app")
	f.Add("", uint(0), byte(0))
	f.Add(sealed, uint(3), byte('A'))
	f.Add(sealed+"=", uint(len(sealed)-1), byte('B'))
	f.Fuzz(func(t *testing.T, text string, at uint, b byte) {
		changed := []byte(sealed)
		changed[at%uint(len(changed))] = b
		for _, sent := range []string{text, string(changed), sealed + text, text + sealed, sealed[:at%uint(len(sealed))]} {
			got, err := k.Open(sent, "app")
			same := strings.NewReplacer("\r", "", "\n", "").Replace(sent) == sealed // line breaks mean nothing in base64
			if err == nil && (!same || got != c) || err != nil && (sent == sealed || !errors.Is(err, signin.ErrChallenge)) {
				t.Errorf("%q: %v", sent, err)
			}
		}
		for _, other := range []string{"site", "", "app\x00", text} {
			if _, err := k.Open(sealed, other); err == nil && other != "app" {
				t.Errorf("good for %q", other)
			}
		}
		if _, err := newKeys(t, 2).Open(sealed, "app"); err == nil {
			t.Error("opens with another key")
		}
	})
}

func TestCodesAreSixDigits(t *testing.T) {
	six, seen := regexp.MustCompile(`^[0-9]{6}$`), map[string]bool{}
	zero := false
	for range 2000 {
		code, err := signin.NewCode()
		if err != nil || !six.MatchString(code) {
			t.Fatalf("%v: %q", err, code)
		}
		seen[code], zero = true, zero || strings.HasPrefix(code, "0")
	}
	if len(seen) < 1950 || !zero {
		t.Errorf("%d codes of 2000, one with a leading nought: %t", len(seen), zero)
	}
}

// TestCodeHashNeedsTheKey, and is of one challenge.
func TestCodeHashNeedsTheKey(t *testing.T) {
	k, c := newKeys(t, 1), signin.NewChallenge("+77710009998")
	hashes := map[string]bool{}
	for _, h := range [][]byte{
		k.HashCode(c, "000000"), k.HashCode(c, "000001"), k.HashCode(signin.NewChallenge(c.Phone), "000000"), newKeys(t, 2).HashCode(c, "000000"),
	} {
		hashes[string(h)] = true
	}
	if len(hashes) != 4 || !bytes.Equal(k.HashCode(c, "000000"), k.HashCode(c, "000000")) {
		t.Error("hashes of different codes are alike, or of one code differ")
	}
}

// TestBuckets: everybody has their own, and a number's does not depend on who asks.
func TestBuckets(t *testing.T) {
	k := newKeys(t, 1)
	a := signin.Asker{Address: "192.0.2.1", Device: "d", Client: "app"}
	b := signin.Asker{Address: "192.0.2.2", Device: "e", Client: "site"}
	shared := 0
	for _, x := range k.CodeBuckets(a, "+77710009998") {
		for _, y := range k.CodeBuckets(b, "+77710009998") {
			if bytes.Equal(x.Hash, y.Hash) {
				shared++
			}
		}
		for _, y := range append(k.CodeBuckets(b, "+77710000001"), append(k.TryBuckets(a), k.TryBuckets(b)...)...) {
			if bytes.Equal(x.Hash, y.Hash) {
				t.Errorf("%s and %s are counted together", x.What, y.What)
			}
		}
	}
	if shared != 2 {
		t.Errorf("%d limits of one number for two who ask", shared)
	}
	if named, unnamed := len(k.TryBuckets(a)), len(k.TryBuckets(signin.Asker{})); named != unnamed+1 {
		t.Errorf("%d limits with a device, %d without", named, unnamed)
	}
}

func TestRefreshTokens(t *testing.T) {
	a, b := signin.NewRefreshToken(), signin.NewRefreshToken()
	if a == b || len(a) < 40 || bytes.Equal(signin.HashRefreshToken(a), signin.HashRefreshToken(b)) {
		t.Errorf("%d characters", len(a))
	}
}
