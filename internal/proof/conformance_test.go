package proof_test

import (
	"os"
	"strings"
	"testing"
)

// TestEveryCoordinateHasItsRow: each field, argument, filter and sort key of the
// schema has a row that people have reviewed, which says what the schema and the
// policy's table say, and no row is left over.
func TestEveryCoordinateHasItsRow(t *testing.T) {
	wanted, reviewed := derive(t, theSchema(t)), conformance(t)
	if os.Getenv("UPDATE") != "" {
		for i := range wanted {
			wanted[i].kept = reviewed[wanted[i].coordinate].kept
		}
		writeConformance(t, wanted)
		reviewed = conformance(t)
	}
	for _, fault := range faults(reviewed, wanted) {
		t.Error(fault)
	}
	t.Logf("%d coordinates", len(reviewed))
	if len(reviewed) < 300 {
		t.Errorf("%d rows", len(reviewed))
	}
}

// TestWhatHasNoRowIsAFault: a field, an argument, a filter and a sort key that
// somebody adds to the schema fail the check, and so does what they reclassify,
// open to others or take out.
func TestWhatHasNoRowIsAFault(t *testing.T) {
	reviewed := conformance(t)
	for name, test := range map[string]struct{ old, new, fault string }{
		"field": {
			"type User @personal {", "type User @personal {\n  nickname: String @pii(category: GIVEN_NAME)",
			"User.nickname has no row",
		},
		"open field": {
			"type Lead @personal {", "type Lead @personal {\n  seen: Boolean! @open(because: \"why not\")",
			"Lead.seen has no row",
		},
		"argument":   {"  programmes: [Programme!]!", "  programmes(of: ID): [Programme!]!", "Query.programmes(of:) has no row"},
		"root field": {"type Query {", "type Query {\n  everybody: [User!] @audience(is: [OPERATOR])", "Query.everybody has no row"},
		"filter":     {"input LeadFilter {", "input LeadFilter {\n  sex: Sex @pii(category: SEX)", "LeadFilter.sex has no row"},
		"sort key":   {"enum LeadOrder {", "enum LeadOrder {\n  AGE @pii(category: BIRTH_DATE)", "LeadOrder.AGE has no row"},
		"input":      {"input ProfileInput {", "input ProfileInput {\n  nickname: String @pii(category: GIVEN_NAME)", "ProfileInput.nickname has no row"},
		"category": {
			"phone: PhoneNumber @pii(category: PHONE)\n  \"E-mail", "phone: PhoneNumber @pii(category: GIVEN_NAME)\n  \"E-mail",
			"User.phone: the row in testdata/conformance.tsv is not what the schema and the policy say",
		},
		"audience": {
			"consents: [Consent!] @audience(is: [APP, SITE])", "consents: [Consent!]",
			"User.consents: the row in testdata/conformance.tsv is not what",
		},
		"taken out": {"  \"Test centre.\"\n  place: String @pii(category: ENT_PLACE)\n", "", "EntResult.place has a row in testdata/conformance.tsv and is not in the schema"},
	} {
		found := strings.Join(faults(reviewed, derive(t, theSchema(t, test.old, test.new))), "\n")
		if !strings.Contains(found, test.fault) {
			t.Errorf("%s: want a fault %q, got %q", name, test.fault, found)
		}
	}
	if found := faults(reviewed, derive(t, theSchema(t))); len(found) > 0 {
		t.Errorf("without a change: %v", found)
	}
}
