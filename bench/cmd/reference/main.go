// Command reference serves Kelisim with each field answered by gqlgen, through @pii,
// and none by the writer: what the writer is compared with.
package main

import (
	"context"
	"expvar"
	"log"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"time"

	_ "github.com/lib/pq"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/vault"
)

func main() {
	handler, err := reference(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", handler)
	vitals := http.NewServeMux()
	vitals.Handle("GET /debug/vars", expvar.Handler())
	vitals.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	go func() { log.Fatal(http.ListenAndServe(os.Getenv("VITALS"), vitals)) }()
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func reference(ctx context.Context) (http.Handler, error) {
	keys, err := vault.OpenDirectory(os.Getenv("KEY_STORE"))
	if err != nil {
		return nil, err
	}
	store, err := postgres.Open(ctx, os.Getenv("DATABASE_URL"), postgres.Options{
		MaxConnections: 20, Now: time.Now, Driver: "postgres", Vault: vault.New(keys, vault.Options{}),
	})
	if err != nil {
		return nil, err
	}
	cursors, err := os.ReadFile(filepath.Join(os.Getenv("KELISIM_DATA"), "cursor.key"))
	if err != nil {
		return nil, err
	}
	api, err := graph.New(graph.Options{
		Store: store, CursorKey: cursors, Limits: graph.DefaultLimits(), MaxBody: 1 << 20, Reference: true,
	})
	if err != nil {
		return nil, err
	}
	tokens, err := auth.LoadKeys(ctx, os.Getenv("JWT_KEYS"))
	if err != nil {
		return nil, err
	}
	verified, err := auth.NewVerified()
	if err != nil {
		return nil, err
	}
	verifier := auth.Verifier{
		Verified: verified,
		Keys:     []auth.Keys{tokens}, Issuer: "https://joo.kz", Audience: "https://joo.kz/graphql", Now: time.Now,
	}
	return graph.InLanguage(auth.Middleware(verifier, store, graph.RefuseCaller, api)), nil
}
