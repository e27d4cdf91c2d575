package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

// FuzzBody: what is read of a body is what any reader finds in it, who takes names
// to the letter: two that differ in which of two members counts find the same.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"query": "{a}", "operationName": "A", "variables": {"x": [1.50, {"y": null}]}, "extensions": {}}`,
		`{"query": "{a}", "query": "{b}"}`, `{"query": "{a}", "QUERY": "{b}"}`, `{"query": "{a}", "quer\u0079": "{b}"}`,
		`{"variables": {"a": {"b": 1, "b": 2}}}`, `{"query": "{a}"}{}`, `[{"query": "{a}"}]`, `null`, `{"query": null, "variables": null}`,
		"\ufeff{}", "{\"query\": \"\xff\"}", `{"variableſ": 1}`, `{"variables": 1}`, `{"variables": {"n": 1e400}}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		query, operation, vars, err := graph.DecodeRequest(body)
		first, last, distinct := membersOf(body)
		if err != nil {
			return
		}
		if !distinct || !utf8.ValidString(body) {
			t.Fatalf("%q is read, and is ambiguous", body)
		}
		for _, members := range []map[string]json.RawMessage{first, last} {
			var want struct {
				query, operation string
				vars             map[string]any
			}
			read(members["query"], &want.query)
			read(members["operationName"], &want.operation)
			read(members["variables"], &want.vars)
			if query != want.query || operation != want.operation || !reflect.DeepEqual(vars, want.vars) {
				t.Fatalf("%q: %q, %q, %v; want %+v", body, query, operation, vars, want)
			}
		}
	})
}

func read(member json.RawMessage, into any) {
	d := json.NewDecoder(bytes.NewReader(member))
	d.UseNumber()
	_ = d.Decode(into)
}

// membersOf are the members of an object, the first and the last of each name, and
// whether no name comes twice.
func membersOf(body string) (first, last map[string]json.RawMessage, distinct bool) {
	first, last, distinct = map[string]json.RawMessage{}, map[string]json.RawMessage{}, true
	d := json.NewDecoder(strings.NewReader(body))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return first, last, true
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return first, last, false
		}
		key, _ := name.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return first, last, false
		}
		if _, before := first[key]; before {
			distinct = false
		} else {
			first[key] = value
		}
		last[key] = value
	}
	return first, last, distinct
}

// FuzzCursor: a cursor opens under its own binding alone, and no other text opens.
func FuzzCursor(f *testing.F) {
	key := bytes.Repeat([]byte{7}, graph.CursorKeySize)
	type place struct {
		Total int
		ID    string
	}
	f.Add("", uint(0), byte(0), 120, "a", "leads", "endedLeads")
	f.Add("AAAA", uint(3), byte('\n'), -1, "00000000-0000-4000-8000-00000000f131", "013", "01\",\"3")
	f.Add("=", uint(9), byte('='), 0, "", "", "\x00")
	f.Fuzz(func(t *testing.T, text string, at uint, b byte, total int, id, list, other string) {
		made := place{total, strings.ToValidUTF8(id, "")}
		cursor, err := graph.SealCursor(key, made, "leads", list)
		if err != nil {
			t.Fatal(err)
		}
		opened := func(sent string, bound ...any) bool {
			var got place
			err := graph.OpenCursor(key, sent, &got, bound...)
			if err == nil && got != made {
				t.Errorf("%q opens as %+v, was %+v", sent, got, made)
			}
			if err != nil && len(text) > 12 && strings.Contains(err.Error(), text) {
				t.Errorf("%v tells of %q", err, text)
			}
			return err == nil
		}
		if !opened(cursor, "leads", list) {
			t.Error("does not open")
		}
		changed := []byte(cursor)
		changed[at%uint(len(changed))] = b
		for _, sent := range []string{text, string(changed), cursor + text, text + cursor, cursor[:at%uint(len(cursor))]} {
			if opened(sent, "leads", list) && strings.NewReplacer("\r", "", "\n", "").Replace(sent) != cursor {
				t.Errorf("%q opens, and was not made", sent)
			}
		}
		if asJSON(other) != asJSON(list) && opened(cursor, "leads", other) || opened(cursor, "leads") || opened(cursor, "leads", list, other) || opened(cursor, list) {
			t.Errorf("opens for what it is not bound to: %q, %q", list, other)
		}
		if bytes.Contains([]byte(cursor), []byte(id)) && len(id) > 8 {
			t.Error("tells what it holds")
		}
	})
}

func asJSON(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// FuzzAcceptLanguage: whatever is asked for, the answer is in one of three languages,
// says so, and has nothing of the header.
func FuzzAcceptLanguage(f *testing.F) {
	for _, accept := range []string{"", "ru-KZ,ru;q=0.9", "kk;q=0", "*;q=1", "en\tru", "ru,<script>", "x-canary-canary", strings.Repeat("ru,", 400)} {
		f.Add(accept)
	}
	handler := graph.InLanguage(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		graph.RefuseCaller(w, r, auth.ErrToken)
	}))
	bodies := map[string]string{}
	for _, l := range []string{"en", "kk", "ru"} {
		bodies[l] = refusedIn(handler, l).Body.String()
	}
	f.Fuzz(func(t *testing.T, accept string) {
		w := refusedIn(handler, accept)
		language := w.Header().Get("Content-Language")
		if body, known := bodies[language]; !known || w.Body.String() != body || w.Header().Get("Vary") != "Accept-Language" {
			t.Errorf("%q: in %q: %s", accept, language, w.Body)
		}
	})
}

func refusedIn(handler http.Handler, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/graphql", io.NopCloser(strings.NewReader("")))
	r.Header["Accept-Language"] = []string{accept}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// FuzzVariables: a plan is kept under what its key tells of the variables: two of
// one key have one plan, and a filter or a sort key that is used is planned.
func FuzzVariables(f *testing.F) {
	const document = `query ($f: LeadFilter, $p: PhoneNumber, $o: LeadOrder, $b: Boolean = true) @purpose(is: CONSULTATION) {
		a: leads(filter: $f, orderBy: $o) { totalCount } b: leads(filter: {phone: $p}) { nodes { user { email @include(if: $b) } } }
	}`
	for _, seed := range [][2]string{
		{`{}`, `{"f": null}`},
		{`{"f": {}}`, `{"f": {"minTotal": null}}`},
		{`{"o": "TOTAL_DESC"}`, `{"o": "REQUESTED_AT_ASC"}`},
		{`{"f": {"minTotal": 1, "region": "710000000"}}`, `{"f": {"minTotal": 140, "region": "750000000"}}`},
		{`{"p": "+77710009998"}`, `{"p": null}`},
		{`{"b": false}`, `{"b": null}`},
		{`{"f": {"profileSubjects": ["MATH"]}}`, `{"f": {"profileSubjects": []}}`},
		{`{"o": "total_desc"}`, `{"b": true}`},
	} {
		f.Add(seed[0], seed[1])
	}
	reader := graph.Reader{Audience: privacy.University, Registered: true, Accepted: privacy.AllAllowed()}
	plan := func(variables string) (p graph.Planned, vars map[string]any, ok bool) {
		if json.Unmarshal([]byte(variables), &vars) != nil {
			return p, nil, false
		}
		p, err := graph.PlanDocument(document, vars, reader)
		return p, vars, err == nil
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		a, vars, okA := plan(one)
		b, _, okB := plan(other)
		if okA && okB && a.Key == b.Key {
			if diff := cmp.Diff(a, b, cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Errorf("%s and %s have one key, and two plans:\n%s", one, other, diff)
			}
		}
		if !okA || a.Fault != "" {
			return
		}
		filter, _ := vars["f"].(map[string]any)
		for key, value := range filter {
			coordinate := "LeadFilter." + key
			if value != nil && graph.Category(graph.Schema(), coordinate) != "" && !plans(a, "a.filter."+key, coordinate) {
				t.Errorf("%s: %s is not planned", one, coordinate)
			}
		}
		if vars["o"] == "TOTAL_DESC" && !plans(a, "a.orderBy", "LeadOrder.TOTAL_DESC") {
			t.Errorf("%s: the sort key is not planned", one)
		}
	})
}

func plans(p graph.Planned, path, coordinate string) bool {
	for _, field := range p.Fields {
		if field.Path == path && field.Coordinate == coordinate {
			return true
		}
	}
	return false
}
