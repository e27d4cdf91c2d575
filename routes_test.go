package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// TestClientIsToldByTrustedProxiesAlone: whoever writes an address into the header
// themselves is counted by the address they come from.
func TestClientIsToldByTrustedProxiesAlone(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:9", nil, "192.0.2.1:9"},
		{"192.0.2.1:9", []string{"198.51.100.7"}, "192.0.2.1:9"},
		{"10.0.0.1:9", nil, "10.0.0.1:9"},
		{"10.0.0.1:9", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"[::ffff:10.0.0.1]:9", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"10.0.0.1:9", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7:0"},
		{"10.0.0.1:9", []string{"203.0.113.9", "198.51.100.7, 10.0.0.2"}, "198.51.100.7:0"},
		{"10.0.0.1:9", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3:0"},
		{"10.0.0.1:9", []string{"198.51.100.7, canary"}, "10.0.0.1:9"},
		{"10.0.0.1:9", []string{"198.51.100.7, canary, 10.0.0.2"}, "10.0.0.2:0"},
		{"[fd00::1]:9", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{"canary", []string{"198.51.100.7"}, "canary"},
	} {
		got := ""
		h := fromClient(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = c.remote, c.forwarded
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s, %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}
