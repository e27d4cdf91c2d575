package transit_test

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// service speaks as much of the protocol as the tests need, as Vault 1.21.4 was
// seen to (see harness_test.go): AES-256-GCM with associated data, tokens with
// policies, and the words of its errors.
type service struct {
	mu     sync.Mutex
	mounts map[string]map[string]secret // by mount and name of the key
	tokens map[string]bool              // whether the token may do everything
}

// secret is a key and whether it may leave, as its maker wished.
type secret struct {
	cipher.AEAD

	exportable, backup bool
}

const rootToken = "hvs.root-of-the-protocol-server"

func newService(t testing.TB) *httptest.Server {
	t.Helper()
	s := &service{mounts: map[string]map[string]secret{}, tokens: map[string]bool{rootToken: true}}
	server := httptest.NewUnstartedServer(s)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := object{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	all, known := s.tokens[r.Header.Get("X-Vault-Token")]
	if !known {
		answer(w, http.StatusForbidden, refusal("2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"))
		return
	}
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	if all && s.administer(w, path, body) {
		return
	}
	keys, mounted := s.mounts[path[0]]
	switch {
	case !mounted && all:
		answer(w, http.StatusNotFound, refusal(fmt.Sprintf("no handler for route %q. route entry not found.", strings.Join(path, "/"))))
	case !mounted || len(path) > 3:
		answer(w, http.StatusForbidden, refusal("1 error occurred:\n\t* permission denied\n\n"))
	default:
		s.engine(w, r, keys, path[1], path[len(path)-1], body, all)
	}
}

// administer mounts engines, makes and revokes tokens; a policy has no effect but
// that a token with one may not do everything.
func (s *service) administer(w http.ResponseWriter, path []string, body object) bool {
	switch {
	case path[0] == "sys" && path[1] == "mounts":
		s.mounts[path[2]] = map[string]secret{}
		answer(w, http.StatusNoContent, nil)
	case path[0] == "sys":
		answer(w, http.StatusNoContent, nil)
	case path[0] == "auth" && path[2] == "create":
		token := "hvs." + rand.Text()
		s.tokens[token] = false
		answer(w, http.StatusOK, object{"auth": object{"client_token": token}})
	case path[0] == "auth":
		delete(s.tokens, body.string("token"))
		answer(w, http.StatusNoContent, nil)
	default:
		return false
	}
	return true
}

func (s *service) engine(w http.ResponseWriter, r *http.Request, keys map[string]secret, what, name string, body object, all bool) {
	key, there := keys[name]
	switch {
	case what == "keys" && r.URL.Query().Get("list") == "true":
		list(w, keys)
	case what == "keys" && r.Method == http.MethodDelete:
		if !all {
			answer(w, http.StatusForbidden, refusal("1 error occurred:\n\t* permission denied\n\n"))
			return
		}
		answer(w, http.StatusBadRequest, refusal("error deleting policy "+name+": deletion is not allowed for this policy"))
	case what == "keys":
		keep(w, r, keys, name, body)
	case what == "encrypt" && there:
		encrypt(w, key, body)
	case what == "encrypt" && !all:
		answer(w, http.StatusForbidden, refusal("1 error occurred:\n\t* permission denied\n\n"))
	case what == "encrypt" && body["convergent_encryption"] == true:
		answer(w, http.StatusBadRequest, refusal("convergent encryption requires derivation to be enabled, so context is required"))
	case what == "encrypt":
		keys[name] = newSecret(object{})
		encrypt(w, keys[name], body)
	case what == "decrypt" && !there:
		answer(w, http.StatusBadRequest, refusal("encryption key not found"))
	case what == "decrypt":
		decrypt(w, key, body)
	default:
		answer(w, http.StatusForbidden, refusal("1 error occurred:\n\t* permission denied\n\n"))
	}
}

func newSecret(body object) secret {
	key := make([]byte, 32)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return secret{aead, body["exportable"] == true, body["allow_plaintext_backup"] == true}
}

func list(w http.ResponseWriter, keys map[string]secret) {
	if len(keys) == 0 {
		answer(w, http.StatusNotFound, refusal())
		return
	}
	answer(w, http.StatusOK, object{"data": object{"keys": slices.Sorted(maps.Keys(keys))}})
}

// keep reads a key or makes it.
func keep(w http.ResponseWriter, r *http.Request, keys map[string]secret, name string, body object) {
	_, there := keys[name]
	if r.Method != http.MethodGet && !there {
		keys[name] = newSecret(body)
	}
	properties := object{"data": object{
		"name": name, "type": "aes256-gcm96", "exportable": keys[name].exportable, "deletion_allowed": false,
		"allow_plaintext_backup": keys[name].backup, "latest_version": 1, "keys": object{"1": 1795392000},
	}}
	if r.Method == http.MethodGet && !there {
		answer(w, http.StatusNotFound, refusal())
		return
	}
	answer(w, http.StatusOK, properties)
}

func encrypt(w http.ResponseWriter, key cipher.AEAD, body object) {
	plain, err := base64.StdEncoding.DecodeString(body.string("plaintext"))
	about, wrong := base64.StdEncoding.DecodeString(body.string("associated_data"))
	if err := cmp.Or(err, wrong); err != nil {
		answer(w, http.StatusBadRequest, refusal(err.Error()))
		return
	}
	nonce := make([]byte, key.NonceSize())
	rand.Read(nonce)
	text := base64.StdEncoding.EncodeToString(key.Seal(nonce, nonce, plain, about))
	answer(w, http.StatusOK, object{"data": object{"ciphertext": "vault:v1:" + text, "key_version": 1}})
}

func decrypt(w http.ResponseWriter, key cipher.AEAD, body object) {
	plain, err := open(key, body.string("ciphertext"), body.string("associated_data"))
	if err != nil {
		answer(w, http.StatusBadRequest, refusal(err.Error()))
		return
	}
	answer(w, http.StatusOK, object{"data": object{"plaintext": base64.StdEncoding.EncodeToString(plain)}})
}

// open reads as leniently as the real one does: v0 is v1, and line feeds and the
// last bits of the base64 text do not count.
func open(key cipher.AEAD, text, data string) ([]byte, error) {
	if text == "" {
		return nil, fmt.Errorf("missing ciphertext to decrypt")
	}
	rest, is := strings.CutPrefix(text, "vault:v")
	if !is {
		return nil, fmt.Errorf("invalid ciphertext: no prefix")
	}
	version, sealed, is := strings.Cut(rest, ":")
	if !is {
		return nil, fmt.Errorf("invalid ciphertext: wrong number of fields")
	}
	number, err := strconv.Atoi(version)
	if err != nil {
		return nil, fmt.Errorf("invalid ciphertext: version number could not be decoded")
	}
	if number > 1 {
		return nil, fmt.Errorf("invalid ciphertext: version is too new")
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("invalid ciphertext: could not decode base64")
	}
	if len(raw) < key.NonceSize() {
		return nil, fmt.Errorf("invalid ciphertext length")
	}
	about, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return nil, err
	}
	return key.Open(nil, raw[:key.NonceSize()], raw[key.NonceSize():], about)
}

// object is a JSON object.
type object map[string]any

func (o object) string(member string) string {
	s, _ := o[member].(string)
	return s
}

func refusal(reasons ...string) object {
	return object{"errors": append([]string{}, reasons...)}
}

func answer(w http.ResponseWriter, status int, body object) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body)
	}
}
