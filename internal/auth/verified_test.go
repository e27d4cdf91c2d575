package auth_test

import (
	"errors"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"

	"joo.kz/kelisim/internal/auth"
)

// A token that has been good before is good while all that made it so still holds.
func TestVerifiedTokenIsCheckedAgain(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	good := i.good(t, nil)
	for range 2 {
		if claims, err := v.Verify(t.Context(), good); err != nil || claims.ClientID != clientID || claims.Subject != person {
			t.Fatalf("%v, %+v", err, claims)
		}
	}
	replaced := verifierOf(t, jwks(t, jwk(t, i.other.Public(), "ed", jwkset.AlgEdDSA, false)))
	gone := verifierOf(t, jwks(t, jwk(t, i.other.Public(), "other", jwkset.AlgEdDSA, false)))
	for name, other := range map[string]auth.Verifier{
		"another key of the same id": {Keys: replaced.Keys, Issuer: issuerName, Audience: audienceName, Now: now},
		"the key is gone":            {Keys: gone.Keys, Issuer: issuerName, Audience: audienceName, Now: now},
		"another issuer":             {Keys: v.Keys, Issuer: "https://other.example.com", Audience: audienceName, Now: now},
		"another audience":           {Keys: v.Keys, Issuer: issuerName, Audience: "https://other.example.com", Now: now},
	} {
		other.Verified = v.Verified
		if _, err := other.Verify(t.Context(), good); !errors.Is(err, auth.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v.Now = func() time.Time { return now().AddDate(1, 0, 0) }
	if _, err := v.Verify(t.Context(), good); !errors.Is(err, auth.ErrTokenExpired) {
		t.Errorf("a year later: %v", err)
	}
	v.Now = func() time.Time { return now().AddDate(-1, 0, 0) }
	if _, err := v.Verify(t.Context(), good); !errors.Is(err, auth.ErrToken) {
		t.Errorf("a year before: %v", err)
	}
}

// BenchmarkVerify: what a token costs at its first request, and at the next.
func BenchmarkVerify(b *testing.B) {
	i := newIssuer(b)
	good := i.good(b, nil)
	for name, verified := range map[string]*auth.Verified{"first": nil, "next": remembering(b)} {
		v := i.verifier(b)
		v.Verified = verified
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := v.Verify(b.Context(), good); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
