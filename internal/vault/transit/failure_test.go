package transit_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"joo.kz/kelisim/internal/vault"
	"joo.kz/kelisim/internal/vault/transit"
)

var key = []byte("32 bytes of a key, or nearly so.")

// operations are all that a store does, on an epoch that there is.
func operations(s *transit.Store, wrapped []byte) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"create": func(ctx context.Context) error { return s.Create(ctx, 99) },
		"epochs": func(ctx context.Context) error { _, err := s.Epochs(ctx); return err },
		"wrap":   func(ctx context.Context) error { _, err := s.Wrap(ctx, 1, key, nil); return err },
		"unwrap": func(ctx context.Context) error { _, err := s.Unwrap(ctx, 1, wrapped, nil); return err },
		"malformed": func(ctx context.Context) error {
			_, err := s.Unwrap(ctx, 1, []byte("not of the service"), nil)
			return err
		},
	}
}

// neither fails the test if an error is missing or is one that tells of keys.
func neither(t *testing.T, name string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", name)
	}
	for _, sentinel := range []error{vault.ErrNoEpoch, vault.ErrEpochExists, vault.ErrTampered} {
		if errors.Is(err, sentinel) {
			t.Errorf("%s: an outage is taken for: %v", name, err)
		}
	}
}

// silent fails the test if an error has a secret in it.
func silent(t *testing.T, name string, err error, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: tells a secret: %v", name, err)
		}
	}
}

// TestOutageIsNeitherMissingNorTampered, whatever a server on the way answers;
// and where it repeats the request, the error does not.
func TestOutageIsNeitherMissingNorTampered(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	token := p.newToken(t)
	p.write(t, token)
	var respond atomic.Pointer[func(w http.ResponseWriter, request string)]
	front := p.behind(t, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		(*respond.Load())(w, r.Header.Get("X-Vault-Token")+string(must(io.ReadAll(r.Body))))
	})
	front.Timeout = 300 * time.Millisecond
	s := front.store(t)
	for name, respondent := range map[string]func(w http.ResponseWriter, request string){
		"200 HTML": func(w http.ResponseWriter, request string) { _, _ = io.WriteString(w, "<h1>Welcome</h1>"+request) },
		"200 list": func(w http.ResponseWriter, request string) { answer(w, 200, object{"data": object{"keys": request}}) },
		"200 other": func(w http.ResponseWriter, request string) {
			answer(w, 200, object{"data": object{"plaintext": "%", "ciphertext": request}})
		},
		"200 another": func(w http.ResponseWriter, _ string) {
			answer(w, 200, object{"data": object{"name": "kelisim-epoch-000002"}})
		},
		"200 errors": func(w http.ResponseWriter, request string) {
			answer(w, 200, object{"data": nil, "errors": []string{request}})
		},
		"400 HTML":    func(w http.ResponseWriter, request string) { http.Error(w, "<h1>Bad Request</h1>"+request, 400) },
		"400 words":   func(w http.ResponseWriter, request string) { answer(w, 400, refusal("cipher suite: "+request)) },
		"400 no word": func(w http.ResponseWriter, _ string) { answer(w, 400, refusal()) },
		"400 spoken":  func(w http.ResponseWriter, _ string) { http.Error(w, "cipher: message authentication failed", 400) },
		"403":         func(w http.ResponseWriter, request string) { answer(w, 403, refusal("permission denied", request)) },
		"404 HTML":    func(w http.ResponseWriter, request string) { http.Error(w, "<h1>Not Found</h1>"+request, 404) },
		"404 empty":   func(w http.ResponseWriter, _ string) { w.WriteHeader(404) },
		"404 words":   func(w http.ResponseWriter, request string) { answer(w, 404, refusal("no handler for route "+request)) },
		"429":         func(w http.ResponseWriter, request string) { answer(w, 429, refusal(request)) },
		"500": func(w http.ResponseWriter, request string) {
			answer(w, 500, refusal("cipher: message authentication failed", request))
		},
		"422 spoken": func(w http.ResponseWriter, _ string) {
			answer(w, 422, refusal("cipher: message authentication failed"))
		},
		"503 sealed": func(w http.ResponseWriter, request string) { answer(w, 503, refusal("Vault is sealed", request)) },
		"304":        func(w http.ResponseWriter, _ string) { w.WriteHeader(304) },
		"hangs up":   func(http.ResponseWriter, string) { panic(http.ErrAbortHandler) },
	} {
		respond.Store(&respondent)
		for operation, do := range operations(s, wrapped) {
			err := do(t.Context())
			neither(t, name+", "+operation, err)
			silent(t, name+", "+operation, err, token, string(key), base64.StdEncoding.EncodeToString(key), string(wrapped), "vault:v1")
		}
	}
}

func TestErrorTellsTheStatus(t *testing.T) {
	p := newPlace(t)
	front := p.behind(t, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { answer(w, 418, refusal("no coffee")) })
	_, err := front.store(t).Wrap(t.Context(), 1, key, nil)
	if err == nil || err.Error() != "transit: wrap: the service answered 418 I'm a teapot" {
		t.Error(err)
	}
}

// TestTransientErrorsAreOutlived: two of them, of each kind.
func TestTransientErrorsAreOutlived(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	for name, fail := range map[string]func(w http.ResponseWriter){
		"429":      func(w http.ResponseWriter) { answer(w, 429, refusal("request path: rate limit quota exceeded")) },
		"500":      func(w http.ResponseWriter) { answer(w, 500, refusal("internal error")) },
		"503":      func(w http.ResponseWriter) { answer(w, 503, refusal("Vault is sealed")) },
		"hangs up": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		var asked atomic.Int32
		front := p.behind(t, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
			if asked.Add(1) <= 2 {
				fail(w)
				return
			}
			pass.ServeHTTP(w, r)
		})
		if got, err := front.store(t).Unwrap(t.Context(), 1, wrapped, nil); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: %v", name, err)
		}
		if n := asked.Load(); n != 3 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}

// TestServiceDown is told within the timeout, and told apart.
func TestServiceDown(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	down := *p
	down.Timeout = 2 * time.Second
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	down.Address = "https://" + listener.Addr().String()
	_ = listener.Close()
	begun := time.Now()
	for name, do := range operations(down.store(t), wrapped) {
		err := do(t.Context())
		neither(t, name, err)
		if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if took := time.Since(begun); took > 5*down.Timeout+time.Second {
		t.Errorf("took %v", took)
	}
}

// TestServiceHangs until the timeout, or until the caller has had enough.
func TestServiceHangs(t *testing.T) {
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	front := p.behind(t, func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is the context that of the connection
		<-r.Context().Done()
	})
	front.Timeout = 100 * time.Millisecond
	for name, do := range operations(front.store(t), wrapped) {
		begun := time.Now()
		err := do(t.Context())
		neither(t, name, err)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := do(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}

// TestRedirectsAreNotFollowed: neither to plain http nor to https elsewhere does
// the token go.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	var strayed atomic.Int32
	stray := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) })
	plain, secure := httptest.NewServer(stray), httptest.NewTLSServer(stray) // with the certificate of the fronts
	defer plain.Close()
	defer secure.Close()
	for _, to := range []string{plain.URL, secure.URL} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			front := p.behind(t, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				http.Redirect(w, r, to+r.URL.Path, status)
			})
			front.Timeout = 100 * time.Millisecond
			for name, do := range operations(front.store(t), wrapped) {
				neither(t, name, do(t.Context()))
			}
		}
	}
	if n := strayed.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestRedirectIsTold(t *testing.T) {
	p := newPlace(t)
	front := p.behind(t, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, "http://127.0.0.1"+r.URL.Path, http.StatusTemporaryRedirect)
	})
	_, err := front.store(t).Epochs(t.Context())
	if err == nil || err.Error() != "transit: list: redirected, which is not followed" {
		t.Error(err)
	}
}

// TestMountIsMissing is not an engine without keys.
func TestMountIsMissing(t *testing.T) {
	p := newPlace(t)
	wrapped := must(with(t, p, 1).Wrap(t.Context(), 1, key, nil))
	p.Mount = "nowhere"
	for _, token := range []string{p.newToken(t), p.root} {
		p.write(t, token)
		for name, do := range operations(p.store(t), wrapped) {
			neither(t, name, do(t.Context()))
		}
	}
}
