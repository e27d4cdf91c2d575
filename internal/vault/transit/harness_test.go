package transit_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/vault"
	"joo.kz/kelisim/internal/vault/transit"
)

// place is a mount of its own on a service, and a token for it with the rights
// that the package's documentation lists.
//
// The service is the protocol server of service_test.go, or a real OpenBao or
// Vault where these name one and a token that may do everything (each run leaves
// mounts behind, so take one in memory):
//
//	KELISIM_TRANSIT_ADDR        https://127.0.0.1:8200
//	KELISIM_TRANSIT_TOKEN_FILE  its token
//	KELISIM_TRANSIT_CA_FILE     its certificate
type place struct {
	transit.Options

	root   string
	client *http.Client
}

func newPlace(t testing.TB) *place {
	t.Helper()
	p := &place{root: rootToken}
	if p.Address = os.Getenv("KELISIM_TRANSIT_ADDR"); p.Address != "" {
		p.CAFile = os.Getenv("KELISIM_TRANSIT_CA_FILE")
		p.root = strings.TrimSpace(string(must(os.ReadFile(os.Getenv("KELISIM_TRANSIT_TOKEN_FILE")))))
	} else {
		server := newService(t)
		p.Address, p.CAFile = server.URL, certificateFile(t, server.Certificate())
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(must(os.ReadFile(p.CAFile)))
	p.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	t.Cleanup(p.client.CloseIdleConnections)
	p.Mount = "m" + strings.ToLower(rand.Text())
	p.do(t, http.MethodPost, "sys/mounts/"+p.Mount, object{"type": "transit"})
	p.do(t, http.MethodPost, "sys/policies/acl/"+p.Mount, object{"policy": p.policy()})
	p.TokenFile = filepath.Join(t.TempDir(), "token")
	p.write(t, p.newToken(t))
	return p
}

func (p *place) policy() string {
	return strings.ReplaceAll(`
		path "M/keys"      { capabilities = ["list"] }
		path "M/keys/+"    { capabilities = ["read", "update"] }
		path "M/encrypt/+" { capabilities = ["update"] }
		path "M/decrypt/+" { capabilities = ["update"] }`, "M", p.Mount)
}

func (p *place) newToken(t testing.TB) string {
	t.Helper()
	_, answer := p.do(t, http.MethodPost, "auth/token/create", object{"policies": []string{p.Mount}, "no_default_policy": true})
	return answer["auth"].(map[string]any)["client_token"].(string)
}

func (p *place) revoke(t testing.TB, token string) {
	t.Helper()
	p.do(t, http.MethodPost, "auth/token/revoke", object{"token": token})
}

// write puts a token into the token file, as an agent does.
func (p *place) write(t testing.TB, token string) {
	t.Helper()
	if err := os.WriteFile(p.TokenFile+".new", []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(p.TokenFile+".new", p.TokenFile); err != nil {
		t.Fatal(err)
	}
}

// do asks the service with all rights, and is its status and answer.
func (p *place) do(t testing.TB, method, path string, body object) (int, object) {
	t.Helper()
	return p.as(t, p.root, method, path, body)
}

func (p *place) as(t testing.TB, token, method, path string, body object) (int, object) {
	t.Helper()
	r := must(http.NewRequestWithContext(context.Background(), method, p.Address+"/v1/"+path, bytes.NewReader(must(json.Marshal(body)))))
	r.Header.Set("X-Vault-Token", token)
	response, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw := must(io.ReadAll(response.Body))
	if strings.Contains(path, "sys/") && response.StatusCode >= 300 {
		t.Fatalf("%s: %d %s", path, response.StatusCode, raw)
	}
	answer := object{}
	_ = json.Unmarshal(raw, &answer)
	return response.StatusCode, answer
}

// store opens the place.
func (p *place) store(t testing.TB) *transit.Store {
	t.Helper()
	return must(transit.Open(p.Options))
}

// behind is the place seen through a server, which hears what it likes of the
// requests and passes the others on.
func (p *place) behind(t testing.TB, hear func(w http.ResponseWriter, r *http.Request, pass http.Handler)) *place {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(must(url.Parse(p.Address)))
	proxy.Transport = p.client.Transport
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hear(w, r, proxy) }))
	t.Cleanup(server.Close)
	front := *p
	front.Address, front.CAFile = server.URL, certificateFile(t, server.Certificate())
	return &front
}

func certificateFile(t testing.TB, c *x509.Certificate) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	content := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// with is a store whose epochs exist.
func with(t testing.TB, p *place, epochs ...vault.Epoch) *transit.Store {
	t.Helper()
	s := p.store(t)
	for _, e := range epochs {
		if err := s.Create(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
