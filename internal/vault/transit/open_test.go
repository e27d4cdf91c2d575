package transit_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"joo.kz/kelisim/internal/vault/transit"
)

func TestAddresses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("hvs.token"), 0o600); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://kms.example.com:8200": true, "https://kms.example.com": true, "https://192.0.2.1:8200/": true,
		"http://127.0.0.1:8200": true, "http://127.9.9.9": true, "http://[::1]:8200": true, "http://localhost:8200": true,
		"http://kms.example.com:8200": false, "http://192.0.2.1:8200": false, "http://127.0.0.1.example.com": false,
		"http://localhost.example.com": false, "http://0.0.0.0:8200": false, "http://[::]:8200": false, "http://[::ffff:192.0.2.1]": false,
		"": false, "kms.example.com:8200": false, "//kms.example.com": false, "https://": false, "https://:8200": false,
		"unix:///run/agent": false, "ftp://127.0.0.1": false, "https://kms.example.com/v1": false, "https://a:b@kms.example.com": false,
		"https://kms.example.com?a=b": false, "https://kms.example.com#a": false, "http://127.0.0.1@kms.example.com": false, "https://%zz": false,
	} {
		_, err := transit.Open(transit.Options{Address: address, TokenFile: file})
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && err.Error() != "transit: the address is not https://host:port, nor http:// to a loopback address" {
			t.Error(err)
		}
	}
}

func TestTokenFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	open := func() error {
		_, err := transit.Open(transit.Options{Address: "https://kms.example.com", TokenFile: file})
		return err
	}
	if err := open(); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for content, want := range map[string]bool{
		"hvs.token": true, "hvs.token\n": true, " s.a-b_c \r\n": true,
		"": false, "\n": false, "hvs.one\nhvs.two": false, "hvs.one two": false, "hvs.\x00": false, "hvs.\xff": false, "hvs.ё": false,
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		err := open()
		if (err == nil) != want {
			t.Errorf("%q: %v", content, err)
		}
		if err != nil {
			silent(t, content, err, "hvs")
		}
	}
}

func TestAuthorityFiles(t *testing.T) {
	p := newPlace(t)
	p.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	if _, err := transit.Open(p.Options); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := os.WriteFile(p.CAFile, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := transit.Open(p.Options); err == nil {
		t.Error("opened without an authority")
	}
}

// TestStrangersAreNotTrusted: an authority that is not in the file, or not in the
// system's list without one.
func TestStrangersAreNotTrusted(t *testing.T) {
	p := newPlace(t)
	var asked atomic.Int32
	stranger := p.behind(t, func(_ http.ResponseWriter, _ *http.Request, _ http.Handler) { asked.Add(1) })
	for _, file := range []string{"", otherAuthority(t)} {
		stranger.CAFile = file
		err := stranger.store(t).Create(t.Context(), 1)
		neither(t, "stranger", err)
		if err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Error(err)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

// otherAuthority is the file of one that certified nobody.
func otherAuthority(t *testing.T) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true}
	der := must(x509.CreateCertificate(rand.Reader, template, template, public, private))
	return certificateFile(t, &x509.Certificate{Raw: der})
}

func TestTokenOfNobody(t *testing.T) {
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	p.write(t, "hvs.nobody")
	for name, do := range operations(p.store(t), wrapped) {
		err := do(t.Context())
		neither(t, name, err)
		if err == nil || !strings.HasSuffix(err.Error(), ": the service answered 403 Forbidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTokenIsRenewed by an agent: the old one is revoked, many ask at once.
func TestTokenIsRenewed(t *testing.T) {
	p := newPlace(t)
	old := p.newToken(t)
	p.write(t, old)
	s := with(t, p, 1)
	for range 3 {
		renewed := p.newToken(t)
		p.write(t, renewed)
		p.revoke(t, old)
		old = renewed
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				wrapped, err := s.Wrap(t.Context(), 1, key, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := s.Unwrap(t.Context(), 1, wrapped, nil); err != nil || !bytes.Equal(got, key) {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
}

// TestTokenFileIsGone when the token is refused: the refusal is told, and a file
// that is there again is read.
func TestTokenFileIsGone(t *testing.T) {
	p := newPlace(t)
	token := p.newToken(t)
	p.write(t, token)
	s := with(t, p, 1)
	p.revoke(t, token)
	if err := os.Remove(p.TokenFile); err != nil {
		t.Fatal(err)
	}
	_, err := s.Wrap(t.Context(), 1, key, nil)
	neither(t, "gone", err)
	p.write(t, p.newToken(t))
	if _, err := s.Wrap(t.Context(), 1, key, nil); err != nil {
		t.Error(err)
	}
}

// TestPlainHTTPToAnAgent on the same machine.
func TestPlainHTTPToAnAgent(t *testing.T) {
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/transit/keys" || r.Header.Get("X-Vault-Token") != "hvs.token" {
			t.Errorf("asked %s", r.URL.Path)
		}
		answer(w, http.StatusOK, object{"data": object{"keys": []string{"kelisim-epoch-000001"}}})
	}))
	defer agent.Close()
	o := transit.Options{Address: agent.URL, TokenFile: filepath.Join(t.TempDir(), "token")}
	if err := os.WriteFile(o.TokenFile, []byte("hvs.token"), 0o600); err != nil {
		t.Fatal(err)
	}
	if epochs, err := must(transit.Open(o)).Epochs(t.Context()); err != nil || len(epochs) != 1 {
		t.Error(epochs, err)
	}
}

// TestEnvironmentIsNotRead, be it the library's of either name or a proxy's.
func TestEnvironmentIsNotRead(t *testing.T) {
	for name, value := range map[string]string{
		"ADDR": "https://127.0.0.1:1", "AGENT_ADDR": "https://127.0.0.1:1", "TOKEN": "hvs.of-the-environment", "NAMESPACE": "elsewhere",
		"CACERT": "/nowhere", "CACERT_BYTES": "none", "CLIENT_CERT": "/nowhere", "CLIENT_KEY": "/nowhere", "CLIENT_TIMEOUT": "1ns",
		"MAX_RETRIES": "x", "RATE_LIMIT": "0.000001:1", "WRAP_TTL": "60s", "TLS_SERVER_NAME": "elsewhere.example.com", "MFA": "a:b",
		"HTTP_PROXY": "http://127.0.0.1:1", "PROXY_ADDR": "http://127.0.0.1:1", "SRV_LOOKUP": "x", "DISABLE_REDIRECTS": "x", "SKIP_VERIFY": "true",
	} {
		t.Setenv("BAO_"+name, value)
		t.Setenv("VAULT_"+name, value)
	}
	p := newPlace(t)
	front := p.behind(t, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		for _, header := range []string{"X-Vault-Namespace", "X-Vault-Wrap-TTL", "X-Vault-MFA"} {
			if r.Header.Get(header) != "" {
				t.Errorf("sent %s", header)
			}
		}
		pass.ServeHTTP(w, r)
	})
	s := with(t, front, 1)
	if got, err := s.Unwrap(t.Context(), 1, must(s.Wrap(t.Context(), 1, key, nil)), nil); err != nil || !bytes.Equal(got, key) {
		t.Error(err)
	}
	front.CAFile = ""
	neither(t, "SKIP_VERIFY", front.store(t).Create(t.Context(), 2))
}

// TestProxyIsNotAsked. The standard library reads the variables once a process
// and passes loopback by, so another process asks a name that is nobody's
// (RFC 6761, 6.4).
func TestProxyIsNotAsked(t *testing.T) {
	if file := os.Getenv("KELISIM_TRANSIT_PROXIED"); file != "" {
		s := must(transit.Open(transit.Options{Address: "https://kms.invalid", TokenFile: file, Timeout: 500 * time.Millisecond}))
		neither(t, "nobody's name", s.Create(t.Context(), 1))
		return
	}
	proxy := must(net.Listen("tcp", "127.0.0.1:0"))
	defer func() { _ = proxy.Close() }()
	var asked atomic.Int32
	go func() {
		for {
			connection, err := proxy.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			_ = connection.Close()
		}
	}()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("hvs.token"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyIsNotAsked$")
	again.Env = append(os.Environ(), "KELISIM_TRANSIT_PROXIED="+file, "HTTPS_PROXY=http://"+proxy.Addr().String(), "NO_PROXY=", "no_proxy=", "https_proxy=")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("asked %d times", n)
	}
}
