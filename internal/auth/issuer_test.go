package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"

	"joo.kz/kelisim/internal/auth"
)

const (
	issuerName   = "https://id.example.com"
	audienceName = "https://api.example.com"
	person       = "6f1a6c1e-0b0e-4f3e-9d59-0d1f6a7f9901"
	clientID     = "university-013"
)

func now() time.Time { return time.Date(2026, time.November, 22, 20, 0, 0, 0, time.UTC) }

// object is a JSON object, as a header and the claims of a token are.
type object map[string]any

// with is the object with some members changed; nil takes one away.
func (o object) with(changes object) object {
	changed := object{}
	for name, value := range o {
		changed[name] = value
	}
	for name, value := range changes {
		changed[name] = value
		if value == nil {
			delete(changed, name)
		}
	}
	return changed
}

func goodClaims() object {
	return object{
		"iss": issuerName, "aud": audienceName, "client_id": clientID, "sub": person,
		"iat": now().Unix(), "nbf": now().Unix(), "exp": now().Add(time.Hour).Unix(),
	}
}

// issuer has a key of each algorithm. It makes tokens without any library, and so
// can make bad ones too.
type issuer struct {
	ed    ed25519.PrivateKey
	ec    *ecdsa.PrivateKey
	rsa   *rsa.PrivateKey
	other ed25519.PrivateKey // which nobody published
}

func newIssuer(t testing.TB) issuer {
	t.Helper()
	var i issuer
	var err error
	if _, i.ed, err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if _, i.other, err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if i.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if i.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	return i
}

// jwk is the public half of a key; all of it, if private.
func jwk(t testing.TB, key any, kid string, alg jwkset.ALG, private bool) jwkset.JWKMarshal {
	t.Helper()
	k, err := jwkset.NewJWKFromKey(key, jwkset.JWKOptions{
		Metadata: jwkset.JWKMetadataOptions{KID: kid, ALG: alg, USE: jwkset.UseSig},
		Marshal:  jwkset.JWKMarshalOptions{Private: private},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k.Marshal()
}

func jwks(t testing.TB, keys ...jwkset.JWKMarshal) []byte {
	t.Helper()
	b, err := json.Marshal(jwkset.JWKSMarshal{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (i issuer) published(t testing.TB) []byte {
	t.Helper()
	return jwks(t,
		jwk(t, i.ed.Public(), "ed", jwkset.AlgEdDSA, false),
		jwk(t, i.ec.Public(), "ec", jwkset.AlgES256, false),
		jwk(t, i.rsa.Public(), "rsa", jwkset.AlgRS256, false),
	)
}

// verifier verifies with the keys that the issuer published in a file.
func (i issuer) verifier(t testing.TB) auth.Verifier {
	t.Helper()
	return verifierOf(t, i.published(t))
}

func verifierOf(t testing.TB, published []byte) auth.Verifier {
	t.Helper()
	file := filepath.Join(t.TempDir(), "jwks.json")
	if err := os.WriteFile(file, published, 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := auth.LoadKeys(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return auth.Verifier{Keys: []auth.Keys{keys}, Issuer: issuerName, Audience: audienceName, Now: now, Verified: remembering(t)}
}

// remembering has what the tests hold of tokens hold of those seen before, too.
func remembering(t testing.TB) *auth.Verified {
	t.Helper()
	verified, err := auth.NewVerified()
	if err != nil {
		t.Fatal(err)
	}
	return verified
}

// sign signs a text with one algorithm.
type sign func(text []byte) []byte

func edDSA(key ed25519.PrivateKey) sign {
	return func(text []byte) []byte { return ed25519.Sign(key, text) }
}

func es256(t testing.TB, key *ecdsa.PrivateKey) sign {
	return func(text []byte) []byte {
		sum := sha256.Sum256(text)
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
}

func rs256(t testing.TB, key *rsa.PrivateKey) sign {
	return func(text []byte) []byte {
		sum := sha256.Sum256(text)
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
}

func ps256(t testing.TB, key *rsa.PrivateKey) sign {
	return func(text []byte) []byte {
		sum := sha256.Sum256(text)
		signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], nil)
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
}

func rs512(t testing.TB, key *rsa.PrivateKey) sign {
	return func(text []byte) []byte {
		sum := sha512.Sum512(text)
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA512, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
}

func hs256(secret []byte) sign {
	return func(text []byte) []byte {
		mac := hmac.New(sha256.New, secret)
		_, _ = mac.Write(text)
		return mac.Sum(nil)
	}
}

func unsigned([]byte) []byte { return nil }

// token makes a token of whatever header and claims.
func token(t testing.TB, header, claims any, s sign) string {
	t.Helper()
	text := segment(t, header) + "." + segment(t, claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(s([]byte(text)))
}

func segment(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// header is that of an access token.
func header(alg, kid any) object { return object{"alg": alg, "kid": kid, "typ": "at+jwt"} }

func edHeader() object { return header("EdDSA", "ed") }

// good is a token with some claims changed.
func (i issuer) good(t testing.TB, changes object) string {
	t.Helper()
	return token(t, edHeader(), goodClaims().with(changes), edDSA(i.ed))
}
