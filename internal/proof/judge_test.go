package proof_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// judge compares an answer with what the oracle says of it.
type judge struct {
	oracle    oracle
	schema    *ast.Schema
	searcher  *searcher
	people    map[int]person
	standings map[int]standing
	leads     map[string]lead   // by id
	cursors   map[string]string // for what each is good

	reader    reader
	operation operation
	purpose   string
	variables map[string]any
	cursor    string   // for what those of the root field are good
	keys      []string // the categories that the root field filters or sorts by
	refused   bool     // there are errors
	wentOn    bool     // a list went on after a cursor
	faults    []string
	kinds     []string // of faults: a failure shrinks to the shortest of its kind
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
	j.kinds = append(j.kinds, format)
	j.faults = append(j.faults, fmt.Sprintf(format, args...))
}

// of judges the answer of an operation. It returns what was carried out, or refused
// by the rules: nil where the operation was badly made.
func (j *judge) of(r reader, o operation, a answer) *ast.OperationDefinition {
	j.reader, j.operation, j.purpose, j.faults = r, o, o.purpose, nil
	j.wentOn, j.kinds = false, nil
	j.search(a)
	var got response
	if err := json.Unmarshal(a.body, &got); err != nil {
		j.fault("not JSON: %v", err)
		return nil
	}
	j.refused = len(got.Errors) > 0
	for _, e := range got.Errors {
		if e.Extensions["code"] == "INTERNAL" && !o.failing.some() {
			j.fault("INTERNAL: %s\n%s", e.Message, a.log)
		}
	}
	op := j.valid(o)
	if got.Data != nil && (op == nil || o.byURL && op.Operation != ast.Query) {
		j.fault("an operation that is not valid is answered")
		return nil
	}
	if got.Data != nil {
		j.root(op, got.Data)
	}
	if op == nil || got.Data == nil && badlyMade(got) {
		return nil
	}
	return op
}

// valid is the operation that is asked for, with its variables, if it is valid.
func (j *judge) valid(o operation) *ast.OperationDefinition {
	document, err := gqlparser.LoadQueryWithRules(j.schema, o.text, rules.NewDefaultRules())
	if err != nil {
		return nil
	}
	op := document.Operations.ForName(o.name)
	if op == nil || o.name == "" && len(document.Operations) > 1 {
		return nil
	}
	variables, wrong := validator.VariableValues(j.schema, op, o.variables)
	if wrong != nil {
		return nil
	}
	j.variables = variables
	return op
}

// root judges the answers of the root fields, and their cursors.
func (j *judge) root(op *ast.OperationDefinition, data map[string]any) {
	def := map[ast.Operation]*ast.Definition{ast.Query: j.schema.Query, ast.Mutation: j.schema.Mutation}[op.Operation]
	fields := map[string][]*ast.Field{}
	gather(op.SelectionSet, fields)
	for key, value := range data {
		if len(fields[key]) == 0 {
			j.fault("%s was not asked for", key)
			continue
		}
		f, person := fields[key][0], j.reader.person
		if value == nil || f.Name == "__typename" {
			continue
		}
		j.keys = nil
		if f.Definition.Arguments.ForName("after") != nil {
			j.list(f)
		}
		j.value(def, fields[key], value, person)
	}
}

// list judges that a list goes on after a cursor of its own only, and is not asked
// for by what is personal in a URL; and notes what it filters by.
func (j *judge) list(f *ast.Field) {
	arguments := f.ArgumentMap(j.variables)
	filter, _ := arguments["filter"].(map[string]any)
	order := arguments["orderBy"]
	if order == nil {
		order = "REQUESTED_AT_DESC"
	}
	after := arguments["after"]
	j.cursor = j.reader.client() + " " + f.Name + " " + canonical(order) + canonical(filter) + canonical(arguments["since"])
	if after != nil && j.cursors[after.(string)] != j.cursor {
		j.fault("a cursor that is not good for this list is: %q for %q", j.cursors[after.(string)], j.cursor)
	}
	j.wentOn = j.wentOn || after != nil
	for name, value := range filter {
		if pii := j.schema.Types["LeadFilter"].Fields.ForName(name).Directives.ForName("pii"); pii != nil && value != nil && canonical(value) != "[]" {
			j.keys = append(j.keys, pii.Arguments.ForName("category").Value.Raw)
		}
	}
	if j.operation.byURL && (len(j.keys) > 0 || order == "TOTAL_DESC") {
		j.fault("a URL filters or sorts by %v", j.keys)
	}
}

// canonical writes a value of an argument so that equal ones are equal: without
// members that mean nothing.
func canonical(v any) string {
	if members, is := v.(map[string]any); is {
		text := ""
		for name, member := range sorted(members) {
			if list, is := member.([]any); is {
				member = slices.Compact(slices.Sorted(func(yield func(string) bool) {
					for _, e := range list {
						if !yield(fmt.Sprint(e)) {
							return
						}
					}
				}))
			}
			if member != nil && fmt.Sprint(member) != "[]" {
				text += fmt.Sprint(" ", name, ":", member)
			}
		}
		return text
	}
	return fmt.Sprint(v)
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
	sent := header.String() + string(a.body)
	for _, c := range j.searcher.found(sent) {
		if j.visible(c) != "F" {
			j.fault("%v (%s) is in the answer", c, j.people[c.person].state)
		}
	}
	for _, whose := range j.searcher.derived(sent) {
		if !slices.ContainsFunc(whose, func(c canary) bool { return j.visible(c) == "F" || c.masked && j.visible(c) != "" }) {
			j.fault("what follows from %v is in the answer", whose)
		}
	}
	for _, c := range j.searcher.found(strings.Join(a.statements, "\n") + a.log) {
		j.fault("%v (%s) is in a statement or in the log", c, j.people[c.person].state)
	}
	for _, whose := range j.searcher.derived(a.log) {
		j.fault("what follows from %v is in the log", whose)
	}
	for _, c := range j.searcher.found(a.args) {
		if c.category != "ENT_PLACE" && c.category != "ENT_DATE" { // facts of the exam are not sealed
			j.fault("%v (%s) is in the arguments of a statement", c, j.people[c.person].state)
		}
	}
}

// visible is how the reader is shown the value that a canary is.
func (j *judge) visible(c canary) string {
	if c.survey != "" {
		return j.oracle.showsAnswers(j.reader, j.purpose, c.person, c.survey, j.standings[c.person])
	}
	return j.shows(c.person, c.category)
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
		switch {
		case value == nil:
			j.missing(def.Name+"."+fields[key][0].Name, fields[key][0].Definition, person)
		case fields[key][0].Name != "__typename":
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
	for _, category := range j.keys { // a filter is a read
		if j.shows(l.person, category) != "F" {
			j.fault("the lead %s was found by its %s", id, category)
		}
	}
	return l.person
}

// value judges a value that is not null.
func (j *judge) value(def *ast.Definition, fields []*ast.Field, value any, person int) {
	f := fields[0].Definition
	coordinate := def.Name + "." + f.Name
	if strings.HasSuffix(strings.ToLower(f.Name), "cursor") {
		j.given(value.(string))
	}
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
	if want, known := j.truth(coordinate, category, person, shown); known && !contains(want, value) {
		j.fault("%s of person %d (%s) is shown as another value (%s)", coordinate, person, j.people[person].state, shown)
	}
}

// missing judges a value that is null: what may be seen and is there is shown, or an
// error says why not.
func (j *judge) missing(coordinate string, f *ast.FieldDefinition, person int) {
	pii := f.Directives.ForName("pii")
	if pii == nil || j.refused || !strings.HasPrefix(coordinate, "User.") {
		return
	}
	category := pii.Arguments.ForName("category").Value.Raw
	shown := j.shows(person, category)
	if _, known := j.truth(coordinate, category, person, shown); known && shown != "" {
		j.fault("%s of person %d (%s) is withheld without a reason", coordinate, person, j.people[person].state)
	}
}

// given judges a cursor that is given, and keeps for what it is good: it tells
// nothing that can be read.
func (j *judge) given(cursor string) {
	j.cursors[cursor] = j.cursor
	decoded, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || readable.Match(decoded) || readable.MatchString(cursor) && len(cursor) < 40 {
		j.fault("the cursor %q is in clear", cursor)
	}
}

var readable = regexp.MustCompile(`[ -~]{20}|"[a-z]+":|-[0-9]{2}T[0-9]{2}`)
