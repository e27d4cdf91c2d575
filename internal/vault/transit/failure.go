package transit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/openbao/openbao/api/v2"

	"joo.kz/kelisim/internal/vault"
)

var errAnswer = errors.New("not an answer of the Transit engine")

// status is that of the service's answer, if err is one; else 0.
func status(err error) int {
	if answer, is := errors.AsType[*api.ResponseError](err); is {
		return answer.StatusCode
	}
	return 0
}

// missing tells whether err is the engine's way to say that nothing is there. An
// answer that gives a reason is about the path or from somebody else.
func missing(err error) bool {
	answer, is := errors.AsType[*api.ResponseError](err)
	return is && answer.StatusCode == http.StatusNotFound && len(answer.Errors) == 0 && !answer.RawError
}

// tampered tells whether err is the engine's finding about a ciphertext. Its words
// are looked for, and not the status alone: a fault on the way, which may well
// answer 400, is not to be taken for tampering.
func tampered(err error) bool {
	answer, is := errors.AsType[*api.ResponseError](err)
	return is && answer.StatusCode == http.StatusBadRequest && !answer.RawError &&
		slices.ContainsFunc(answer.Errors, func(reason string) bool {
			return strings.HasPrefix(reason, "cipher: message authentication failed") ||
				strings.HasPrefix(reason, "invalid ciphertext")
		})
}

// unlessMissing is [vault.ErrNoEpoch] where the request failed since the epoch has
// no key. The key is looked for, since the answer does not tell: 400 with words
// of many kinds, or 403 to a token that may encrypt but not make keys.
func (s *Store) unlessMissing(ctx context.Context, what string, e vault.Epoch, err error) error {
	if code := status(err); code == http.StatusBadRequest || code == http.StatusForbidden {
		if there, fault := s.exists(ctx, e); fault == nil && !there {
			return vault.ErrNoEpoch
		}
	}
	return failure(what, err)
}

// malformed is the error of a text that the service cannot have written.
func (s *Store) malformed(ctx context.Context, e vault.Epoch) error {
	there, err := s.exists(ctx, e)
	switch {
	case err != nil:
		return failure("unwrap", err)
	case !there:
		return vault.ErrNoEpoch
	}
	return vault.ErrTampered
}

// failure tells what failed without any word of the answer, which may repeat what
// was sent: its status, or why there was none.
func failure(what string, err error) error {
	if code := status(err); code != 0 {
		return fmt.Errorf("transit: %s: the service answered %d %s", what, code, http.StatusText(code))
	}
	if reason := harmless(err); reason != nil {
		return fmt.Errorf("transit: %s: %w", what, reason)
	}
	return fmt.Errorf("transit: %s: %w", what, errAnswer)
}

// harmless is the part of an error that tells of connections and times only.
func harmless(err error) error {
	for _, sentinel := range []error{context.Canceled, context.DeadlineExceeded, errRedirect, errAnswer} {
		if errors.Is(err, sentinel) {
			return sentinel
		}
	}
	if connection, is := errors.AsType[*net.OpError](err); is {
		return connection
	}
	if certificate, is := errors.AsType[*tls.CertificateVerificationError](err); is {
		return certificate
	}
	return nil
}
