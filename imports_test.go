package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed is who may import whom: of ours, and of others by the beginning of
// their path. The standard library is everybody's.
var allowed = map[string]struct{ ours, others []string }{
	"migrations":         {},
	"internal/privacy":   {},
	"internal/applicant": {ours: []string{"internal/privacy"}, others: []string{"github.com/nyaruka/phonenumbers", "golang.org/x/text/unicode/norm"}},
	"internal/consent":   {ours: []string{"internal/privacy", "internal/applicant"}, others: []string{"github.com/go-jose/go-jose"}},
	"internal/sheet":     {ours: []string{"internal/applicant"}},
	"internal/signin":    {ours: []string{"internal/applicant"}, others: []string{"github.com/google/uuid"}},
	"internal/sms":       {ours: []string{"internal/applicant"}, others: []string{"github.com/hashicorp/go-retryablehttp"}},
	"internal/auth": {
		ours:   []string{"internal/privacy"},
		others: []string{"github.com/golang-jwt/jwt", "github.com/MicahParks/", "github.com/google/uuid", "github.com/hashicorp/golang-lru"},
	},
	"internal/vault":         {others: []string{"github.com/google/uuid", "github.com/hashicorp/golang-lru"}},
	"internal/vault/transit": {ours: []string{"internal/vault"}, others: []string{"github.com/openbao/openbao/api"}},
	"internal/postgres": {
		ours: []string{"internal/privacy", "internal/applicant", "internal/consent", "internal/auth", "internal/sheet", "internal/signin", "internal/vault"},
		others: []string{
			"github.com/jmoiron/sqlx", "github.com/lib/pq", "github.com/pressly/goose", "github.com/google/uuid", "golang.org/x/sync", "github.com/hashicorp/golang-lru",
		},
	},
	"internal/demo": {
		ours: []string{"internal/privacy", "internal/applicant", "internal/consent", "internal/postgres", "internal/vault"},
		others: []string{
			"github.com/jmoiron/sqlx", "github.com/lib/pq", "github.com/google/uuid", "golang.org/x/sync",
			"github.com/fergusstrange/embedded-postgres",
		},
	},
	"internal/proof":        {}, // tests alone, which may import anything
	"internal/proof/mutant": {},
	"internal/postgres/postgrestest": {
		ours:   []string{"internal/demo", "internal/postgres", "internal/vault", "migrations"},
		others: []string{"github.com/jmoiron/sqlx", "github.com/lib/pq", "github.com/google/uuid"},
	},
	"graph": {
		ours: []string{"internal/privacy", "internal/applicant", "internal/consent", "internal/auth", "internal/postgres", "internal/signin", "internal/sms", "internal/vault"},
		others: []string{
			"github.com/99designs/gqlgen", "github.com/vektah/gqlparser", "github.com/google/uuid",
			"github.com/hashicorp/golang-lru", "github.com/tink-crypto/tink-go", "golang.org/x/sync", "golang.org/x/text/language",
		},
	},
	"graph/generate": {others: []string{"github.com/99designs/gqlgen", "github.com/vektah/gqlparser", "golang.org/x/tools"}},
}

const module = "joo.kz/kelisim"

// TestImports: imports point inward, and each package knows only the libraries
// that are its business.
func TestImports(t *testing.T) {
	for pkg, imports := range imported(t) {
		rule, known := allowed[pkg]
		if !known {
			t.Errorf("%s is not in the table: a new folder needs a noun of its own and a decision", pkg)
		}
		for _, path := range imports {
			if !permits(rule.ours, rule.others, path) {
				t.Errorf("%s imports %s", pkg, path)
			}
		}
	}
}

func permits(ours, others []string, path string) bool {
	if own, is := strings.CutPrefix(path, module+"/"); is {
		return slices.Contains(ours, own)
	}
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") ||
		slices.ContainsFunc(others, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// imported lists what each package but main imports.
func imported(t *testing.T) map[string][]string {
	t.Helper()
	list, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string][]string{}
	for line := range strings.Lines(string(list)) {
		words := strings.Fields(line)
		if pkg, inner := strings.CutPrefix(words[0], module+"/"); inner {
			packages[pkg] = words[1:]
		}
	}
	return packages
}
