package postgres_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
	"joo.kz/kelisim/internal/privacy"
)

// publisher opens a store on a database of its own, at noon.
func publisher(t *testing.T) (*postgres.Store, *sqlx.DB) {
	t.Helper()
	dsn := postgrestest.DSN(t)
	store, err := postgres.Open(t.Context(), dsn, postgres.Options{
		MaxConnections: 8, Now: func() time.Time { return noon }, Driver: "postgres", Vault: postgrestest.Vault(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	db, err := sqlx.ConnectContext(t.Context(), "postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return store, db
}

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

func russian(text string) postgres.Publication {
	return postgres.Publication{Language: applicant.LanguageRu, Text: text, Rules: consent.RulesInForce()}
}

// TestVersionOneIsTheRulesInForce: whoever widens the schema publishes a version,
// or sees here what stays closed to those who accepted this one.
func TestVersionOneIsTheRulesInForce(t *testing.T) {
	db := postgrestest.New(t)
	var tsv string
	if err := db.GetContext(t.Context(), &tsv, `SELECT rules FROM policy_version WHERE version = 1`); err != nil {
		t.Fatal(err)
	}
	if tsv != consent.RulesInForce().String() {
		t.Error("migrations/0003_policy.sql has other rules than the schema: publish a version instead of changing it")
	}
	checkReaches(t, db, 1)
}

// checkReaches: what statements join is what the version's rules say.
func checkReaches(t *testing.T, db *sqlx.DB, version int32) {
	t.Helper()
	var tsv string
	if err := db.GetContext(t.Context(), &tsv, `SELECT rules FROM policy_version WHERE version = $1`, version); err != nil {
		t.Fatal(err)
	}
	rules, err := consent.ParseRules(tsv)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range rules.Reaches() {
		want = append(want, strings.Join([]string{r.Audience.String(), r.Purpose.String(), r.Basis.String(), r.Allowed.Full.String(), r.Allowed.Masked.String()}, " "))
	}
	rows, err := db.QueryxContext(t.Context(), `SELECT audience, purpose, basis, full_bits, masked_bits FROM policy_rule WHERE version = $1`, version)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var audience, purpose, basis string
		var full, masked int64
		if err := rows.Scan(&audience, &purpose, &basis, &full, &masked); err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join([]string{audience, purpose, basis, privacy.Set(full).String(), privacy.Set(masked).String()}, " "))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || rows.Err() != nil {
		t.Errorf("version %d has %d rows, want %d:\n%v\n%v", version, len(got), len(want), got, want)
	}
}

// TestPublishedAtOnce: those who publish at once get versions of their own, each
// with its text and its rules.
func TestPublishedAtOnce(t *testing.T) {
	store, db := publisher(t)
	const many = 8
	published, errs := make([]*consent.Policy, many), make([]error, many)
	var wait sync.WaitGroup
	for i := range many {
		wait.Go(func() {
			published[i], errs[i] = store.Publish(t.Context(), russian("1. РЕДАКЦИЯ "+string(rune('A'+i))))
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var versions []int32
	for i, p := range published {
		versions = append(versions, p.Version)
		if !strings.HasSuffix(p.Text, string(rune('A'+i))) {
			t.Errorf("version %d has the text of another", p.Version)
		}
		checkReaches(t, db, p.Version)
	}
	slices.Sort(versions)
	if !slices.Equal(versions, []int32{2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("versions %v", versions)
	}
}

// TestOneTextForALanguage, also where several publish it at once: all but one are
// told so.
func TestOneTextForALanguage(t *testing.T) {
	store, _ := publisher(t)
	const many = 6
	errs := make([]error, many)
	var wait sync.WaitGroup
	for i := range many {
		wait.Go(func() {
			_, errs[i] = store.Publish(t.Context(), postgres.Publication{Version: 1, Language: applicant.LanguageKk, Text: "1. НҰСҚА"})
		})
	}
	wait.Wait()
	refused := 0
	for _, err := range errs {
		if errors.Is(err, consent.ErrPublished) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != many-1 {
		t.Errorf("%d of %d refused", refused, many)
	}
}

// TestHashIsOfTheBytes, whatever they are: line ends, marks and all.
func TestHashIsOfTheBytes(t *testing.T) {
	store, _ := publisher(t)
	for _, text := range []string{"1. А\n", "1. А\r\n", "\ufeff1. А", "1. A\u0301 й и\u0306 $1 '\\ \t\n\n"} {
		p, err := store.Publish(t.Context(), russian(text))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(text))
		if p.Text != text || p.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%q: kept as %q under %s", text, p.Text, p.SHA256)
		}
	}
}

// TestWhenAVersionIsInForce: from the moment that it names, and at once without
// one; never before it could be read.
func TestWhenAVersionIsInForce(t *testing.T) {
	store, _ := publisher(t)
	later := russian("1. ПОЗЖЕ")
	later.EffectiveFrom = noon.Add(time.Hour)
	if _, err := store.Publish(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	checkInForce(t, store, 1)
	at, err := store.Publish(t.Context(), russian("1. СЕЙЧАС"))
	if err != nil || !at.EffectiveFrom.Equal(noon) || !at.PublishedAt.Equal(noon) {
		t.Errorf("%v, published at %v, in force from %v", err, at.PublishedAt, at.EffectiveFrom)
	}
	checkInForce(t, store, 3)
	before := russian("1. РАНЬШЕ")
	before.EffectiveFrom = noon.Add(-time.Second)
	if _, err := store.Publish(t.Context(), before); !errors.Is(err, consent.ErrBackdated) {
		t.Errorf("%v, want %v", err, consent.ErrBackdated)
	}
}

func checkInForce(t *testing.T, store *postgres.Store, want int32) {
	t.Helper()
	n := store.Snapshot()
	defer func() { _ = n.Close() }()
	if got, err := n.PolicyInForce(t.Context()); got != want || err != nil {
		t.Errorf("version %d is in force, want %d: %v", got, want, err)
	}
}

// TestPolicyIsForEver: nothing of a version is changed or deleted, not even by
// who owns the database, and none is without its Russian text.
func TestPolicyIsForEver(t *testing.T) {
	_, db := publisher(t)
	for _, table := range []string{"policy_version", "policy_text", "policy_rule"} {
		for _, statement := range []string{"UPDATE " + table + " SET version = version", "DELETE FROM " + table, "TRUNCATE " + table + " CASCADE"} {
			if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
	_, err := db.ExecContext(t.Context(), `INSERT INTO policy_version (version, published_at, effective_from, rules) VALUES (2, now(), now(), '')`)
	if err == nil || !strings.Contains(err.Error(), "policy_version_has_a_text") {
		t.Errorf("a version without a text: %v", err)
	}
}

// TestAcceptedIsOfTheVersionAcceptedLast, while that stands.
func TestAcceptedIsOfTheVersionAcceptedLast(t *testing.T) {
	store, db := publisher(t)
	narrow, err := consent.ParseRules("category\tAPP:SERVICE\nGIVEN_NAME\tF\nPHONE\tM\n")
	if err != nil {
		t.Fatal(err)
	}
	second := russian("1. УЗКАЯ")
	second.Rules = narrow
	if _, err := store.Publish(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	const person = "00000000-0000-4000-8000-000000000001"
	accept := func(version int, given, until string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), `INSERT INTO consent (user_id, id, basis, categories, policy_version, given_at, expires_at) VALUES ($1, gen_random_uuid(), 'POLICY_CONSENT', '{}', $2, $3, $4)`, person, version, given, until); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO applicant (user_id, created_at) VALUES ($1, '2026-01-01')`, person); err != nil {
		t.Fatal(err)
	}
	check := func(when string, want privacy.Allowed) {
		t.Helper()
		if got := accepted(t.Context(), t, store, person); got != want {
			t.Errorf("%s: %+v, want %+v", when, got, want)
		}
	}
	full, masked := consent.RulesInForce().Allows(privacy.App, privacy.Service)
	whole := privacy.Allowed{Full: full &^ privacy.SetOf(privacy.Survey), Masked: masked}
	check("nothing", privacy.Allowed{})
	accept(1, "2026-01-01", "2100-01-01")
	check("the first", whole)
	accept(2, "2026-02-01", "2026-11-22T12:00:00Z")
	check("the second, over by now", whole)
	accept(2, "2026-03-01", "2026-11-22T12:00:01Z")
	check("the second", privacy.Allowed{Full: privacy.SetOf(privacy.GivenName), Masked: privacy.SetOf(privacy.Phone)})
	accept(1, "2026-11-23", "2100-01-01")
	check("the first, but tomorrow", privacy.Allowed{Full: privacy.SetOf(privacy.GivenName), Masked: privacy.SetOf(privacy.Phone)})
	if _, err := db.ExecContext(t.Context(), `UPDATE consent SET withdrawn_at = '2026-11-20', scopes = '{}', state = 'WITHDRAWN' WHERE given_at < '2026-11-20'`); err != nil {
		t.Fatal(err)
	}
	check("withdrawn", privacy.Allowed{})
}

func accepted(ctx context.Context, t *testing.T, store *postgres.Store, person string) privacy.Allowed {
	t.Helper()
	n := store.Snapshot()
	defer func() { _ = n.Close() }()
	a, err := n.Accepted(ctx, person, privacy.App, privacy.Service)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
