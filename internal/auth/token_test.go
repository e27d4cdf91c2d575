package auth_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"

	"joo.kz/kelisim/internal/auth"
)

func TestVerifyAcceptsEachAlgorithm(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for name, text := range map[string]string{
		"EdDSA": token(t, header("EdDSA", "ed"), goodClaims(), edDSA(i.ed)),
		"ES256": token(t, header("ES256", "ec"), goodClaims(), es256(t, i.ec)),
		"RS256": token(t, header("RS256", "rsa"), goodClaims(), rs256(t, i.rsa)),
	} {
		claims, err := v.Verify(t.Context(), text)
		if err != nil || claims.ClientID != clientID || claims.Subject != person {
			t.Errorf("%s: %v, client %q, person %q", name, err, claims.ClientID, claims.Subject)
		}
	}
}

func TestVerifyAcceptsVariants(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for name, changes := range map[string]object{
		"no person":           {"sub": nil},
		"empty subject":       {"sub": ""},
		"several audiences":   {"aud": []string{"https://other.example.com", audienceName}},
		"no not-before":       {"nbf": nil},
		"no issued-at":        {"iat": nil},
		"claims nobody knows": {"scope": "everything", "user": object{"id": 1}},
	} {
		if _, err := v.Verify(t.Context(), i.good(t, changes)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVerifyRefusesClaims that are not good, in a token that is signed well.
func TestVerifyRefusesClaims(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for name, changes := range map[string]object{
		"other issuer":            {"iss": "https://elsewhere.example.com"},
		"issuer and more":         {"iss": issuerName + "/"},
		"no issuer":               {"iss": nil},
		"other audience":          {"aud": "https://elsewhere.example.com"},
		"other audiences":         {"aud": []string{"https://elsewhere.example.com", ""}},
		"no audience":             {"aud": nil},
		"empty audience":          {"aud": ""},
		"no audiences":            {"aud": []string{}},
		"no expiry":               {"exp": nil},
		"expiry in words":         {"exp": "tomorrow"},
		"not valid yet":           {"nbf": now().Add(time.Minute).Unix()},
		"issued in the future":    {"iat": now().Add(time.Minute).Unix()},
		"no client":               {"client_id": nil},
		"empty client":            {"client_id": ""},
		"client is a number":      {"client_id": 13},
		"subject is no UUID":      {"sub": "me"},
		"subject is too long":     {"sub": person + "0"},
		"subject in braces":       {"sub": "{" + person + "}"},
		"subject as URN":          {"sub": "urn:uuid:" + person},
		"subject without hyphens": {"sub": strings.ReplaceAll(person, "-", "")},
		"subject with a space":    {"sub": person[:35] + " "},
		"subject is a number":     {"sub": 9901},
		"session is no UUID":      {"sid": "mine"},
		"session is a number":     {"sid": 9901},
		"session of nobody":       {"sid": openSession, "sub": nil},
	} {
		checkRefused(t, v, name, i.good(t, changes))
	}
}

// checkRefused: the error is ErrToken itself, which tells nothing of the token.
func checkRefused(t *testing.T, v auth.Verifier, name, text string) {
	t.Helper()
	claims, err := v.Verify(t.Context(), text)
	if !errors.Is(err, auth.ErrToken) || err.Error() != auth.ErrToken.Error() {
		t.Errorf("%s: %v, want %v", name, err, auth.ErrToken)
	}
	if claims.ClientID != "" || claims.Subject != "" || claims.Issuer != "" {
		t.Errorf("%s: says %+v", name, claims)
	}
}

func TestVerifyRefusesUnsignedTokens(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for _, alg := range []any{"none", "None", "NONE", "nOnE", "none ", "", nil, 0, []string{"none"}} {
		unsecured := edHeader().with(object{"alg": alg})
		text := token(t, unsecured, goodClaims(), unsigned)
		checkRefused(t, v, "unsigned", text)
		checkRefused(t, v, "unsigned, without the last dot", strings.TrimSuffix(text, "."))
		checkRefused(t, v, "of no algorithm, but signed", token(t, unsecured, goodClaims(), edDSA(i.ed)))
	}
	checkRefused(t, v, "stripped of its signature", token(t, edHeader(), goodClaims(), unsigned))
}

// TestVerifyRefusesAlgorithmConfusion: what is public is no secret to sign with.
func TestVerifyRefusesAlgorithmConfusion(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for kid, secrets := range map[string][][]byte{
		"ed":  publicBytes(t, i.ed.Public()),
		"ec":  publicBytes(t, i.ec.Public()),
		"rsa": publicBytes(t, i.rsa.Public()),
	} {
		for _, secret := range append(secrets, i.published(t)) {
			for _, alg := range []string{"HS256", "hs256", "HS384", "HS512", "EdDSA", "RS256"} {
				checkRefused(t, v, alg+" with "+kid, token(t, header(alg, kid), goodClaims(), hs256(secret)))
			}
		}
	}
}

// publicBytes are the ways in which a public key may be mistaken for a secret.
func publicBytes(t *testing.T, key any) [][]byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	all := [][]byte{der, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil}
	if raw, ok := key.(ed25519.PublicKey); ok {
		all = append(all, raw, []byte(base64.RawURLEncoding.EncodeToString(raw)))
	}
	return all
}

// TestVerifyRefusesSymmetricKeys, even published ones: they sign as well as verify.
func TestVerifyRefusesSymmetricKeys(t *testing.T) {
	secret := []byte("a secret of thirty-two bytes long")
	v := verifierOf(t, jwks(t, jwk(t, secret, "oct", "HS256", true)))
	checkRefused(t, v, "HS256", token(t, header("HS256", "oct"), goodClaims(), hs256(secret)))
}

func TestVerifyRefusesKeys(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for name, text := range map[string]string{
		"another key by the right name": token(t, edHeader(), goodClaims(), edDSA(i.other)),
		"unknown key":                   token(t, edHeader().with(object{"kid": "unknown"}), goodClaims(), edDSA(i.ed)),
		"key name in another case":      token(t, edHeader().with(object{"kid": "ED"}), goodClaims(), edDSA(i.ed)),
		"no key named":                  token(t, edHeader().with(object{"kid": nil}), goodClaims(), edDSA(i.ed)),
		"empty key name":                token(t, edHeader().with(object{"kid": ""}), goodClaims(), edDSA(i.ed)),
		"key name is a number":          token(t, edHeader().with(object{"kid": 1}), goodClaims(), edDSA(i.ed)),
		"key name is a list":            token(t, edHeader().with(object{"kid": []string{"ed"}}), goodClaims(), edDSA(i.ed)),
		"key of ES256":                  token(t, edHeader().with(object{"kid": "ec"}), goodClaims(), edDSA(i.ed)),
		"key of RS256":                  token(t, edHeader().with(object{"kid": "rsa"}), goodClaims(), edDSA(i.ed)),
		"ES256 by the key of EdDSA":     token(t, header("ES256", "ed"), goodClaims(), es256(t, i.ec)),
		"RS256 by the key of ES256":     token(t, header("RS256", "ec"), goodClaims(), rs256(t, i.rsa)),
		"PS256 by the key of RS256":     token(t, header("PS256", "rsa"), goodClaims(), rs256(t, i.rsa)),
		"RS512 by the key of RS256":     token(t, header("RS512", "rsa"), goodClaims(), rs256(t, i.rsa)),
		"algorithm in another case":     token(t, edHeader().with(object{"alg": "eddsa"}), goodClaims(), edDSA(i.ed)),
	} {
		checkRefused(t, v, name, text)
	}
}

// TestVerifyBindsKeysToTheirKind, even where the set does not say the algorithm.
func TestVerifyBindsKeysToTheirKind(t *testing.T) {
	i := newIssuer(t)
	v := verifierOf(t, jwks(t, jwk(t, i.ed.Public(), "ed", "", false), jwk(t, i.rsa.Public(), "rsa", "", false)))
	checkRefused(t, v, "RS256 by an Ed25519 key", token(t, header("RS256", "ed"), goodClaims(), rs256(t, i.rsa)))
	checkRefused(t, v, "EdDSA by an RSA key", token(t, header("EdDSA", "rsa"), goodClaims(), edDSA(i.ed)))
	checkRefused(t, v, "HS256 by an RSA key", token(t, header("HS256", "rsa"), goodClaims(), hs256(publicBytes(t, i.rsa.Public())[0])))
	checkRefused(t, v, "PS256 by an RSA key", token(t, header("PS256", "rsa"), goodClaims(), ps256(t, i.rsa)))
	checkRefused(t, v, "RS512 by an RSA key", token(t, header("RS512", "rsa"), goodClaims(), rs512(t, i.rsa)))
	if _, err := v.Verify(t.Context(), token(t, edHeader(), goodClaims(), edDSA(i.ed))); err != nil {
		t.Errorf("the right algorithm: %v", err)
	}
}

// TestVerifyIgnoresKeysInTheToken: a token does not say what it is verified with.
func TestVerifyIgnoresKeysInTheToken(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	embedded := jwk(t, i.other.Public(), "ed", jwkset.AlgEdDSA, false)
	fetched := serveKeys(t, jwks(t, embedded))
	for name, hint := range map[string]object{
		"jwk": {"jwk": embedded},
		"jku": {"jku": fetched.url},
		"x5u": {"x5u": fetched.url},
		"x5c": {"x5c": []string{base64.StdEncoding.EncodeToString(publicBytes(t, i.other.Public())[0])}},
	} {
		checkRefused(t, v, name, token(t, edHeader().with(hint), goodClaims(), edDSA(i.other)))
		checkRefused(t, v, name+" without a key name", token(t, edHeader().with(hint).with(object{"kid": nil}), goodClaims(), edDSA(i.other)))
		checkRefused(t, v, name+" as the key name", token(t, edHeader().with(hint).with(object{"kid": fetched.url}), goodClaims(), edDSA(i.other)))
		if _, err := v.Verify(t.Context(), token(t, edHeader().with(hint), goodClaims(), edDSA(i.ed))); err != nil {
			t.Errorf("%s, signed by the published key: %v", name, err)
		}
	}
	if n := fetched.requests.Load(); n != 0 {
		t.Errorf("the address in a token was read %d times", n)
	}
}

// TestVerifyTakesAccessTokensOnly (RFC 9068, 2.1): the issuer signs others too.
func TestVerifyTakesAccessTokensOnly(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for _, typ := range []any{nil, "", "JWT", "jwt", "id+jwt", "logout+jwt", "at", "at+jwt ", "x-at+jwt", 1, []string{"at+jwt"}} {
		checkRefused(t, v, fmt.Sprintf("of the type %q", typ), token(t, edHeader().with(object{"typ": typ}), goodClaims(), edDSA(i.ed)))
	}
	for _, typ := range []string{"at+jwt", "AT+JWT", "application/at+jwt"} {
		if _, err := v.Verify(t.Context(), token(t, edHeader().with(object{"typ": typ}), goodClaims(), edDSA(i.ed))); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

// TestVerifyRefusesCritical: an extension that must be understood is not.
func TestVerifyRefusesCritical(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for name, critical := range map[string]any{
		"b64": []string{"b64"}, "exp": []string{"exp"}, "none": []string{}, "a word": "exp", "null": json.RawMessage("null"),
	} {
		checkRefused(t, v, name, token(t, edHeader().with(object{"crit": critical, "b64": true}), goodClaims(), edDSA(i.ed)))
	}
}

func TestVerifyRefusesShapes(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	text := i.good(t, nil)
	parts := strings.Split(text, ".")
	for name, text := range map[string]string{
		"empty":                     "",
		"dots":                      "..",
		"two parts":                 parts[0] + "." + parts[1],
		"a fourth part":             text + ".",
		"a fourth part of garbage":  text + ".AAAA",
		"five parts":                strings.Join([]string{parts[0], "", parts[1], parts[2], "AAAA"}, "."),
		"trailing garbage":          text + "AAAA",
		"trailing bits":             parts[0] + "." + parts[1] + "." + oddBits(parts[2]),
		"padding":                   text + "==",
		"trailing space":            text + " ",
		"leading space":             " " + text,
		"header is no JSON":         base64.RawURLEncoding.EncodeToString([]byte("{")) + "." + parts[1] + "." + parts[2],
		"header is null":            token(t, nil, goodClaims(), edDSA(i.ed)),
		"header is a list":          token(t, []any{edHeader()}, goodClaims(), edDSA(i.ed)),
		"claims are null":           token(t, edHeader(), nil, edDSA(i.ed)),
		"claims are a list":         token(t, edHeader(), []any{goodClaims()}, edDSA(i.ed)),
		"claims of another token":   parts[0] + "." + segment(t, goodClaims().with(object{"client_id": "university-027"})) + "." + parts[2],
		"signature of zeros":        parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
		"short signature":           parts[0] + "." + parts[1] + "." + parts[2][:80],
		"not base64url":             strings.Repeat("+", 40) + "." + parts[1] + "." + parts[2],
		"a giant":                   strings.Repeat("A", 4<<20),
		"giant header":              strings.Repeat("A", 4<<20) + "." + parts[1] + "." + parts[2],
		"a million dots":            strings.Repeat(".", 1<<20),
		"a million brackets, so to": base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("[", 1<<20))) + "..",
	} {
		start := time.Now()
		checkRefused(t, v, name, text)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: refused after %s", name, took)
		}
	}
}

// oddBits is the same bytes in base64url, but with unused bits that are not zero.
func oddBits(part string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, part[len(part)-1])
	return part[:len(part)-1] + string(alphabet[last+1])
}

func TestVerifyTellsExpired(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	_, err := v.Verify(t.Context(), i.good(t, object{"exp": now().Add(-time.Hour).Unix()}))
	if !errors.Is(err, auth.ErrTokenExpired) || !errors.Is(err, auth.ErrToken) {
		t.Errorf("%v, want %v", err, auth.ErrTokenExpired)
	}
}

// TestVerifyTellsExpiredOnlyOfItsOwn: of a forged token nothing is told.
func TestVerifyTellsExpiredOnlyOfItsOwn(t *testing.T) {
	i := newIssuer(t)
	expired := goodClaims().with(object{"exp": now().Add(-time.Hour).Unix()})
	checkRefused(t, i.verifier(t), "signed by another key", token(t, edHeader(), expired, edDSA(i.other)))
	checkRefused(t, i.verifier(t), "unsigned", token(t, edHeader().with(object{"alg": "none"}), expired, unsigned))
	checkRefused(t, i.verifier(t), "unknown key", token(t, edHeader().with(object{"kid": "unknown"}), expired, edDSA(i.ed)))
}

// TestVerifyForgivesFiveSeconds, and no more.
func TestVerifyForgivesFiveSeconds(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier(t)
	for name, c := range map[string]struct {
		changes object
		want    error
	}{
		"expires now":           {object{"exp": now().Unix()}, nil},
		"expired 4 s ago":       {object{"exp": now().Unix() - 4}, nil},
		"expired 5 s ago":       {object{"exp": now().Unix() - 5}, auth.ErrTokenExpired},
		"expired 6 s ago":       {object{"exp": now().Unix() - 6}, auth.ErrTokenExpired},
		"valid in 5 s":          {object{"nbf": now().Unix() + 5}, nil},
		"valid in 6 s":          {object{"nbf": now().Unix() + 6}, auth.ErrToken},
		"issued in 5 s":         {object{"iat": now().Unix() + 5}, nil},
		"issued in 6 s":         {object{"iat": now().Unix() + 6}, auth.ErrToken},
		"expired before issued": {object{"exp": now().Unix() - 3600, "iat": now().Unix() + 3600}, auth.ErrTokenExpired},
	} {
		if _, err := v.Verify(t.Context(), i.good(t, c.changes)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestVerifyReadsTheClockEachTime: a token that was good expires.
func TestVerifyReadsTheClockEachTime(t *testing.T) {
	i := newIssuer(t)
	v, clock := i.verifier(t), now()
	v.Now = func() time.Time { return clock }
	text := i.good(t, nil)
	if _, err := v.Verify(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(2 * time.Hour)
	if _, err := v.Verify(t.Context(), text); !errors.Is(err, auth.ErrTokenExpired) {
		t.Errorf("%v, want %v", err, auth.ErrTokenExpired)
	}
}

func TestVerifyWithoutKeysRefuses(t *testing.T) {
	i := newIssuer(t)
	checkRefused(t, verifierOf(t, []byte(`{"keys":[]}`)), "no keys", i.good(t, nil))
}

// TestVerifyAsksEachKeySet: a token is good if one of the sets has the key that it
// names, wherever the set stands, and not if another set has a key of that name.
func TestVerifyAsksEachKeySet(t *testing.T) {
	i, stranger := newIssuer(t), newIssuer(t)
	own, others := i.verifier(t), stranger.verifier(t)
	for name, sets := range map[string][]auth.Keys{
		"first": {own.Keys[0], verifierOf(t, []byte(`{"keys":[]}`)).Keys[0]},
		"last":  {verifierOf(t, []byte(`{"keys":[]}`)).Keys[0], own.Keys[0]},
	} {
		v := own
		v.Keys = sets
		if _, err := v.Verify(t.Context(), i.good(t, nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		checkRefused(t, v, name+", signed by a stranger", stranger.good(t, nil))
	}
	checkRefused(t, others, "a key of the same name in another set", i.good(t, nil))
}

func newSigner(t testing.TB, i issuer) auth.Signer {
	t.Helper()
	return auth.Signer{Key: i.ed, KeyID: "ed", Issuer: issuerName, Audience: audienceName}
}

func TestSignedTokensAreGood(t *testing.T) {
	i := newIssuer(t)
	for _, user := range []string{"", person} {
		text, err := newSigner(t, i).Sign(clientID, user, "", now(), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		claims, err := i.verifier(t).Verify(t.Context(), text)
		if err != nil || claims.ClientID != clientID || claims.Subject != user || !claims.ExpiresAt.Equal(now().Add(time.Hour)) {
			t.Errorf("%v: %+v", err, claims)
		}
		header, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
		if err != nil || !strings.Contains(string(header), `"typ":"at+jwt"`) {
			t.Errorf("%s: no access token by its header (RFC 9068)", header)
		}
	}
}

func TestSignedTokensAreUnique(t *testing.T) {
	s := newSigner(t, newIssuer(t))
	a, errA := s.Sign(clientID, person, "", now(), time.Hour)
	b, errB := s.Sign(clientID, person, "", now(), time.Hour)
	if errA != nil || errB != nil || a == b {
		t.Errorf("%v, %v: the same token twice", errA, errB)
	}
}

// FuzzVerify: whatever is sent, only a token that the signer made is accepted.
// The two parts at odds are the text itself and a change to one that is good.
func FuzzVerify(f *testing.F) {
	i := newIssuer(f)
	v := i.verifier(f)
	made, err := newSigner(f, i).Sign(clientID, person, "", now(), time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("", uint(0), byte(0))
	f.Add(made, uint(10), byte('A'))
	f.Add(token(f, edHeader(), goodClaims(), edDSA(i.other)), uint(len(made)-1), byte('A'))
	f.Add(token(f, edHeader().with(object{"alg": "none"}), goodClaims(), unsigned), uint(len(made)/2), byte('\n'))
	f.Add(token(f, header("HS256", "ed"), goodClaims(), hs256(publicKey(i))), uint(0), byte('.'))
	f.Fuzz(func(t *testing.T, text string, at uint, b byte) {
		changed := []byte(made)
		changed[at%uint(len(changed))] = b
		inserted := made[:at%uint(len(made))] + string(b) + made[at%uint(len(made)):]
		for _, sent := range []string{text, string(changed), inserted, made + text, text + made} {
			claims, err := v.Verify(t.Context(), sent)
			if err == nil && !sameToken(sent, made) {
				t.Errorf("%q is accepted, of %+v", sent, claims)
			}
			if err != nil && (sent == made || !errors.Is(err, auth.ErrToken) || claims.ClientID != "") {
				t.Errorf("%q: %v, %+v", sent, err, claims)
			}
		}
	})
}

// sameToken: line breaks, which no header of HTTP can hold, mean nothing in base64.
func sameToken(sent, made string) bool {
	return strings.NewReplacer("\r", "", "\n", "").Replace(sent) == made
}

func publicKey(i issuer) []byte {
	key, _ := i.ed.Public().(ed25519.PublicKey)
	return key
}
