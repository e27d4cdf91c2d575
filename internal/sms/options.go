package sms

import (
	"cmp"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

var (
	errURL     = errors.New("sms: the gateway's URL is https, or http to this machine, and holds no password")
	errNumbers = errors.New("sms: neither timeout nor retries are negative")
)

// GatewayOptions are where and how a [Gateway] sends.
type GatewayOptions struct {
	URL       string        // https; http only to this machine
	TokenFile string        // holds the bearer token, read at each message; none if empty
	From      string        // the sender's name
	Timeout   time.Duration // of all attempts together; 10 s if 0
	Retries   int           // attempts after the first; 3 if 0
}

// NewGateway makes a gateway of sound options. It does not connect.
func NewGateway(o GatewayOptions) (*Gateway, error) {
	if !safe(o.URL) {
		return nil, errURL
	}
	if o.Timeout < 0 || o.Retries < 0 {
		return nil, errNumbers
	}
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.Retries = cmp.Or(o.Retries, 3)
	return &Gateway{options: o, client: newClient(o)}, nil
}

// newClient makes a client that waits a twentieth of the timeout before it tries
// again, then twice and four times that, unless the gateway says how long.
func newClient(o GatewayOptions) *retryablehttp.Client {
	client := retryablehttp.NewClient()
	client.Logger = nil // it would log the URL
	client.RetryMax = o.Retries
	client.RetryWaitMin, client.RetryWaitMax = o.Timeout/20, o.Timeout/5
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// safe tells whether what is sent to a URL stays secret on its way.
func safe(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}
