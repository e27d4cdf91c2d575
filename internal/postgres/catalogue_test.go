package postgres_test

import (
	"slices"
	"testing"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/postgres"
	"joo.kz/kelisim/internal/postgres/postgrestest"
)

// TestProgrammeCombinations: each programme asks for combinations that are
// offered, and some for more than one.
func TestProgrammeCombinations(t *testing.T) {
	store, err := postgres.Open(t.Context(), postgrestest.DSN(t), postgres.Options{MaxConnections: 1, Now: now, Driver: "postgres", Vault: postgrestest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	c, several := store.Catalogue, 0
	for _, programme := range c.Programmes.List(func(applicant.Entry) bool { return true }) {
		code, err := programme.Code()
		if err != nil {
			t.Fatal(err)
		}
		asked := c.ProgrammeCombinations[code]
		if len(asked) == 0 {
			t.Errorf("%s asks for no combination", code)
		}
		if len(asked) > 1 {
			several++
		}
		for _, a := range asked {
			if !slices.ContainsFunc(c.Combinations, func(p *applicant.ProfileCombination) bool { return p.Code == a }) {
				t.Errorf("%s asks for %s, which is not offered", code, a)
			}
		}
	}
	if got := c.ProgrammeCombinations["B057"]; !slices.Equal(got, []string{"MATH_INF"}) {
		t.Errorf("B057 asks for %v", got)
	}
	if several == 0 {
		t.Error("no programme asks for more than one combination")
	}
}
