package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/cors"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/postgres"
)

// routes are the handlers of the API's listener and of the operator's.
func routes(c config, store *postgres.Store, v auth.Verifier, api http.Handler) (public, admin http.Handler) {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))

	p := http.NewServeMux()
	p.Handle("/graphql", browsers(c.CORSOrigins).Handler(graph.InLanguage(c.Load.Bound(auth.Middleware(v, store, graph.RefuseCaller, api)))))
	p.Handle("GET /.well-known/jwks.json", jwks(v.Keys...))
	p.Handle("GET /privacy-policy", graph.PolicyPage(store))
	health(p, store)

	a := http.NewServeMux()
	a.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	a.HandleFunc("GET /debug/pprof/", pprof.Index)
	a.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	a.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	health(a, store)
	return withTimeout(c.RequestTimeout, observed(metrics, fromClient(c.TrustedProxies, p))), a
}

// browsers lets scripts of the given origins call the API (CORS), with a token
// in a header and never with cookies. Without origins it lets none.
func browsers(origins []string) *cors.Cors {
	return cors.New(cors.Options{
		AllowOriginFunc: func(origin string) bool { return slices.Contains(origins, origin) },
		AllowedMethods:  []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:  []string{"Authorization", "Content-Type", "Accept", "Device-Id"},
		MaxAge:          600,
	})
}

// fromClient has a request tell the address of its client, and not of the trusted
// proxies on its way: the last of X-Forwarded-For that is no such proxy's.
func fromClient(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && isIn(trusted, at.Addr()) && len(hops) > 0; {
			last, bad := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1]))
			if bad != nil {
				break
			}
			at, hops = netip.AddrPortFrom(last, 0), hops[:len(hops)-1]
			r.RemoteAddr = at.String()
		}
		next.ServeHTTP(w, r)
	})
}

func isIn(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a.Unmap()) })
}

// health answers whether the process lives, and whether it can answer requests.
func health(mux *http.ServeMux, store *postgres.Store) {
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := store.Ping(r.Context()); err != nil {
			slog.WarnContext(r.Context(), "not ready", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// jwks publishes the keys that tokens and receipts are verified with (RFC 7517).
func jwks(keys ...auth.Keys) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		set, err := auth.Published(r.Context(), keys...)
		if err != nil {
			slog.ErrorContext(r.Context(), "keys cannot be published", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(set)
	}
}

// withTimeout ends what a request reads when its time is over.
func withTimeout(after time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), after)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// observed measures requests by path, status and time, and keeps nothing that a
// client sends.
func observed(metrics *prometheus.Registry, next http.Handler) http.Handler {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kelisim_http_request_duration_seconds",
		Help: "Time to answer a request, by path and status.",
	}, []string{"path", "code"})
	metrics.MustRegister(seconds)
	routed := func(handler string) http.Handler {
		return promhttp.InstrumentHandlerDuration(seconds.MustCurryWith(prometheus.Labels{"path": handler}), next)
	}
	graphql, other := routed("/graphql"), routed("other")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/graphql" {
			graphql.ServeHTTP(w, r)
			return
		}
		other.ServeHTTP(w, r)
	})
}
