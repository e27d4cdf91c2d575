package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/demo"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
)

// pageOfLeads is what a university asks for most: about 825 values in 50 leads.
const pageOfLeads = consult + `leads(first: 50) {
	nodes { id user { familyName givenName patronymic phone email region { code nameRu } entResults { total scores { subject score } } } }
	pageInfo { hasNextPage endCursor } } }`

const ownPage = `query @purpose(is: SUBJECT_ACCESS) { me {
	familyName givenName patronymic iin birthDate sex phone email profileSubjects region { code nameRu } address
	entResults { year session total scores { subject score } language }
	grantApplications { year status choices { priority programme { code nameRu } university { code nameRu } } } } }`

// BenchmarkAnswer answers in this process, from a real database.
func BenchmarkAnswer(b *testing.B) {
	dsn, v := postgrestest.DSN(b), postgrestest.Vault(b)
	db, err := sqlx.ConnectContext(b.Context(), "postgres", dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	population := demo.Generate(demo.Options{Users: 4000, Seed: 7})
	if err := demo.Fill(b.Context(), db, postgrestest.Keys(b, db, v), population); err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), everybodyAsks190, pq.StringArray(offered)); err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	limits := graph.DefaultLimits()
	limits.Complexity *= 100
	me := person(privacy.App, population.User.String())
	for name, o := range map[string]graph.Options{"written": {Limits: limits}, "reference": {Limits: limits, Reference: true}} {
		h := newHandler(b, dsn, "postgres", v, o, io.Discard)
		b.Run(name+"/leads", func(b *testing.B) { benchmark(b, h, university("190"), pageOfLeads) })
		b.Run(name+"/me", func(b *testing.B) { benchmark(b, h, me, ownPage) })
	}
}

func benchmark(b *testing.B, h http.Handler, c *auth.Caller, query string) {
	b.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		b.Fatal(err)
	}
	ctx := auth.WithCaller(b.Context(), c)
	answer := func() *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := answer(); bytes.Contains(w.Body.Bytes(), []byte(`"errors"`)) || w.Body.Len() < 1000 {
		b.Fatalf("%.300s", w.Body)
	}
	b.ReportAllocs()
	before := spent()
	for b.Loop() {
		answer()
	}
	b.ReportMetric(float64((spent()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// spent is the processor time of this process, without PostgreSQL's.
func spent() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestGuardedFieldAllocatesLittle: @pii costs a field of the reference at most one
// allocation more than an open one.
func TestGuardedFieldAllocatesLittle(t *testing.T) {
	dsn, v := postgrestest.DSN(t), postgrestest.Vault(t)
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	people(t, db, v)
	limits := graph.DefaultLimits()
	limits.Complexity *= 100
	h := newHandler(t, dsn, "postgres", v, graph.Options{Limits: limits, Reference: true}, io.Discard)
	const fields = 50
	allocated := func(field string) float64 {
		selection := ""
		for i := range fields {
			selection += fmt.Sprintf(" f%d: %s", i, field)
		}
		body, err := json.Marshal(map[string]string{"query": "query @purpose(is: SUBJECT_ACCESS) { me { entResults {" + selection + " } } }"})
		if err != nil {
			t.Fatal(err)
		}
		ctx := auth.WithCaller(t.Context(), person(privacy.App, full))
		return testing.AllocsPerRun(50, func() {
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if bytes.Contains(w.Body.Bytes(), []byte(`"errors"`)) {
				t.Fatalf("%.300s", w.Body)
			}
		})
	}
	open, guarded := allocated("id"), allocated("total")
	t.Logf("%.2f allocations more for a guarded field", (guarded-open)/fields)
	if guarded-open > fields {
		t.Errorf("%v allocations for %d guarded fields, %v for open ones", guarded, fields, open)
	}
}
