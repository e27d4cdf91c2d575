package transit

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/openbao/openbao/api/v2"
)

// Options tell where the service is and who asks. They are all that is read: no
// environment variable, of the library or of a proxy, has a say.
type Options struct {
	// Address is https://host:port. Plain http is for a loopback address only,
	// where an agent on the same machine may listen.
	Address string
	// Mount is where the Transit engine is; "transit" if empty.
	Mount string
	// TokenFile has the token in it. It is read again when the service refuses the
	// token, since agents renew it.
	TokenFile string
	// CAFile has the certificates, in PEM, of the only authorities to trust; those
	// of the system if empty.
	CAFile string
	// Timeout is for one operation with all its repetitions; 5 s if 0.
	Timeout time.Duration
}

var (
	errAddress   = errors.New("transit: the address is not https://host:port, nor http:// to a loopback address")
	errAuthority = errors.New("transit: no certificate in the file of authorities")
	errToken     = errors.New("transit: not one token in the token file")
	errRedirect  = errors.New("redirected, which is not followed")
)

// Open prepares a store. It reads the files and asks the service nothing.
func Open(o Options) (*Store, error) {
	if !allowed(o.Address) {
		return nil, errAddress
	}
	client, err := newClient(o)
	if err != nil {
		return nil, err
	}
	store := &Store{
		client:    client,
		mount:     cmp.Or(strings.Trim(o.Mount, "/"), "transit"),
		tokenFile: o.TokenFile,
		timeout:   cmp.Or(o.Timeout, 5*time.Second),
	}
	token, err := store.token()
	if err != nil {
		return nil, err
	}
	client.SetToken(token)
	return store, nil
}

// newClient repeats a request up to three times, after 0.05 to 0.25 s, twice and
// three times that.
func newClient(o Options) (*api.Client, error) {
	config := api.NewConfig() // unlike DefaultConfig, without the environment
	config.Timeout = 0        // the context has it
	config.Address = o.Address
	config.MaxRetries = 3
	config.MinRetryWait, config.MaxRetryWait = 50*time.Millisecond, 250*time.Millisecond
	if err := restrict(config.HttpClient, o.CAFile); err != nil {
		return nil, err
	}
	client, err := api.NewClient(config)
	if err != nil {
		return nil, errAddress
	}
	return client, nil
}

// allowed tells whether a token may travel to an address.
func allowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
		return false
	}
	ip, _ := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (ip.IsLoopback() || u.Hostname() == "localhost")
}

// transport is the library's without proxies and redirects: either could lead the
// token away.
type transport struct{ next *http.Transport }

// restrict takes proxies and redirects from an HTTP client, and trusts only the
// authorities in a file if there is one.
func restrict(client *http.Client, caFile string) error {
	next, is := client.Transport.(*http.Transport)
	if !is {
		return errors.ErrUnsupported
	}
	next.Proxy = nil
	client.Transport = transport{next}
	if caFile == "" {
		return nil
	}
	pem, err := os.ReadFile(caFile) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("transit: %w", err)
	}
	next.TLSClientConfig.RootCAs = x509.NewCertPool()
	if !next.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
		return errAuthority
	}
	return nil
}

// RoundTrip fails where the answer is a redirect.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(r)
	if err == nil && response.StatusCode/100 == 3 {
		_ = response.Body.Close()
		return nil, errRedirect
	}
	return response, err
}

// token reads the token file, which ends with a line feed or does not.
func (s *Store) token() (string, error) {
	raw, err := os.ReadFile(s.tokenFile)
	if err != nil {
		return "", fmt.Errorf("transit: %w", err)
	}
	token := string(bytes.TrimSpace(raw))
	if token == "" || strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", errToken
	}
	return token, nil
}
