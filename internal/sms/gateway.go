package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"syscall"

	"github.com/hashicorp/go-retryablehttp"
)

var (
	// ErrRefused is returned where the gateway said no: sending again does not help.
	ErrRefused = errors.New("sms: the gateway refused the message")
	// ErrUnavailable is returned where the gateway did not accept the message in
	// time: sending again, with the same key, may help.
	ErrUnavailable = errors.New("sms: the gateway is unavailable")

	errKey = errors.New("sms: a key is 1 to 255 of A-Z, a-z, 0-9, : . _ ~ and -")
)

var keys = regexp.MustCompile(`^[A-Za-z0-9._~:-]{1,255}$`)

// Gateway sends messages by HTTP, in the format that the description of this
// package tells. It logs nothing, and its errors tell a status at most.
type Gateway struct {
	options GatewayOptions
	client  *retryablehttp.Client
}

// Send sends a message, and again with the same key while there is no answer or
// a 429 or 5xx. It fails with [ErrRefused] or [ErrUnavailable]; the latter wraps
// what ended the context, too, or kept the token from being read. A key that is
// empty or cannot go into a header is an error of neither kind.
func (g *Gateway) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, g.options.Timeout)
	defer cancel()
	request, err := g.request(ctx, m)
	if err != nil {
		return err
	}
	response, err := g.client.Do(request)
	if response == nil {
		return unanswered(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 4096) // a connection read to its end is used again
	return verdict(response.StatusCode)
}

func (g *Gateway) request(ctx context.Context, m Message) (*retryablehttp.Request, error) {
	if !keys.MatchString(m.Key) {
		return nil, errKey
	}
	body, err := json.Marshal(map[string]string{"to": string(m.To), "from": g.options.From, "text": m.Text})
	if err != nil {
		return nil, err
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, g.options.URL, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Idempotency-Key", `"`+m.Key+`"`)
	return request, g.authorise(request.Header)
}

// authorise puts the token in force into the header: its file may have changed.
func (g *Gateway) authorise(h http.Header) error {
	if g.options.TokenFile == "" {
		return nil
	}
	token, err := os.ReadFile(g.options.TokenFile)
	if err != nil {
		return fmt.Errorf("%w: its token: %w", ErrUnavailable, err)
	}
	h.Set("Authorization", "Bearer "+string(bytes.TrimSpace(token)))
	return nil
}

// unanswered tells why there was no answer, as far as that is no text of others':
// errors of HTTP quote the URL, and what came instead of an answer.
func unanswered(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, ended)
	}
	if errno, is := errors.AsType[syscall.Errno](err); is {
		return fmt.Errorf("%w: %w", ErrUnavailable, errno)
	}
	return ErrUnavailable
}

func verdict(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 500 && status != http.StatusTooManyRequests:
		return fmt.Errorf("%w: status %d", ErrRefused, status)
	default:
		return fmt.Errorf("%w: status %d", ErrUnavailable, status)
	}
}
