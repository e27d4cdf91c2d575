package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

const module = "../.."

// TestRules compares the schema with the rules as they were agreed on, in a form
// that a lawyer can read.
func TestRules(t *testing.T) {
	schema := parsed(t)
	if diff := cmp.Diff(testdata(t, "policy-rules.tsv"), rulesTSV(schema)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(testdata(t, "implications.tsv"), implicationsTSV(schema)); diff != "" {
		t.Error(diff)
	}
}

// rulesTSV are the rules with categories downwards and AUDIENCE:PURPOSE across,
// those with any rule: F full, M masked, - never; on a consent to a university D
// what one press of the button gives, C what the person ticks besides.
func rulesTSV(schema *ast.Schema) string {
	byCell := rulesByCell(schema)
	columns := columns(schema, byCell)
	var tsv strings.Builder
	tsv.WriteString("category")
	for _, c := range columns {
		tsv.WriteString("\t" + c.audience + ":" + c.purpose)
	}
	for _, category := range names(schema, categoryEnum) {
		tsv.WriteString("\n" + category)
		for _, c := range columns {
			c.category = category
			tsv.WriteString("\t" + letter(byCell[c]))
		}
	}
	return tsv.String() + "\n"
}

func columns(schema *ast.Schema, byCell map[cell]rule) []cell {
	used := map[cell]bool{}
	for c := range byCell {
		used[cell{audience: c.audience, purpose: c.purpose}] = true
	}
	var all []cell
	for _, audience := range names(schema, audienceEnum) {
		for _, purpose := range names(schema, purposeEnum) {
			if c := (cell{audience: audience, purpose: purpose}); used[c] {
				all = append(all, c)
			}
		}
	}
	return all
}

func letter(r rule) string {
	switch {
	case r.treatment == "":
		return "-"
	case r.treatment == masked:
		return "M"
	case r.basis != consultationConsent:
		return "F"
	case r.byDefault:
		return "D"
	default:
		return "C"
	}
}

func implicationsTSV(schema *ast.Schema) string {
	tsv := "category\timplies\n"
	direct := implications(schema)
	for _, category := range []string{
		"IIN", "ENT_SCORES", "ENT_LANGUAGE", "ENT_DATE", "ENT_PLACE", "TESTEE_CODE", "ADDRESS", "GRANT_APPLICATION", "GRANT_QUOTAS",
	} {
		tsv += category + "\t" + strings.Join(direct[category], ",") + "\n"
		delete(direct, category)
	}
	for category := range direct {
		tsv += category + "\tmore than agreed on\n"
	}
	return tsv
}

// TestBases checks what the agreed rules leave unsaid: what each reading stands
// on, by its purpose.
func TestBases(t *testing.T) {
	agreed := map[string]string{
		"IDENTIFICATION": "POLICY_CONSENT", "AUTOFILL": "POLICY_CONSENT", "INPUT_VALIDATION": "POLICY_CONSENT",
		"ACCESS": "POLICY_CONSENT", "SERVICE": "POLICY_CONSENT", "SUBJECT_ACCESS": "LAW", "CONSULTATION": "CONSULTATION_CONSENT",
		"LEGAL_OBLIGATION": "DISCLOSURE_ORDER", "RIGHTS_HANDLING": "RIGHTS_REQUEST",
	}
	for _, r := range rules(parsed(t)) {
		want := agreed[r.purpose]
		if r.category == "SURVEY" && r.purpose == "SERVICE" {
			want = "SURVEY_CONSENT"
		}
		if r.basis != want {
			t.Errorf("%v stands on %s, want %s", r.cell, r.basis, want)
		}
	}
}

func TestImplied(t *testing.T) {
	schema, err := parse(&ast.Source{Name: "schema.graphqls", Input: `
		directive @implies(categories: [DataCategory!]!) on ENUM_VALUE
		enum DataCategory { A @implies(categories: [B, D]) B @implies(categories: C) C @implies(categories: [A]) D }`})
	if err != nil {
		t.Fatal(err)
	}
	for category, want := range map[string][]string{"A": {"B", "C", "D"}, "B": {"A", "C", "D"}, "C": {"A", "B", "D"}, "D": {}} {
		if diff := cmp.Diff(want, implied(schema, category)); diff != "" {
			t.Errorf("%s: %s", category, diff)
		}
	}
}

// TestTables checks that the generated tables are of this schema.
func TestTables(t *testing.T) {
	for path, s := range tables(parsed(t)) {
		want, err := s.formatted()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if diff := cmp.Diff(string(want), read(t, path)); diff != "" {
			t.Errorf("%s is not of this schema; run go generate ./...\n%s", path, diff)
		}
	}
}

func parsed(t *testing.T) *ast.Schema {
	t.Helper()
	schema, err := parse(&ast.Source{Name: "schema.graphqls", Input: read(t, "schema.graphqls")})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func testdata(t *testing.T, name string) string {
	t.Helper()
	return read(t, filepath.Join("internal/privacy/testdata", name))
}

// read reads a file of the module.
func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(module, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
