package proof_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"joo.kz/kelisim/graph"
)

// damaged has values that do not open and codes that no catalogue has, so that
// fields fail.
const damaged = `
	UPDATE applicant SET phone = set_bit(phone, 140, 1 - get_bit(phone, 140)) WHERE right(user_id::text, 1) IN ('1', '4');
	UPDATE applicant SET family_name = given_name WHERE right(user_id::text, 1) IN ('1', '3');
	ALTER TABLE applicant DROP CONSTRAINT applicant_region_fkey;
	UPDATE applicant SET region = '999999999' WHERE right(user_id::text, 1) IN ('2', '3');
	ALTER TABLE grant_application DROP CONSTRAINT grant_application_award_university_fkey;
	UPDATE grant_application SET award_university = '999' WHERE award_university <> '013';
	ALTER TABLE lead DROP CONSTRAINT lead_programme_fkey;
	UPDATE lead SET programme = 'B999' WHERE right(user_id::text, 1) IN ('1', '2')`

// allAtOnce is what chance asks for too seldom: all lists with all that can fail in
// them, more than once and by several names.
var allAtOnce = []operation{
	{text: `query @purpose(is: CONSULTATION) { leads(first: 500) { totalCount nodes { ...L } again: nodes { ...L covers } edges { cursor node { ...L } } pageInfo { hasNextPage startCursor endCursor } } }
		fragment L on Lead { id requestedAt programme { code nameRu nameKk } consent { categories } user { ...U } }
		fragment U on User { familyName phone email iin region { __typename code nameKk } profileSubjects entResults { year total scores { subject score } }
			grantApplications { status award { programme { code } university { code nameKk } } history { status at } } }`, purpose: "CONSULTATION"},
	{text: `query @purpose(is: SUBJECT_ACCESS) { me { familyName phone mobile: phone region { code nameRu } sources { field source } consents { state categories university { code } history { state } }
		entResults { id source recordedAt testeeCode scores { score } } grantApplications { award { university { code nameKk } } choices { priority programme { code } } history { at } } } }`, purpose: "SUBJECT_ACCESS"},
}

// TestWriterAnswersAsReference: what the writer writes is what gqlgen answers field
// by field, through @pii: the same bytes, errors and extensions, by the same
// statements, also where values do not open.
func TestWriterAnswersAsReference(t *testing.T) {
	n, _ := operations()
	people := states()
	readers := readers(people)
	for name, change := range map[string]string{"whole": "", "damaged": damaged} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, load(people, 0, nothing))
			if _, err := w.db.ExecContext(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			reference := &world{db: w.db, heard: w.heard, handler: graph.InLanguage(newHandler(t, w.store, w.heard, true))}
			p := newSuspicion(t, w, people).generator.pool
			g := generator{schema: graph.Schema(), pool: p}
			set(t, "rapid.checks", max(n/2, 100))
			set(t, "rapid.seed", 1)
			for _, r := range readers {
				for _, op := range allAtOnce {
					compare(t, w, reference, r, op)
				}
			}
			rapid.Check(t, func(t *rapid.T) {
				r := readers[rapid.IntRange(0, len(readers)-1).Draw(t, "reader")]
				p.learn(compare(t, w, reference, r, g.operation(t, r, queries)))
			})
		})
	}
}

// compare asks both ways, and returns the answer.
func compare(t fatal, written, reference *world, r reader, op operation) answer {
	t.Helper()
	want, got := reference.ask(t, r, op), written.ask(t, r, op)
	if got.differs(want) {
		t.Fatal(fmt.Sprintf("%s\n%v\nwritten\n%d %s\nreference\n%d %s\n%s\n%s", op.text, op.variables, got.status, got.body, want.status, want.body,
			strings.Join(got.statements, "\n"), strings.Join(want.statements, "\n")))
	}
	return got
}

// differs tells whether anybody could tell two answers apart, or their statements
// and how much was logged.
func (a answer) differs(b answer) bool {
	slices.Sort(a.statements) // root fields are read at once
	slices.Sort(b.statements)
	return a.status != b.status || !bytes.Equal(a.body, b.body) || !slices.Equal(a.statements, b.statements) ||
		!maps.EqualFunc(a.header, b.header, slices.Equal) || strings.Count(a.log, "\n") != strings.Count(b.log, "\n")
}
