package transit_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestAnswers are those that the store relies upon, to the letter: a service of
// another version may have other words.
func TestAnswers(t *testing.T) {
	p := newPlace(t)
	s := with(t, p, 1)
	wrapped := string(must(s.Wrap(t.Context(), 1, []byte("a key"), nil)))
	own, key := p.newToken(t), "kelisim-epoch-000001"
	for _, c := range []struct {
		token, method, path string
		body                object
		status              int
		errors              string
	}{
		{own, http.MethodGet, "keys/none", nil, 404, `[]`},
		{own, http.MethodPost, "decrypt/none", object{"ciphertext": wrapped}, 400, `["encryption key not found"]`},
		{own, http.MethodPost, "encrypt/none", object{"plaintext": ""}, 403, `["1 error occurred:\n\t* permission denied\n\n"]`},
		{p.root, http.MethodPost, "encrypt/none", object{"plaintext": "", "convergent_encryption": true}, 400, `["convergent encryption requires derivation to be enabled, so context is required"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": wrapped, "associated_data": "AAAA"}, 400, `["cipher: message authentication failed"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": "x"}, 400, `["invalid ciphertext: no prefix"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": "vault:v1"}, 400, `["invalid ciphertext: wrong number of fields"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": "vault:vx:AAAA"}, 400, `["invalid ciphertext: version number could not be decoded"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": "vault:v2:AAAA"}, 400, `["invalid ciphertext: version is too new"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": "vault:v1:A"}, 400, `["invalid ciphertext: could not decode base64"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": "vault:v1:AAAA"}, 400, `["invalid ciphertext length"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": ""}, 400, `["missing ciphertext to decrypt"]`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": strings.Replace(wrapped, "v1", "v0", 1)}, 200, `null`},
		{own, http.MethodPost, "decrypt/" + key, object{"ciphertext": wrapped + "\n"}, 200, `null`},
		{own, http.MethodGet, "export/encryption-key/" + key, nil, 403, `["1 error occurred:\n\t* permission denied\n\n"]`},
		{own, http.MethodDelete, "keys/" + key, nil, 403, `["1 error occurred:\n\t* permission denied\n\n"]`},
		{own, http.MethodPost, "keys/" + key + "/config", object{"deletion_allowed": true}, 403, `["1 error occurred:\n\t* permission denied\n\n"]`},
		{own, http.MethodPost, "keys/" + key + "/rotate", nil, 403, `["1 error occurred:\n\t* permission denied\n\n"]`},
		{"hvs.nobody", http.MethodGet, "keys/" + key, nil, 403, `["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]`},
	} {
		status, answer := p.as(t, c.token, c.method, p.Mount+"/"+c.path, c.body)
		if got := string(must(json.Marshal(answer["errors"]))); status != c.status || got != c.errors {
			t.Errorf("%s %s %v: %d %s, want %d %s", c.method, c.path, c.body, status, got, c.status, c.errors)
		}
	}
	_, again := p.as(t, own, http.MethodPost, p.Mount+"/keys/"+key, object{})
	if again["warnings"] != nil {
		t.Errorf("warnings %v", again["warnings"])
	}
	if status, answer := p.do(t, http.MethodGet, "nowhere/keys/x", nil); status != 404 || len(answer["errors"].([]any)) == 0 {
		t.Errorf("no mount: %d %v", status, answer)
	}
}
