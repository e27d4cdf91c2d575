// Command plain serves the benchmark's questions with plain gqlgen: without
// enforcement, or with CONSENT set, with a query for the consent behind each field.
package main

//go:generate go tool gqlgen generate

import (
	"context"
	"expvar"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
	"github.com/vektah/gqlparser/v2/ast"

	"joo.kz/kelisim/bench/cmd/plain/api"
)

func main() {
	db, err := sqlx.ConnectContext(context.Background(), "postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	most, err := strconv.Atoi(os.Getenv("DATABASE_CONNECTIONS"))
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	consent := api.Free
	if os.Getenv("CONSENT") != "" {
		consent = api.Consent(db)
	}
	s := handler.New(api.NewExecutableSchema(api.Config{
		Resolvers:  &api.Resolver{DB: db},
		Directives: api.DirectiveRoot{Consent: consent},
	}))
	s.AddTransport(transport.POST{})
	s.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	mux := http.NewServeMux()
	mux.Handle("/graphql", api.WithHeader(s))
	go func() { log.Fatal(http.ListenAndServe(os.Getenv("VITALS"), expvar.Handler())) }()
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
