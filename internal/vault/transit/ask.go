package transit

import (
	"context"
	"net/http"

	"github.com/openbao/openbao/api/v2"

	"joo.kz/kelisim/internal/vault"
)

// exists tells whether an epoch has a key.
func (s *Store) exists(ctx context.Context, e vault.Epoch) (bool, error) {
	secret, err := s.read(ctx, "keys/"+name(e), nil)
	if missing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if told, err := text(secret, "name"); err != nil || told != name(e) {
		return false, errAnswer
	}
	return true, nil
}

// read asks for what is at a path, and unlike the library's Read tells nothing
// there (404 without a word) from no such path (404 with one).
func (s *Store) read(ctx context.Context, path string, query map[string][]string) (*api.Secret, error) {
	return s.withToken(func() (*api.Secret, error) {
		response, err := s.client.Logical().ReadRawWithDataWithContext(ctx, s.mount+"/"+path, query)
		if response != nil {
			defer func() { _ = response.Body.Close() }()
		}
		if err != nil {
			return nil, err
		}
		return api.ParseSecret(response.Body)
	})
}

// write puts data to a path.
func (s *Store) write(ctx context.Context, path string, data map[string]any) (*api.Secret, error) {
	return s.withToken(func() (*api.Secret, error) {
		return s.client.Logical().WriteWithContext(ctx, s.mount+"/"+path, data)
	})
}

// withToken asks, and asks once more where the service refuses the token and
// there is another one in the file.
func (s *Store) withToken(ask func() (*api.Secret, error)) (*api.Secret, error) {
	used := s.client.Token()
	secret, err := ask()
	if status(err) != http.StatusForbidden {
		return secret, err
	}
	token, fault := s.token()
	if fault != nil || token == used {
		return nil, err
	}
	s.client.SetToken(token)
	return ask()
}

// text is a member of an answer's data.
func text(secret *api.Secret, member string) (string, error) {
	if secret != nil {
		if value, is := secret.Data[member].(string); is {
			return value, nil
		}
	}
	return "", errAnswer
}
