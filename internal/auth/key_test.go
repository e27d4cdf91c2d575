package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/MicahParks/jwkset"

	"joo.kz/kelisim/internal/auth"
)

// published is a server that publishes a set of keys, and counts who reads it.
type published struct {
	url      string
	requests atomic.Int64
	set      atomic.Pointer[[]byte]
}

func serveKeys(t *testing.T, set []byte) *published {
	t.Helper()
	p := &published{}
	p.set.Store(&set)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.requests.Add(1)
		w.Header().Set("Content-Type", "application/jwk-set+json")
		_, _ = w.Write(*p.set.Load())
	}))
	t.Cleanup(server.Close)
	p.url = server.URL + "/.well-known/jwks.json"
	return p
}

// TestKeysFollowARotation: a token that names an unknown key makes the set be read
// again, and a key that is gone from it is good no more.
func TestKeysFollowARotation(t *testing.T) {
	i := newIssuer(t)
	server := serveKeys(t, i.published(t))
	keys, err := auth.LoadKeys(t.Context(), server.url)
	if err != nil {
		t.Fatal(err)
	}
	v := auth.Verifier{Keys: []auth.Keys{keys}, Issuer: issuerName, Audience: audienceName, Now: now, Verified: remembering(t)}
	old, rotated := i.good(t, nil), token(t, edHeader().with(object{"kid": "new"}), goodClaims(), edDSA(i.other))
	if _, err := v.Verify(t.Context(), old); err != nil {
		t.Fatalf("before the rotation: %v", err)
	}
	if n := server.requests.Load(); n != 1 {
		t.Errorf("the keys were read %d times for a key that is known", n)
	}
	set := jwks(t, jwk(t, i.other.Public(), "new", jwkset.AlgEdDSA, false))
	server.set.Store(&set)
	if _, err := v.Verify(t.Context(), rotated); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	if n := server.requests.Load(); n != 2 {
		t.Errorf("the keys were read %d times", n)
	}
	checkGone(t, v, server, old)
}

// checkGone: the old key is refused, and asked for no more than once in a while.
func checkGone(t *testing.T, v auth.Verifier, server *published, old string) {
	t.Helper()
	for range 20 {
		checkRefused(t, v, "the old key", old)
	}
	if n := server.requests.Load(); n > 3 {
		t.Errorf("unknown keys made the set be read %d times", n)
	}
}

// TestLoadKeysFailsWithoutKeys, rather than start and refuse everybody.
func TestLoadKeysFailsWithoutKeys(t *testing.T) {
	notFound := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(notFound.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	noJSON := filepath.Join(t.TempDir(), "jwks.json")
	if err := os.WriteFile(noJSON, []byte("-----BEGIN PUBLIC KEY-----"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{
		"a server that has none": notFound.URL,
		"no server":              closed.URL,
		"no file":                filepath.Join(t.TempDir(), "none.json"),
		"a file of something":    noJSON,
		"a directory":            t.TempDir(),
		"nothing":                "",
	} {
		if _, err := auth.LoadKeys(t.Context(), source); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

// TestJSONPublishesNoPrivatePart, even if the set that was read held one.
func TestJSONPublishesNoPrivatePart(t *testing.T) {
	i := newIssuer(t)
	secret := []byte("a secret of thirty-two bytes long")
	set := jwks(t,
		jwk(t, i.ed, "ed", jwkset.AlgEdDSA, true),
		jwk(t, i.ec, "ec", jwkset.AlgES256, true),
		jwk(t, i.rsa, "rsa", jwkset.AlgRS256, true),
		jwk(t, secret, "oct", "HS256", true),
	)
	if !strings.Contains(string(set), `"d":`) || !strings.Contains(string(set), `"k":`) {
		t.Fatalf("%s: nothing private to begin with", set)
	}
	server := serveKeys(t, set)
	fetched, err := auth.LoadKeys(t.Context(), server.url)
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string]auth.Keys{"file": verifierOf(t, set).Keys[0], "server": fetched} {
		checkPublic(t, name, keys, 3)
	}
	if _, err := verifierOf(t, set).Verify(t.Context(), i.good(t, nil)); err != nil {
		t.Errorf("a set with private parts does not verify: %v", err)
	}
}

// checkPublic: the set has keys, and nothing of them that is not public.
func checkPublic(t *testing.T, name string, keys auth.Keys, want int) {
	t.Helper()
	raw, err := keys.JSON(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil || len(set.Keys) != want {
		t.Fatalf("%s: %d keys, want %d (%v)", name, len(set.Keys), want, err)
	}
	for _, key := range set.Keys {
		for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
			if _, published := key[private]; published {
				t.Errorf("%s: %s of %s is published", name, private, key["kid"])
			}
		}
	}
}

func TestPublicKeysIsTheSetOfOneKey(t *testing.T) {
	i := newIssuer(t)
	keys, err := auth.PublicKeys(i.ed)
	if err != nil {
		t.Fatal(err)
	}
	checkPublic(t, "one key", keys, 1)
	id, err := auth.KeyID(i.ed)
	if err != nil {
		t.Fatal(err)
	}
	v := auth.Verifier{Keys: []auth.Keys{keys}, Issuer: issuerName, Audience: audienceName, Now: now, Verified: remembering(t)}
	if _, err := v.Verify(t.Context(), token(t, edHeader().with(object{"kid": id}), goodClaims(), edDSA(i.ed))); err != nil {
		t.Errorf("its own token: %v", err)
	}
	checkRefused(t, v, "another key by its name", token(t, edHeader().with(object{"kid": id}), goodClaims(), edDSA(i.other)))
}

// TestKeyIDIsTheThumbprint of RFC 8037, appendices A.1 and A.3.
func TestKeyIDIsTheThumbprint(t *testing.T) {
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	public, _ := key.Public().(ed25519.PublicKey)
	if x := base64.RawURLEncoding.EncodeToString(public); x != "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" {
		t.Fatalf("x is %s", x)
	}
	if id, err := auth.KeyID(key); err != nil || id != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("%s, %v", id, err)
	}
}

func TestKeyIDIsForEd25519(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := auth.KeyID(key); id != "" || !errors.Is(err, auth.ErrSigningKey) {
		t.Errorf("%q, %v; want %v", id, err, auth.ErrSigningKey)
	}
}

// TestDevelopmentKeyIsMadeOnce, for its owner's eyes only.
func TestDevelopmentKeyIsMadeOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "folder", "signing.pem")
	made, err := auth.DevelopmentKey(file)
	if err != nil {
		t.Fatal(err)
	}
	checkMode(t, file, 0o600)
	checkMode(t, filepath.Dir(file), 0o700)
	for name, load := range map[string]func(string) (ed25519.PrivateKey, error){
		"DevelopmentKey": auth.DevelopmentKey, "LoadSigningKey": auth.LoadSigningKey,
	} {
		if again, err := load(file); err != nil || !made.Equal(again) {
			t.Errorf("%s: another key, %v", name, err)
		}
	}
	other, err := auth.DevelopmentKey(filepath.Join(t.TempDir(), "signing.pem"))
	if err != nil || made.Equal(other) {
		t.Errorf("the same key for everybody, %v", err)
	}
}

func checkMode(t *testing.T, file string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s: mode %o, want %o", filepath.Base(file), got, want)
	}
}

// TestSigningKeyIsEd25519, and a file of anything else is left as it is.
func TestSigningKeyIsEd25519(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"empty":       {},
		"no PEM":      []byte("a key"),
		"no PKCS #8":  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("a key")}),
		"another key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	} {
		file := filepath.Join(t.TempDir(), "signing.pem")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if key, err := auth.DevelopmentKey(file); key != nil || !errors.Is(err, auth.ErrSigningKey) {
			t.Errorf("%s: %v, want %v", name, err, auth.ErrSigningKey)
		}
		if now, err := os.ReadFile(file); err != nil || string(now) != string(content) {
			t.Errorf("%s: the file was changed, %v", name, err)
		}
	}
	if _, err := auth.LoadSigningKey(filepath.Join(t.TempDir(), "none.pem")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v, want %v", err, fs.ErrNotExist)
	}
}

// What is published has each key once, whichever set it is of, and finds it by
// its id.
func TestPublished(t *testing.T) {
	var sets []auth.Keys
	var keys []ed25519.PrivateKey
	for range 2 {
		_, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		set, err := auth.PublicKeys(key)
		if err != nil {
			t.Fatal(err)
		}
		sets, keys = append(sets, set), append(keys, key)
	}
	raw, err := auth.Published(t.Context(), sets[0], sets[1], sets[0])
	if err != nil {
		t.Fatal(err)
	}
	all, err := auth.ParseKeys(raw)
	if err != nil {
		t.Fatal(err)
	}
	find := all.Ed25519(t.Context())
	for _, key := range keys {
		id, err := auth.KeyID(key)
		if err != nil {
			t.Fatal(err)
		}
		if found, known := find(id); !known || !found.Equal(key.Public()) {
			t.Errorf("key %s: known %t", id, known)
		}
		if n := strings.Count(string(raw), id); n != 1 {
			t.Errorf("key %s is published %d times", id, n)
		}
	}
	if _, known := find("another"); known {
		t.Error("an unknown key is known")
	}
}
