package transit

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/openbao/openbao/api/v2"

	"joo.kz/kelisim/internal/vault"
)

// Store is the epochs' keys in a service. Its methods may be called at once by
// many, and each ends within the timeout of [Options]. Beside the errors that
// they name, they fail with one that tells the status of the service's answer, or
// why there was none; no error has a token, a key or a wrapped key in it.
type Store struct {
	client    *api.Client
	mount     string
	tokenFile string
	timeout   time.Duration
}

// Create has the service make the key of an epoch, or fails with
// [vault.ErrEpochExists]; an epoch below 1 is [vault.ErrNoEpoch].
//
// The service itself finds a key where it could make one, and does not tell which
// it did (Vault 1.21 and OpenBao 2 have a warning for it that never comes), so
// the key is looked for first. What remains: of two creators at the same instant
// both may succeed, with the one key that both then use; and where an answer is
// lost on the way, the repeated request finds what the first one made.
func (s *Store) Create(ctx context.Context, e vault.Epoch) error {
	if e < 1 {
		return fmt.Errorf("transit: create: %w", vault.ErrNoEpoch)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	there, err := s.exists(ctx, e)
	if err != nil {
		return failure("create", err)
	}
	if there {
		return vault.ErrEpochExists
	}
	_, err = s.write(ctx, "keys/"+name(e), map[string]any{
		"type": "aes256-gcm96", "exportable": false, "allow_plaintext_backup": false,
	})
	if err != nil {
		return failure("create", err)
	}
	return nil
}

// Epochs lists the epochs that have a key, ascending. Other keys are passed over.
func (s *Store) Epochs(ctx context.Context) ([]vault.Epoch, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	secret, err := s.read(ctx, "keys", map[string][]string{"list": {"true"}})
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, failure("list", err)
	}
	if secret == nil {
		return nil, failure("list", errAnswer)
	}
	names, is := secret.Data["keys"].([]any)
	if !is {
		return nil, failure("list", errAnswer)
	}
	return epochs(names), nil
}

// Wrap encrypts a key under the key of an epoch, bound to what it is about. The
// result is the service's text, vault:v1:… It fails with [vault.ErrNoEpoch].
func (s *Store) Wrap(ctx context.Context, e vault.Epoch, key, about []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	secret, err := s.write(ctx, "encrypt/"+name(e), map[string]any{
		"plaintext":       base64.StdEncoding.EncodeToString(key),
		"associated_data": base64.StdEncoding.EncodeToString(about),
		// A service makes a missing key here if the token lets it. This is read
		// then only, and refused without a context of derivation.
		"convergent_encryption": true,
	})
	if err != nil {
		return nil, s.unlessMissing(ctx, "wrap", e, err)
	}
	wrapped, err := text(secret, "ciphertext")
	if err != nil || !wellFormed([]byte(wrapped)) {
		return nil, failure("wrap", errAnswer)
	}
	return []byte(wrapped), nil
}

// Unwrap decrypts what Wrap made of a key. It fails with [vault.ErrNoEpoch], and
// with [vault.ErrTampered] where the service found that wrapped, epoch and about
// are not as they were.
func (s *Store) Unwrap(ctx context.Context, e vault.Epoch, wrapped, about []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if !wellFormed(wrapped) {
		return nil, s.malformed(ctx, e)
	}
	secret, err := s.write(ctx, "decrypt/"+name(e), map[string]any{
		"ciphertext":      string(wrapped),
		"associated_data": base64.StdEncoding.EncodeToString(about),
	})
	if tampered(err) {
		return nil, vault.ErrTampered
	}
	if err != nil {
		return nil, s.unlessMissing(ctx, "unwrap", e, err)
	}
	plain, err := text(secret, "plaintext")
	if err != nil {
		return nil, failure("unwrap", err)
	}
	key, err := base64.StdEncoding.DecodeString(plain)
	if err != nil {
		return nil, failure("unwrap", errAnswer)
	}
	return key, nil
}
