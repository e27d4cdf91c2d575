package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// FuzzConfig: whatever a variable holds, all that is wrong is told in one line that
// has nothing of it.
func FuzzConfig(f *testing.F) {
	for _, v := range []string{
		"", "canary", "-1", "0", "99999999999", "20s", "10.0.0.0/8, canary", "127.0.0.1:8080", "postgres://u:canary@h/d", "postgres://u:canary@%zz", "http://u:canary@h\x7f/", "canary\ncanary", "010140000014",
	} {
		f.Add(v)
	}
	const words = "configuration: is not the address of a PostgreSQL database an like 127.0.0.1:8080 a list of networks like 10.0.0.0/8 " +
		"whole number of at least 1 neither true nor false duration like 20s BIN; is is a an address"
	f.Fuzz(func(t *testing.T, v string) {
		var asked []string
		e := &environment{getenv: func(name string) string { asked = append(asked, name); return v }}
		c := e.config()
		told := ""
		if err := e.err(); err != nil {
			told = err.Error()
		}
		if _, err := c.gateway(); err != nil {
			told += err.Error()
		}
		if strings.ContainsAny(told, "\r\n") {
			t.Errorf("%q: more than one line: %q", v, told)
		}
		own := words + strings.Join(asked, " ") + "SMS_GATEWAY_URL: is not"
		runes := []rune(v)
		for i := range max(0, len(runes)-4) {
			if part := string(runes[i : i+5]); strings.Contains(told, part) && !strings.Contains(own, part) {
				t.Fatalf("%q of %q is told: %s", part, v, told)
			}
		}
	})
}

// FuzzForwarded: who is not a trusted proxy tells no other address than the one they
// come from; who is tells an address, or none.
func FuzzForwarded(f *testing.F) {
	f.Add("198.51.100.7, 10.0.0.2", "canary")
	f.Add("2001:db8::7%eth0", "::ffff:10.0.0.9")
	f.Add("10.0.0.1:80", ",,")
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	f.Fuzz(func(t *testing.T, one, two string) {
		for _, from := range []string{"192.0.2.1:9", "[2001:db8::1]:9", "10.0.0.1:9", "[fd00::1]:9", "[::ffff:10.0.0.1]:9"} {
			got := ""
			h := fromClient(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr, r.Header["X-Forwarded-For"] = from, []string{one, two}
			h.ServeHTTP(httptest.NewRecorder(), r)
			at, err := netip.ParseAddrPort(got)
			believed := isIn(trusted, netip.MustParseAddrPort(from).Addr())
			if err != nil || got != from && (!believed || !strings.Contains(one+","+two, at.Addr().String()) && !strings.Contains(strings.ToLower(one+","+two), ":")) {
				t.Errorf("from %s by %q, %q: %q", from, one, two, got)
			}
		}
	})
}
