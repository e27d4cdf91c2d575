package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
)

// TestErrorsQuoteNoValue: what the driver says of a failure quotes values, and what
// is told of it does not, however it is printed.
func TestErrorsQuoteNoValue(t *testing.T) {
	const secret = "secret9901"
	db := postgrestest.New(t)
	for code, statement := range map[string]string{
		"22P02": `SELECT CAST('secret9901' AS integer)`,
		"23514": `INSERT INTO one_time_code (code_id, code_hash, tries, expires_at) VALUES (gen_random_uuid(), 'secret9901', 9, '2026-11-20')`,
		"23505": `INSERT INTO rate_limit (bucket, due) VALUES ('secret9901', '2026-11-20'), ('secret9901', '2026-11-20')`,
		"23503": `INSERT INTO session VALUES (gen_random_uuid(), gen_random_uuid(), 'secret9901', '2026-11-20', '2026-11-20', '2026-11-20')`,
		"42703": `SELECT secret9901`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		var told *postgres.Error
		if described := postgres.Describe(err); !errors.As(described, &told) || told.Code != code {
			t.Fatalf("%s: %v", statement, described)
		}
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			if text := fmt.Sprintf(verb, told) + told.Error(); strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
				t.Errorf("%s: %s", code, text)
			}
		}
	}
}

// A statement that is to be alone has no transaction, and none follows it; after the
// snapshot has ended, they have one again.
func TestStatementIsAlone(t *testing.T) {
	store, err := postgres.Open(t.Context(), postgrestest.DSN(t), postgres.Options{MaxConnections: 2, Now: now, Driver: "postgres", Vault: postgrestest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	snapshot := store.Snapshot()
	defer func() { _ = snapshot.Close() }()
	snapshot.Alone()
	if _, err := snapshot.Policies(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.PolicyInForce(t.Context()); err != nil {
		t.Errorf("the policy in force is the same at any moment: %v", err)
	}
	if all, err := snapshot.Policies(t.Context()); err == nil {
		t.Errorf("a second statement reads %d versions", len(all))
	}
	if err := snapshot.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := snapshot.Policies(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// The statement of leads ends a page after 500, so that more are not asked of it.
func TestPageOfLeadsIsBounded(t *testing.T) {
	store, err := postgres.Open(t.Context(), postgrestest.DSN(t), postgres.Options{MaxConnections: 1, Now: now, Driver: "postgres", Vault: postgrestest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	snapshot := store.Snapshot()
	defer func() { _ = snapshot.Close() }()
	for first, good := range map[int]bool{500: true, 501: false} {
		_, err := snapshot.Leads(t.Context(), postgres.LeadQuery{University: "013", Projection: privacy.Projection{}, Order: applicant.RequestedAtDesc, First: first})
		if (err == nil) != good {
			t.Errorf("first %d: %v", first, err)
		}
	}
}
