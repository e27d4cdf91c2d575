package sms_test

import (
	"strings"
	"testing"

	"joo.kz/kelisim/internal/sms"
)

// TestGatewayIsHTTPS, or on this machine.
func TestGatewayIsHTTPS(t *testing.T) {
	for url, want := range map[string]bool{
		"https://sms.example.com/send":       true,
		"http://127.0.0.1:8080/send":         true,
		"http://127.1.2.3/":                  true,
		"http://[::1]:8080/":                 true,
		"http://localhost:8080/":             true,
		"http://sms.example.com/send":        false,
		"http://localhost.example.com/":      false,
		"http://10.0.0.1/":                   false,
		"https://name:" + secret + "@a.test": false,
		"https:///send":                      false,
		"ftp://127.0.0.1/":                   false,
		"//sms.example.com":                  false,
		"https://a.test/%zz" + secret:        false,
		"":                                   false,
	} {
		g, err := sms.NewGateway(sms.GatewayOptions{URL: url})
		if (err == nil) != want || (g != nil) != want {
			t.Errorf("%s: %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%v quotes the URL", err)
		}
	}
}

func TestOptionsAreNotNegative(t *testing.T) {
	for _, o := range []sms.GatewayOptions{{Timeout: -1}, {Retries: -1}} {
		o.URL = "https://sms.example.com"
		if _, err := sms.NewGateway(o); err == nil {
			t.Errorf("%d, %d: no error", o.Timeout, o.Retries)
		}
	}
}
