package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
	"joo.kz/kelisim/internal/sms"
)

// config is the environment, read once. README.md describes every variable.
type config struct {
	DatabaseURL         string
	DatabaseConnections int
	Data                string
	PostgresRepository  string
	ListenAddr          string
	AdminAddr           string
	JWTKeys             string
	JWTIssuer           string
	JWTAudience         string
	JWTSigningKeys      []string
	CursorKey           string
	SignInKey           string
	AccessTerm          time.Duration
	SessionTerm         time.Duration
	SMS                 sms.GatewayOptions
	GuardianUnder       int
	TrustedProxies      []netip.Prefix
	KeyStore            string
	KeyStoreToken       string
	KeyStoreCA          string
	Operator            consent.Party
	Terms               map[privacy.Basis]time.Duration
	CORSOrigins         []string
	Introspection       bool
	Limits              graph.Limits
	MaxBody             int64
	Load                graph.Load
	RequestTimeout      time.Duration
	ShutdownTimeout     time.Duration
}

// connectionsPerProcessor is the default for connections to the database. More make it slower
// where it runs beside (docs/performance.md): each of its processes has statements of its own to hold.
const connectionsPerProcessor = 4

// environment reads variables and gathers their faults.
type environment struct {
	getenv func(string) string
	faults []string
}

// config reads all of the environment.
func (e *environment) config() config {
	limits := graph.DefaultLimits()
	data := e.text("KELISIM_DATA", "./.data")
	return config{
		DatabaseURL:         e.database("DATABASE_URL"),
		DatabaseConnections: int(e.number("DATABASE_CONNECTIONS", connectionsPerProcessor*int64(runtime.GOMAXPROCS(0)))),
		Data:                data,
		PostgresRepository:  e.text("POSTGRES_REPOSITORY", ""),
		ListenAddr:          e.address("LISTEN_ADDR", "127.0.0.1:8080"),
		AdminAddr:           e.address("ADMIN_ADDR", ""),
		JWTKeys:             e.text("JWT_KEYS", ""),
		JWTIssuer:           e.text("JWT_ISSUER", "https://joo.kz"),
		JWTAudience:         e.text("JWT_AUDIENCE", "https://joo.kz/graphql"),
		JWTSigningKeys:      list(e.text("JWT_SIGNING_KEY", filepath.Join(data, "signing-key.pem"))),
		CursorKey:           e.text("CURSOR_KEY", filepath.Join(data, "cursor.key")),
		SignInKey:           e.text("SIGN_IN_KEY", filepath.Join(data, "sign-in.key")),
		AccessTerm:          e.duration("ACCESS_TOKEN_TERM", 10*time.Minute),
		SessionTerm:         e.duration("SESSION_TERM", 60*24*time.Hour),
		SMS: sms.GatewayOptions{
			URL:       e.text("SMS_GATEWAY_URL", ""),
			TokenFile: e.text("SMS_GATEWAY_TOKEN_FILE", ""),
			From:      e.text("SMS_FROM", "JOO.kz"),
			Timeout:   e.duration("SMS_TIMEOUT", 10*time.Second),
		},
		GuardianUnder:  int(e.number("GUARDIAN_UNDER_AGE", 0)),
		TrustedProxies: e.networks("TRUSTED_PROXIES"),
		KeyStore:       e.text("KEY_STORE", filepath.Join(data, "keys")),
		KeyStoreToken:  e.text("KEY_STORE_TOKEN_FILE", ""),
		KeyStoreCA:     e.text("KEY_STORE_CA_FILE", ""),
		Operator:       e.operator(),
		Terms: map[privacy.Basis]time.Duration{
			privacy.PolicyConsent:       e.duration("POLICY_CONSENT_TERM", consent.DefaultTerm(privacy.PolicyConsent)),
			privacy.ConsultationConsent: e.duration("CONSULTATION_CONSENT_TERM", consent.DefaultTerm(privacy.ConsultationConsent)),
		},
		CORSOrigins:   list(e.text("CORS_ORIGINS", "")),
		Introspection: e.boolean("INTROSPECTION", false),
		Limits: graph.Limits{
			Tokens:     int(e.number("MAX_TOKENS", int64(limits.Tokens))),
			Depth:      int(e.number("MAX_DEPTH", int64(limits.Depth))),
			Aliases:    int(e.number("MAX_ALIASES", int64(limits.Aliases))),
			Fields:     int(e.number("MAX_FIELDS", int64(limits.Fields))),
			Complexity: int(e.number("MAX_COMPLEXITY", int64(limits.Complexity))),
		},
		MaxBody: e.number("MAX_BODY_BYTES", 1<<20),
		Load: graph.Load{
			AtOnce:   int(e.number("MAX_REQUESTS", 64)),
			Waiting:  int(e.number("MAX_WAITING", 512)),
			Patience: e.duration("MAX_WAIT", time.Second),
		},
		RequestTimeout:  e.duration("REQUEST_TIMEOUT", 20*time.Second),
		ShutdownTimeout: e.duration("SHUTDOWN_TIMEOUT", 20*time.Second),
	}
}

// operator is the operator as receipts name it (clause 1.1). Without a BIN, which
// serve requires, it is marked as nobody's.
func (e *environment) operator() consent.Party {
	p := consent.Party{
		ID:      e.text("OPERATOR_BIN", ""),
		Name:    e.text("OPERATOR_NAME", "ТОО «JOO ANALYTICS»"),
		Address: e.text("OPERATOR_ADDRESS", "Республика Казахстан, г. Алматы, ул. Хусаинова, 281"),
		Email:   e.text("OPERATOR_EMAIL", "info@joo.kz"),
	}
	switch {
	case p.ID == "":
		p.ID, p.Name = "000000000000", p.Name+" (demo)"
	case !applicant.ValidBIN(p.ID):
		e.fault("OPERATOR_BIN", "is not a BIN")
	}
	return p
}

// require notes a fault for each variable that is not set.
func (e *environment) require(names ...string) {
	for _, name := range names {
		if e.getenv(name) == "" {
			e.fault(name, "is required")
		}
	}
}

func (e *environment) fault(name, what string) { e.faults = append(e.faults, name+" "+what) }

// err is all faults at once, in one line that names variables and never their
// values.
func (e *environment) err() error {
	if len(e.faults) == 0 {
		return nil
	}
	return usageError{errors.New("configuration: " + strings.Join(e.faults, "; "))}
}

func (e *environment) text(name, otherwise string) string {
	if v := e.getenv(name); v != "" {
		return v
	}
	return otherwise
}

// list is the elements of a list with commas or spaces between them.
func list(v string) []string { return strings.Fields(strings.ReplaceAll(v, ",", " ")) }

// networks reads a list of networks, or of single addresses.
func (e *environment) networks(name string) []netip.Prefix {
	var all []netip.Prefix
	for _, v := range list(e.text(name, "")) {
		if address, err := netip.ParseAddr(v); err == nil {
			all = append(all, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(v)
		if err != nil {
			e.fault(name, "is not a list of networks like 10.0.0.0/8")
			return nil
		}
		all = append(all, prefix)
	}
	return all
}

func (e *environment) database(name string) string {
	v := e.getenv(name)
	if v == "" {
		return v
	}
	if _, err := pq.NewConnector(v); err != nil {
		e.fault(name, "is not the address of a PostgreSQL database")
	}
	return v
}

func (e *environment) address(name, otherwise string) string {
	v := e.text(name, otherwise)
	e.checkAddress(name, v)
	return v
}

func (e *environment) checkAddress(name, v string) {
	if _, _, err := net.SplitHostPort(v); v != "" && err != nil {
		e.fault(name, "is not an address like 127.0.0.1:8080")
	}
}

func (e *environment) number(name string, otherwise int64) int64 {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil || n < 1 {
		e.fault(name, "is not a whole number of at least 1")
	}
	return n
}

func (e *environment) boolean(name string, otherwise bool) bool {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	is, err := strconv.ParseBool(v)
	if err != nil {
		e.fault(name, "is neither true nor false")
	}
	return is
}

func (e *environment) duration(name string, otherwise time.Duration) time.Duration {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		e.fault(name, "is not a duration like 20s")
	}
	return d
}

// gateway sends short messages through SMS_GATEWAY_URL.
func (c config) gateway() (sms.Sender, error) {
	if c.SMS.URL == "" {
		return sms.Nowhere{}, nil
	}
	g, err := sms.NewGateway(c.SMS)
	if err != nil {
		return nil, usageError{fmt.Errorf("SMS_GATEWAY_URL: %w", err)}
	}
	return g, nil
}
