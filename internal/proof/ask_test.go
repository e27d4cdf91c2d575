package proof_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/privacy"
)

// answer is what came of an operation, wherever it could be seen.
type answer struct {
	status     int
	header     http.Header
	body       []byte
	statements []string
	args       string // of the statements
	log        string
	code       string // that was sent to a telephone
}

func (w *world) ask(t fatal, r reader, o operation) answer {
	t.Helper()
	ctx := context.Background()
	if c := r.caller(); c != nil {
		ctx = auth.WithCaller(ctx, c)
	}
	request, err := o.request(ctx)
	if err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	w.heard.fail(o.failing)
	w.handler.ServeHTTP(recorder, request)
	a := answer{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
	a.statements, a.args, a.log, a.code = w.heard.take()
	return a
}

// request is an operation over HTTP.
func (o operation) request(ctx context.Context) (*http.Request, error) {
	variables, err := json.Marshal(o.variables)
	if err != nil {
		return nil, err
	}
	var request *http.Request
	if o.byURL {
		query := url.Values{"query": {o.text}, "variables": {string(variables)}, "operationName": {o.name}}
		request = httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql?"+query.Encode(), nil)
	} else {
		body, err := json.Marshal(map[string]any{"query": o.text, "variables": json.RawMessage(variables), "operationName": o.name})
		if err != nil {
			return nil, err
		}
		request = httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
	}
	if o.media != "" {
		request.Header.Set("Accept", o.media)
	}
	if o.language != "" {
		request.Header.Set("Accept-Language", o.language)
	}
	return request, nil
}

// caller is the reader as the API knows them; nil for nobody.
func (r reader) caller() *auth.Caller {
	if r.audience == "" {
		return nil
	}
	audience, err := privacy.ParseAudience(r.audience)
	if err != nil {
		panic(err)
	}
	c := &auth.Caller{Client: auth.Client{ID: r.client(), Audience: audience, University: r.university}}
	for _, word := range r.purposes {
		p, err := privacy.ParsePurpose(word)
		if err != nil {
			panic(err)
		}
		c.Purposes = append(c.Purposes, p)
	}
	from := moment.AddDate(-1, 0, 0)
	c.AgreementFrom = &from
	if r.lapsed {
		to := moment.AddDate(0, -1, 0)
		c.AgreementTo = &to
	}
	if r.person > 0 {
		c.User, c.Session = person{n: r.person}.id(), person{n: r.person}.session()
	}
	return c
}

func (r reader) client() string {
	if r.university != "" {
		return "university-" + r.university
	}
	return strings.ToLower(strings.ReplaceAll(r.audience, "_", "-"))
}
