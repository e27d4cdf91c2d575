package proof_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// judge compares an answer with what the oracle says of it.
type judge struct {
	oracle    oracle
	schema    *ast.Schema
	searcher  *searcher
	people    map[int]person
	standings map[int]standing
	leads     map[string]lead // by id
	hidden    hides
	twin      int

	reader  reader
	purpose string
	faults  []string
}

// lead is a row of the database: whose, at which university.
type lead struct {
	person     int
	university string
}

// response is an answer as a client reads it.
type response struct {
	Data   map[string]any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
	Extensions map[string]any `json:"extensions"`
}

func (j *judge) fault(format string, args ...any) {
	j.faults = append(j.faults, fmt.Sprintf(format, args...))
}

// of judges the answer of an operation. It returns what was carried out, or refused
// by the rules: nil where the operation was badly made.
func (j *judge) of(r reader, o operation, a answer) *ast.OperationDefinition {
	j.reader, j.purpose, j.faults = r, o.purpose, nil
	j.search(a)
	var got response
	if err := json.Unmarshal(a.body, &got); err != nil {
		j.fault("not JSON: %v", err)
		return nil
	}
	for _, e := range got.Errors {
		if e.Extensions["code"] == "INTERNAL" {
			j.fault("INTERNAL: %s\n%s", e.Message, a.aside)
		}
	}
	document, err := gqlparser.LoadQueryWithRules(j.schema, o.text, rules.NewDefaultRules())
	if err != nil || len(document.Operations) != 1 {
		return nil
	}
	op := document.Operations[0]
	if got.Data != nil {
		root := map[ast.Operation]*ast.Definition{ast.Query: j.schema.Query, ast.Mutation: j.schema.Mutation}[op.Operation]
		j.object(root, []ast.SelectionSet{op.SelectionSet}, got.Data, r.person)
	}
	if got.Data == nil && badlyMade(got) {
		return nil
	}
	return op
}

func badlyMade(got response) bool {
	for _, e := range got.Errors {
		switch e.Extensions["code"] {
		case "BAD_INPUT", "TOO_COMPLEX", "RATE_LIMITED", "INTERNAL":
			return true
		}
	}
	return false
}

// search looks for canaries that the reader may not see: in all that they are sent,
// and for any at all in what they are not.
func (j *judge) search(a answer) {
	var header strings.Builder
	_ = a.header.Write(&header)
	for _, c := range j.searcher.found(header.String() + string(a.body)) {
		if j.shows(c.person, c.category) != "F" {
			j.fault("the %s of person %d (%s) is in the answer", c.category, c.person, j.people[c.person].state)
		}
	}
	for _, c := range j.searcher.found(a.aside + strings.Join(a.statements, "\n")) {
		j.fault("the %s of person %d (%s) is in a statement or in the log", c.category, c.person, j.people[c.person].state)
	}
}

func (j *judge) shows(person int, category string) string {
	return j.oracle.shows(j.reader, j.purpose, person, category, j.standings[person])
}

// object judges an object of the answer against all selections that made it.
func (j *judge) object(def *ast.Definition, sets []ast.SelectionSet, got map[string]any, person int) {
	if id, is := got["proofId"].(string); is && def.Name == "Lead" {
		person = j.lead(id)
	}
	fields := map[string][]*ast.Field{}
	for _, set := range sets {
		gather(set, fields)
	}
	for key, value := range got {
		if len(fields[key]) == 0 {
			j.fault("%s was not asked for", key)
			continue
		}
		if value != nil && fields[key][0].Name != "__typename" {
			j.value(def, fields[key], value, person)
		}
	}
}

func gather(set ast.SelectionSet, fields map[string][]*ast.Field) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			fields[s.Alias] = append(fields[s.Alias], s)
		case *ast.InlineFragment:
			gather(s.SelectionSet, fields)
		case *ast.FragmentSpread:
			gather(s.Definition.SelectionSet, fields)
		}
	}
}

// lead judges that a lead is there at all, and tells whose it is.
func (j *judge) lead(id string) int {
	l, known := j.leads[id]
	if !known || l.university != j.reader.university || j.standings[l.person].covers[l.university] == nil {
		j.fault("the lead %s is not this reader's, or does not stand", id)
	}
	return l.person
}

// value judges a value that is not null.
func (j *judge) value(def *ast.Definition, fields []*ast.Field, value any, person int) {
	f := fields[0].Definition
	coordinate := def.Name + "." + f.Name
	if def.Directives.ForName("personal") != nil {
		j.personal(coordinate, f, value, person)
	}
	below := j.schema.Types[f.Type.Name()]
	if below.Kind != ast.Object {
		return
	}
	sets := make([]ast.SelectionSet, len(fields))
	for i, field := range fields {
		sets[i] = field.SelectionSet
	}
	j.below(below, sets, value, person)
}

func (j *judge) below(def *ast.Definition, sets []ast.SelectionSet, value any, person int) {
	switch value := value.(type) {
	case map[string]any:
		j.object(def, sets, value, person)
	case []any:
		for _, element := range value {
			j.below(def, sets, element, person)
		}
	}
}

// personal judges a value of a personal type that is shown.
func (j *judge) personal(coordinate string, f *ast.FieldDefinition, value any, person int) {
	if !slices.Contains(j.reader.purposes, j.purpose) {
		j.fault("%s is shown without a registered purpose", coordinate)
		return
	}
	if audience := f.Directives.ForName("audience"); audience != nil && j.reader.audience == "UNIVERSITY" {
		j.fault("%s is not for this audience", coordinate)
	}
	if j.standings[person].restricted && j.reader.audience == "UNIVERSITY" && (coordinate == "Lead.programme" || coordinate == "Lead.preferredLanguage") {
		j.fault("%s is shown of a restricted person", coordinate)
	}
	pii := f.Directives.ForName("pii")
	if pii == nil {
		return
	}
	category := pii.Arguments.ForName("category").Value.Raw
	shown := j.shows(person, category)
	if shown == "" {
		j.fault("%s of person %d (%s) is shown", coordinate, person, j.people[person].state)
		return
	}
	if want, known := j.truth(coordinate, category, person, shown); known && !reflect.DeepEqual(value, want) {
		j.fault("%s of person %d (%s) is shown as another value (%s)", coordinate, person, j.people[person].state, shown)
	}
}

// truth is how a field of User is shown, where that is known.
func (j *judge) truth(coordinate, category string, person int, shown string) (any, bool) {
	columns := map[string]string{
		"User.familyName": "family_name", "User.givenName": "given_name", "User.patronymic": "patronymic", "User.iin": "iin",
		"User.birthDate": "birth_date", "User.sex": "sex", "User.phone": "phone", "User.email": "email", "User.address": "address",
	}
	if person == changing || columns[coordinate] == "" {
		return nil, false
	}
	v := j.people[person].values(j.twin, j.hidden)[columns[coordinate]]
	if shown == "M" {
		v = masked(category, v)
	}
	return v, true
}
