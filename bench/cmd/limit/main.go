// Command limit is the hand-written limit: what answering the benchmark's questions
// costs at least with net/http and lib/pq. One kept statement a question checks each
// consent, and JSON is written by hand. It knows the questions and nothing else.
//
// With SEALED set it reads the sealed columns with their keys in place of values in
// clear, and opens none: what PostgreSQL spends is then what Kelisim asks of it.
package main

import (
	"database/sql"
	"expvar"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	_ "github.com/lib/pq"
)

func main() {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	most, err := strconv.Atoi(os.Getenv("DATABASE_CONNECTIONS"))
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	s, err := prepare(db, os.Getenv("SEALED") != "")
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /graphql", s.answer)
	go func() { log.Fatal(http.ListenAndServe(os.Getenv("VITALS"), expvar.Handler())) }()
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
