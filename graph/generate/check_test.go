package main

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/codegen/config"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

// edit replaces one place of a file.
type edit struct{ from, to string }

// want is a fault expected on the line that has a text; of two texts with " > "
// between them, on the line of the second, after the first. ${text} in the
// message stands for the number of such a line.
type want struct{ line, message string }

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		schema []edit
		config []edit
		want   []want
	}{
		{name: "the schema as it is"},

		// Coverage.
		{
			name:   "a personal field without a classification",
			schema: []edit{{"\"Postal address.\"\n  address: String @pii(category: ADDRESS)", "\"Postal address.\"\n  address: String"}},
			want:   []want{{"  address:", "User.address: is neither @pii nor @open; name its category, or say why it is open"}},
		},
		{
			name:   "both classifications",
			schema: []edit{{"\"Postal address.\"\n  address: String @pii(category: ADDRESS)", "\"Postal address.\"\n  address: String @pii(category: ADDRESS) @open(because: \"why not\")"}},
			want:   []want{{"  address:", "User.address: is both @pii and @open; keep the one that is true"}},
		},
		{
			name:   "a directive by another name, which would be written everywhere and mean nothing",
			schema: []edit{{"scalar IIN", "scalar IIN\n\"Closes a field.\"\ndirective @private on FIELD_DEFINITION"}},
			want:   []want{{"directive @private", "@private: is a directive that nothing here obeys; call it by the name that the generator reads, or drop it"}},
		},
		{
			name:   "a blank reason",
			schema: []edit{{"\"Postal address.\"\n  address: String @pii(category: ADDRESS)", "\"Postal address.\"\n  address: String @open(because: \"  \")"}},
			want:   []want{{"  address:", "User.address: is @open without a reason; say why it is open"}},
		},
		{
			name:   "a personal field in an extension",
			schema: []edit{{"scalar IIN", "scalar IIN\nextend type User {\n  \"Shoe size.\"\n  shoes: Int\n}"}},
			want:   []want{{"  shoes:", "User.shoes: is neither @pii nor @open; name its category, or say why it is open"}},
		},
		{
			name:   "a withheld value that cannot be null",
			schema: []edit{{"iin: IIN @pii", "iin: IIN! @pii"}},
			want:   []want{{"  iin:", "User.iin: is @pii and not nullable, but a withheld value is null; drop the !"}},
		},
		{
			name:   "personal data outside a personal type",
			schema: []edit{{"  url: String!", "  url: String @pii(category: ADDRESS)"}},
			want:   []want{{"  url:", "PrivacyPolicy.url: is @pii in a type that is not @personal; make PrivacyPolicy @personal"}},
		},
		{
			name:   "a reachable type that is neither",
			schema: []edit{{"type Region @reference", "type Region"}},
			want:   []want{{"type Region", "Region: is reached by User.region from a @personal type and is neither @personal nor @reference; say which it is"}},
		},
		{
			name: "types reachable through others, and through an interface",
			schema: []edit{
				{"  code: ID!\n  \"Official name in Russian.\"", "  code: ID!\n  \"Where.\"\n  thing: Thing\n  \"Official name in Russian.\""},
				{"scalar IIN", "scalar IIN\n\"A thing.\"\ninterface Thing {\n  \"Its name.\"\n  name: String\n}\n\"A place.\"\ntype Place implements Thing {\n  \"Its name.\"\n  name: String\n}"},
			},
			want: []want{{"type Place", "Place: is reached by Region.thing from a @personal type and is neither @personal nor @reference; say which it is"}},
		},
		{
			name: "a second basis that depends on the record",
			schema: []edit{{
				`  ENT_DATE
    @label(ru: "Дата сдачи ЕНТ", kk: "ҰБТ тапсырылған күн")`,
				`  ENT_DATE
    @label(ru: "Дата сдачи ЕНТ", kk: "ҰБТ тапсырылған күн")
    @allow(to: [UNIVERSITY], for: [CONSULTATION], on: DISCLOSURE_ORDER, clause: "6.1.1")`,
			}},
			want: []want{{`    @allow(to: [UNIVERSITY], for: [CONSULTATION], on: DISCLOSURE_ORDER`, "DataCategory.ENT_DATE: stands on DISCLOSURE_ORDER for UNIVERSITY:CONSULTATION, where line 177 stands on CONSULTATION_CONSENT: a record stands on one basis; keep to one, or give the other a purpose of its own"}},
		},
		{
			name:   "both personal and reference",
			schema: []edit{{"type SubjectScore @personal", "type SubjectScore @personal @reference"}},
			want:   []want{{"type SubjectScore", "SubjectScore: is both @personal and @reference; keep the one that is true"}},
		},
		{
			name:   "reference data that leads to a person",
			schema: []edit{{"  url: String!", "  url: String!\n  \"Who agreed.\"\n  agreed: LeadConnection @audience(is: [OPERATOR])"}},
			want: []want{{
				"  agreed:",
				"PrivacyPolicy.agreed: leads from @reference data, which is about nobody, to a @personal type; drop the field, or make PrivacyPolicy @personal",
			}, {
				"  privacyPolicy(",
				"Query.privacyPolicy: leads to a @personal type and names no @audience; say who may select it",
			}},
		},
		{
			name:   "personal data on an interface's field",
			schema: []edit{{"scalar IIN", "interface Named {\n  \"Name.\"\n  name: String @pii(category: GIVEN_NAME)\n}\n\"A number.\"\nscalar IIN"}},
			want:   []want{{"  name:", "Named.name: is @pii on an interface, where the directive never runs; move the field to an object type"}},
		},
		{
			name: "a personal type behind an interface",
			schema: []edit{
				{"type GrantChoice @personal", "interface Ranked {\n  \"Rank.\"\n  priority: Int\n}\n\"A choice.\"\ntype GrantChoice implements Ranked @personal"},
			},
			want: []want{{
				"type GrantChoice",
				"GrantChoice: is @personal and implements Ranked, behind which its directives do not run; drop the interface",
			}},
		},
		{
			name:   "a personal type in a union",
			schema: []edit{{"scalar IIN", "union Anything =\n  | Region\n  | GrantAward\n\"A number.\"\nscalar IIN"}},
			want: []want{{
				"  | GrantAward",
				"Anything: has GrantAward as a member, which is @personal, and behind a union its directives do not run; drop the member",
			}},
		},
		{
			name:   "lists of lists of persons",
			schema: []edit{{"  scores: [SubjectScore!] @pii", "  scores: [[SubjectScore!]!] @pii"}},
			want:   []want{{"  scores:", "EntResult.scores: is a list of lists of a @personal type, and withholding is per person; return a flat list"}},
		},

		// Ways around the directive.
		{
			name: "a batch resolver on a personal type",
			schema: []edit{
				{"\"Postal address.\"\n  address: String @pii(category: ADDRESS)", "\"Postal address.\"\n  address: String @pii(category: ADDRESS) @goField(batch: true)"},
				{"scalar IIN", "scalar IIN\n\"Binds.\"\ndirective @goField(\n\"Batches.\"\nbatch: Boolean\n) on FIELD_DEFINITION"},
			},
			want: []want{{
				"  address:",
				"User.address: is resolved in batches, and a batch hands over every person, allowed or not; drop batch, here and in gqlgen.yml",
			}},
		},
		{
			name:   "a batch resolver in gqlgen.yml, of a field that returns persons",
			config: []edit{{"models:\n", "models:\n  LeadEdge:\n    fields:\n      node:\n        resolver: true\n        batch: true\n"}},
			want: []want{{
				"  node: Lead!",
				"LeadEdge.node: is resolved in batches, and a batch hands over every person, allowed or not; drop batch, here and in gqlgen.yml",
			}},
		},
		{
			name:   "a directive without code",
			config: []edit{{"    implementation: openPersonal", "    implementation: \" \""}},
			want:   []want{{"directive @pii", "@pii: has no implementation in gqlgen.yml; set directives.pii.implementation"}},
		},
		{
			name:   "a directive that does not run",
			config: []edit{{"    implementation: openPersonal", "    skip_runtime: true\n    implementation: openPersonal"}},
			want:   []want{{"directive @pii", "@pii: has no implementation in gqlgen.yml; set directives.pii.implementation"}},
		},
		{
			name:   "a root field for anybody",
			schema: []edit{{"  me: User @audience(is: [APP, SITE])", "  me: User"}},
			want:   []want{{"  me:", "Query.me: leads to a @personal type and names no @audience; say who may select it"}},
		},
		{
			name:   "a root field for nobody, some steps away from a person",
			schema: []edit{{"): LeadConnection! @audience(is: [UNIVERSITY])", "): LeadConnection! @audience(is: [])"}},
			want:   []want{{"  leads(", "Query.leads: leads to a @personal type and names no @audience; say who may select it"}},
		},
		{
			name:   "a mutation for anybody",
			schema: []edit{{"scalar IIN", "scalar IIN\nextend type Mutation {\n  \"Lets in.\"\n  letIn: User\n}"}},
			want:   []want{{"  letIn:", "Mutation.letIn: leads to a @personal type and names no @audience; say who may select it"}},
		},

		// Rules.
		{
			name:   "what a category reveals is closed",
			schema: []edit{{`kk: "Мекенжайы")`, `kk: "Мекенжайы")` + "\n    @allow(to: [OPERATOR], for: [RIGHTS_HANDLING], on: RIGHTS_REQUEST, clause: \"4.7\") # new"}},
			want: []want{{
				"  ADDRESS > # new",
				"DataCategory.ADDRESS: is open to OPERATOR:RIGHTS_HANDLING and reveals REGION, which is closed there; open REGION in full or close ADDRESS",
			}},
		},
		{
			name: "what a category may be asked for reveals is closed",
			schema: []edit{
				{`kk: "Мекенжайы")`, `kk: "Мекенжайы")` + "\n    @allow(to: [UNIVERSITY], for: [CONSULTATION], on: CONSULTATION_CONSENT, clause: \"4.4\", byDefault: true) # new"},
				{"@implies(categories: [REGION])", "@implies(categories: [REGION, BIRTH_DATE])"},
			},
			want: []want{{
				"  ADDRESS > # new",
				"DataCategory.ADDRESS: is open to UNIVERSITY:CONSULTATION and reveals BIRTH_DATE, which is closed there; open BIRTH_DATE in full or close ADDRESS",
			}},
		},
		{
			name:   "what a category reveals is masked",
			schema: []edit{{`kk: "Сауалнама жауаптары")`, `kk: "Сауалнама жауаптары") @implies(categories: [TESTEE_CODE])`}},
			want: []want{{
				"  SURVEY\n > for: [SERVICE]",
				"DataCategory.SURVEY: is open to APP:SERVICE and reveals TESTEE_CODE, which is masked there; open TESTEE_CODE in full or close SURVEY",
			}, {
				"  SURVEY\n > for: [SERVICE]",
				"DataCategory.SURVEY: is open to SITE:SERVICE and reveals TESTEE_CODE, which is masked there; open TESTEE_CODE in full or close SURVEY",
			}},
		},
		{
			name:   "what a category reveals through another is closed",
			schema: []edit{{`kk: "Сауалнама жауаптары")`, `kk: "Сауалнама жауаптары") @implies(categories: [ENT_PLACE])`}},
			want: []want{{
				"  SURVEY\n > for: [SERVICE]",
				"DataCategory.SURVEY: is open to SITE:SERVICE and reveals ENT_PLACE, which is closed there; open ENT_PLACE in full or close SURVEY",
			}},
		},
		{
			name:   "a category that reveals itself",
			schema: []edit{{"@implies(categories: [REGION])", "@implies(categories: [REGION, ADDRESS])"}},
			want:   []want{{"  ADDRESS > @implies", "DataCategory.ADDRESS: @implies itself; drop it from the list"}},
		},
		{
			name:   "two rules for a cell",
			schema: []edit{{`kk: "Жынысы")`, `kk: "Жынысы")` + "\n    @allow(to: [SITE], for: [AUTOFILL, IDENTIFICATION], on: POLICY_CONSENT, clause: \"3.1.9\")"}},
			want: []want{
				{"  SEX > for: [IDENTIFICATION]", "DataCategory.SEX: has a second rule for SITE:IDENTIFICATION, after the one on line ${  SEX > to: [SITE]}; keep one"},
				{"  SEX > for: [AUTOFILL],", "DataCategory.SEX: has a second rule for SITE:AUTOFILL, after the one on line ${  SEX > to: [SITE]}; keep one"},
			},
		},
		{
			name:   "two rules for a cell in one",
			schema: []edit{{"@allow(to: [APP, SITE], for: [SERVICE], on: SURVEY_CONSENT", "@allow(to: [APP, SITE, APP], for: [SERVICE], on: SURVEY_CONSENT"}},
			want:   []want{{"  SURVEY\n > for: [SERVICE]", "DataCategory.SURVEY: has a second rule for APP:SERVICE, after the one on line ${  SURVEY\n > for: [SERVICE]}; keep one"}},
		},
		{
			name:   "a rule for nobody",
			schema: []edit{{`kk: "Жынысы")`, `kk: "Жынысы") @allow(to: [], for: [ACCESS], on: LAW, clause: "3.1.4")`}},
			want:   []want{{"  SEX > @allow", "DataCategory.SEX: has an @allow for nobody or for nothing; name an audience and a purpose, or drop it"}},
		},
		{
			name:   "a blank clause",
			schema: []edit{{`on: SURVEY_CONSENT, clause: "4.8"`, `on: SURVEY_CONSENT, clause: " "`}},
			want:   []want{{"  SURVEY\n > for: [SERVICE]", `DataCategory.SURVEY: has an @allow whose clause " " does not look like one of the policy; name it like 3.1.1`}},
		},
		{
			name:   "two clauses in one",
			schema: []edit{{`on: SURVEY_CONSENT, clause: "4.8"`, `on: SURVEY_CONSENT, clause: "4.8, 3.1.5"`}},
			want:   []want{{"  SURVEY\n > for: [SERVICE]", `DataCategory.SURVEY: has an @allow whose clause "4.8, 3.1.5" does not look like one of the policy; name it like 3.1.1`}},
		},
		{
			name:   "a mask that there is not",
			schema: []edit{{`on: SURVEY_CONSENT, clause: "4.8"`, `on: SURVEY_CONSENT, as: MASKED, clause: "4.8"`}},
			want:   []want{{"  SURVEY\n > for: [SERVICE]", "DataCategory.SURVEY: is MASKED, but has no mask; show it in FULL or not at all"}},
		},
		{
			name:   "a default outside a consultation",
			schema: []edit{{`on: SURVEY_CONSENT, clause: "4.8"`, `on: SURVEY_CONSENT, clause: "4.8", byDefault: true`}},
			want:   []want{{"  SURVEY\n > for: [SERVICE]", "DataCategory.SURVEY: is byDefault without CONSULTATION_CONSENT; drop byDefault"}},
		},

		// Words.
		{
			name:   "a category that there is not",
			schema: []edit{{"\"Postal address.\"\n  address: String @pii(category: ADDRESS)", "\"Postal address.\"\n  address: String @pii(category: ADRESS)"}},
			want:   []want{{"  address:", "User.address: @pii(category:) has ADRESS, which is no DataCategory; use a value of DataCategory"}},
		},
		{
			name:   "an audience that there is not, in a list",
			schema: []edit{{"  me: User @audience(is: [APP, SITE])", "  me: User @audience(is: [APP, SIGHT])"}},
			want:   []want{{"  me:", "Query.me: @audience(is:) has SIGHT, which is no Audience; use a value of Audience"}},
		},
		{
			name:   "a category in quotes, on an argument",
			schema: []edit{{"    operationName: String\n", "    operationName: String @pii(category: \"IIN\")\n"}},
			want:   []want{{"    operationName:", `Query.explain(operationName:): @pii(category:) has "IIN", which is no DataCategory; use a value of DataCategory`}},
		},
		{
			name: "nothing said of a type, a field, an argument, a value and a directive",
			schema: []edit{
				{"\"Postal address.\"\n", ""},
				{"\"A grant awarded. A university sees an award only if it is its own.\"\n", "\"\"\n"},
				{"    \"The moment, inclusive.\"\n", ""},
				{"  \"The earliest request first.\"\n", "  \"  \"\n"},
				{"\"Marks a type as holding one person's data.\"\n", ""},
				{"  \"In Russian.\"\n", ""},
			},
			want: []want{
				{"directive @personal", "@personal: has no description; say what it means"},
				{"directive @label > ru:", "@label(ru:): has no description; say what it means"},
				{"  address:", "User.address: has no description; say what it means"},
				{"type GrantAward", "GrantAward: has no description; say what it means"},
				{"  endedLeads > since:", "Query.endedLeads(since:): has no description; say what it means"},
				{"  REQUESTED_AT_ASC", "LeadOrder.REQUESTED_AT_ASC: has no description; say what it means"},
			},
		},
		{
			name: "nothing to show a person",
			schema: []edit{
				{` @label(ru: "Мужской", kk: "Ер")`, ""},
				{`@label(ru: "Женский", kk: "Әйел")`, `@label(ru: "Женский", kk: "")`},
			},
			want: []want{
				{"  MALE", "Sex.MALE: is shown to a person and has no @label in both languages; give it ru and kk"},
				{"  FEMALE", "Sex.FEMALE: is shown to a person and has no @label in both languages; give it ru and kk"},
			},
		},
		{
			name:   "a new enum, shown to a person unless known not to be",
			schema: []edit{{"scalar IIN", "enum Scope {\n  \"All.\"\n  ALL\n}\n\"A number.\"\nscalar IIN"}},
			want:   []want{{"  ALL\n", "Scope.ALL: is shown to a person and has no @label in both languages; give it ru and kk"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			schema := edited(t, "../../schema.graphqls", test.schema)
			parsed, err := parse(&ast.Source{Name: "schema.graphqls", Input: schema})
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := config.ReadConfig(strings.NewReader(edited(t, "../../gqlgen.yml", test.config)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(expected(t, schema, test.want), message(check(parsed, cfg))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCheckBatches tells gqlgen to resolve everything in batches.
func TestCheckBatches(t *testing.T) {
	schema, err := parse(&ast.Source{Name: "schema.graphqls", Input: `
		directive @personal on OBJECT
		type Query { a: A }
		type A @personal {
			b: Int
		}`})
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{schema: schema, cfg: config.DefaultConfig()}
	c.cfg.Resolver.Batch.Enabled = true
	c.checkBatches()
	const wrong = "is resolved in batches, and a batch hands over every person, allowed or not; drop batch, here and in gqlgen.yml"
	if diff := cmp.Diff("schema.graphqls:3: Query.a: "+wrong+"\nschema.graphqls:5: A.b: "+wrong, message(c.err())); diff != "" {
		t.Error(diff)
	}
}

// message is an error's, empty for none.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// edited is a file with some places replaced, each of which it must have once.
func edited(t *testing.T, path string, edits []edit) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, e := range edits {
		if n := strings.Count(text, e.from); n != 1 {
			t.Fatalf("%s has %q %d times", path, e.from, n)
		}
		text = strings.Replace(text, e.from, e.to, 1)
	}
	return text
}

// expected is what the generator prints for faults on these lines.
func expected(t *testing.T, schema string, wants []want) string {
	t.Helper()
	lines := make([]string, len(wants))
	for i, w := range wants {
		message := os.Expand(w.message, func(line string) string { return lineOf(t, schema, line) })
		lines[i] = "schema.graphqls:" + lineOf(t, schema, w.line) + ": " + message
	}
	return strings.Join(lines, "\n")
}

func lineOf(t *testing.T, schema, line string) string {
	t.Helper()
	at := 0
	for text := range strings.SplitSeq(line, " > ") {
		next := strings.Index(schema[at:], text)
		if next < 0 {
			t.Fatalf("no line has %q", line)
		}
		at += next
	}
	return strconv.Itoa(strings.Count(schema[:at], "\n") + 1)
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name   string
		schema edit
		want   want
	}{
		{"an unknown directive", edit{"\"Postal address.\"\n  address: String @pii", "\"Postal address.\"\n  address: String @secret @pii"}, want{"  address:", "Undefined directive secret."}},
		{"an unknown type", edit{"\"Postal address.\"\n  address: String @pii", "\"Postal address.\"\n  address: Address @pii"}, want{"  address:", "Undefined type Address."}},
		{
			"a directive without its category",
			edit{"\"Postal address.\"\n  address: String @pii(category: ADDRESS)", "\"Postal address.\"\n  address: String @pii"},
			want{"  address:", "Argument category for directive pii cannot be null."},
		},
		{
			"a directive out of its place",
			edit{"type GrantAward @personal", "type GrantAward @pii(category: SEX)"},
			want{"type GrantAward", "Directive pii is not applicable on OBJECT."},
		},
		{"a syntax error", edit{"\"Postal address.\"\n  address: String @pii", "\"Postal address.\"\n  address String @pii"}, want{"  address", "Expected :, found Name"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			schema := edited(t, "../../schema.graphqls", []edit{test.schema})
			_, err := parse(&ast.Source{Name: "schema.graphqls", Input: schema})
			if err == nil {
				t.Fatal("parsed")
			}
			if diff := cmp.Diff(expected(t, schema, []want{test.want}), err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
