package consent_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

const keyID = "2026-06"

func privateKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
}

func signer() consent.Signer { return consent.Signer{Key: privateKey(), KeyID: keyID} }

func keys(kid string) (ed25519.PublicKey, bool) {
	key, _ := privateKey().Public().(ed25519.PublicKey)
	return key, kid == keyID
}

func sign(t testing.TB, r *consent.Receipt) string {
	t.Helper()
	jws, err := signer().Sign(r)
	if err != nil {
		t.Fatal(err)
	}
	return jws
}

// exposed is a receipt as a type that cmp may print.
type exposed consent.Receipt

func differ(signed, read *consent.Receipt) string {
	names := cmp.Transformer("name", func(n consent.Name) string { return n() })
	return cmp.Diff((*exposed)(signed), (*exposed)(read), names)
}

func TestVerifyReadsWhatWasSigned(t *testing.T) {
	for kind, r := range map[string]*consent.Receipt{"consultation": consultation(), "policy": policyAccepted(), "abroad": abroad()} {
		got, err := consent.Verify(sign(t, r), keys)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if diff := differ(r, got); diff != "" {
			t.Errorf("%s: (-signed +read)\n%s", kind, diff)
		}
		if sign(t, r) != sign(t, got) {
			t.Errorf("%s: signed twice, it is not the same", kind)
		}
	}
}

// TestSignWritesUTC: a moment is the same wherever it is told.
func TestSignWritesUTC(t *testing.T) {
	r := consultation()
	almaty := time.FixedZone("UTC+5", 5*60*60)
	r.At, r.ExpiresAt = r.At.In(almaty), r.ExpiresAt.In(almaty)
	if sign(t, r) != sign(t, consultation()) {
		t.Error("signed as another moment")
	}
}

// TestRecordIsTheGoldenFile: the JSON of a receipt, for who reads it elsewhere.
func TestRecordIsTheGoldenFile(t *testing.T) {
	header, payload := parts(t, sign(t, abroad()))
	if want := `{"alg":"EdDSA","kid":"2026-06","typ":"consent-receipt+jws"}`; header != want {
		t.Errorf("header %s, want %s", header, want)
	}
	golden, err := os.ReadFile("testdata/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(payload+"\n"), "", "  "); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), got.String()); diff != "" {
		t.Errorf("(-file +receipt)\n%s", diff)
	}
}

// parts are the header and the payload of a JWS.
func parts(t testing.TB, jws string) (header, payload string) {
	t.Helper()
	fields := strings.Split(jws, ".")
	h, err := base64.RawURLEncoding.DecodeString(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	p, err := base64.RawURLEncoding.DecodeString(fields[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(h), string(p)
}

// TestVerifyRefusesEveryChange: each character changed, left out or preceded by
// a line break; and the last of each part, some of whose bits base64 does not
// use, as any other.
func TestVerifyRefusesEveryChange(t *testing.T) {
	jws := sign(t, consultation())
	refused := func(changed string) {
		t.Helper()
		if _, err := consent.Verify(changed, keys); changed != jws && !errors.Is(err, consent.ErrReceipt) {
			t.Errorf("%v: %s", err, changed)
		}
	}
	for i := range jws {
		flipped := []byte(jws)
		flipped[i] ^= 1 << (i % 8)
		refused(string(flipped))
		refused(jws[:i] + jws[i+1:])
		refused(jws[:i] + "\n" + jws[i:])
		if i+1 == len(jws) || jws[i+1] == '.' {
			for _, letter := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=" {
				refused(jws[:i] + string(letter) + jws[i+1:])
			}
		}
	}
	refused(jws + "=")
	refused(jws + " ")
}

// forge signs any payload with our own key, under any header.
func forge(t *testing.T, payload string, alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return jws
}

func TestVerifyRefusesOtherHeaders(t *testing.T) {
	_, payload := parts(t, sign(t, consultation()))
	good := map[jose.HeaderKey]any{"kid": keyID, "typ": "consent-receipt+jws"}
	if _, err := consent.Verify(forge(t, payload, jose.EdDSA, privateKey(), good), keys); err != nil {
		t.Fatalf("our own: %v", err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := keys(keyID)
	for name, jws := range map[string]string{
		"no typ":              forge(t, payload, jose.EdDSA, privateKey(), map[jose.HeaderKey]any{"kid": keyID}),
		"a token":             forge(t, payload, jose.EdDSA, privateKey(), map[jose.HeaderKey]any{"kid": keyID, "typ": "at+jwt"}),
		"no kid":              forge(t, payload, jose.EdDSA, privateKey(), map[jose.HeaderKey]any{"typ": "consent-receipt+jws"}),
		"an unknown kid":      forge(t, payload, jose.EdDSA, privateKey(), map[jose.HeaderKey]any{"kid": "2025-06", "typ": "consent-receipt+jws"}),
		"a stranger's key":    forge(t, payload, jose.EdDSA, stranger, good),
		"another algorithm":   forge(t, payload, jose.ES256, other, good),
		"our key as a HMAC's": forge(t, payload, jose.HS256, []byte(public), good),
		"no algorithm": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"2026-06","typ":"consent-receipt+jws"}`)) +
			"." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".",
		"nothing":        "",
		"dots":           "..",
		"no receipt":     forge(t, `null`, jose.EdDSA, privateKey(), good),
		"no JSON":        forge(t, `receipt`, jose.EdDSA, privateKey(), good),
		"more than one":  forge(t, payload+payload, jose.EdDSA, privateKey(), good),
		"a field more":   forge(t, strings.Replace(payload, `{`, `{"x":1,`, 1), jose.EdDSA, privateKey(), good),
		"another schema": forge(t, strings.Replace(payload, `kelisim 1`, `kelisim 2`, 1), jose.EdDSA, privateKey(), good),
		"half a closure": forge(t, strings.Replace(payload, `"ENT_RESULT"`, `"ENT_SCORES"`, 1), jose.EdDSA, privateKey(), good),
		"a word unknown": forge(t, strings.Replace(payload, `"PHONE"`, `"SHOE_SIZE"`, 1), jose.EdDSA, privateKey(), good),
		"no name":        forge(t, strings.Replace(payload, name, "", 1), jose.EdDSA, privateKey(), good),
	} {
		if r, err := consent.Verify(jws, keys); !errors.Is(err, consent.ErrReceipt) || r != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	short := func(string) (ed25519.PublicKey, bool) { return public[:31], true }
	if _, err := consent.Verify(sign(t, consultation()), short); !errors.Is(err, consent.ErrReceipt) {
		t.Errorf("half a key: %v", err)
	}
}

type broken struct{ crypto.Signer }

var errBroken = errors.New("the key store is away")

func (broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, errBroken }

func TestSignNeedsAKeyThatSigns(t *testing.T) {
	if _, err := (consent.Signer{Key: broken{privateKey()}, KeyID: keyID}).Sign(consultation()); !errors.Is(err, errBroken) {
		t.Errorf("%v, want %v", err, errBroken)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (consent.Signer{Key: other, KeyID: keyID}).Sign(consultation()); err == nil {
		t.Error("signed with a key that is not of Ed25519")
	}
	late := consultation()
	late.ExpiresAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := signer().Sign(late); !errors.Is(err, consent.ErrReceipt) {
		t.Errorf("%v, want %v", err, consent.ErrReceipt)
	}
}

// FuzzVerifyReadsWhatWasSigned, and refuses it with any one byte changed.
func FuzzVerifyReadsWhatWasSigned(f *testing.F) {
	f.Add(name, "https://joo.kz/privacy", "DE", uint32(7), int64(1), int64(2), int32(1), 40, byte(1))
	f.Add("<&> \u2028", "\"", "", uint32(1<<10), int64(1e18), int64(-62135596800), int32(9), 0, byte(128))
	f.Fuzz(func(t *testing.T, name, way, country string, bits uint32, from, nanos int64, version int32, at int, flip byte) {
		r := consultation()
		r.FullName, r.Withdraw, r.Abroad, r.Notice.Version = consent.NameOf(name), way, country, version
		if country != "" {
			r.Scopes |= consent.CrossBorder
		}
		r.Uses[0].Categories = privacy.Set(bits << 1 & (1<<22 - 1)).Closure()
		r.At = time.Unix(from, nanos).UTC()
		r.ExpiresAt = r.At.Add(consent.DefaultTerm(privacy.ConsultationConsent))
		if !utf8.ValidString(way + country) {
			t.Skip("not text")
		}
		jws, err := signer().Sign(r)
		if err != nil {
			return
		}
		got, err := consent.Verify(jws, keys)
		if err != nil {
			t.Fatal(err)
		}
		if diff := differ(r, got); diff != "" {
			t.Errorf("(-signed +read)\n%s", diff)
		}
		changed := []byte(jws)
		changed[uint(at)%uint(len(jws))] ^= flip
		if _, err := consent.Verify(string(changed), keys); flip != 0 && !errors.Is(err, consent.ErrReceipt) {
			t.Errorf("changed, and: %v", err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	r := consultation()
	for b.Loop() {
		sign(b, r)
	}
}

func BenchmarkVerify(b *testing.B) {
	jws := sign(b, consultation())
	for b.Loop() {
		if _, err := consent.Verify(jws, keys); err != nil {
			b.Fatal(err)
		}
	}
}
