package auth_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/auth"
)

// FuzzParseKeys: whatever set of keys is configured, none of it that is private or
// secret is published, and a token is good only by a key that is.
func FuzzParseKeys(f *testing.F) {
	i := newIssuer(f)
	good := token(f, edHeader(), goodClaims(), edDSA(i.ed))
	for _, set := range []string{
		string(i.published(f)), `{"keys": []}`, `{"keys": [{"kty": "oct", "kid": "ed", "k": "Y2FuYXJ5Y2FuYXJ5", "alg": "HS256"}]}`, `{"keys": [{}]}`, `{}`, `[]`, "null",
		`{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}]}`,
	} {
		f.Add(set)
	}
	f.Fuzz(func(t *testing.T, set string) {
		keys, err := auth.ParseKeys([]byte(set))
		if err != nil {
			return
		}
		published, err := keys.JSON(t.Context())
		if err != nil {
			return
		}
		var all struct{ Keys []map[string]any }
		if err := json.Unmarshal(published, &all); err != nil {
			t.Fatalf("%s: %v", published, err)
		}
		var named []string
		for _, key := range all.Keys {
			for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
				if key[secret] != nil {
					t.Errorf("%s publishes %q", set, secret)
				}
			}
			x, _ := key["x"].(string)
			named = append(named, x)
		}
		v := auth.Verifier{Keys: []auth.Keys{keys}, Issuer: issuerName, Audience: audienceName, Now: now}
		_, err = v.Verify(t.Context(), good)
		own := slices.ContainsFunc(named, func(x string) bool { return x != "" && strings.Contains(string(i.published(t)), x) })
		if err == nil && !own {
			t.Errorf("%s: a token is good by a key that is not in it", set)
		}
	})
}
