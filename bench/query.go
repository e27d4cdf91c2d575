package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

//go:embed query
var documents embed.FS

// query is one of the questions that all contenders are asked.
type query struct {
	name  string
	what  string
	first int // leads of a page
	only  int // connections at most: more would take minutes
}

func queries() []query {
	return []query{
		{name: "me", what: "a person's own record: 15 fields, results, an application"},
		{name: "leads50", what: "50 leads: names, phone, e-mail, region, total, five scores", first: 50},
		{name: "leads500", what: "500 of them", first: 500, only: 32},
		{name: "lead", what: "one of them"},
		{name: "refused", what: "50 leads' IINs, which no rule opens", first: 50},
	}
}

// errNotAsked is returned where a contender has no document for a query.
var errNotAsked = errors.New("not asked of it")

// questions are what is asked in turn: by each university, or each person.
func (q query) questions(c contender, b *bench) ([]question, error) {
	document, err := documents.ReadFile(path.Join("query", c.queries, q.name+".graphql"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNotAsked
	}
	if err != nil {
		return nil, err
	}
	all := []question{}
	for _, who := range q.askers(b) {
		one, err := ask(who, string(document), q.variables(who, b.truth))
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (q query) askers(b *bench) []identity {
	if q.name == "me" {
		return b.people
	}
	return b.universities
}

func (q query) variables(who identity, t *truth) map[string]any {
	if q.name == "lead" {
		return map[string]any{"id": t.leads[who.university][0].ID.String()}
	}
	return map[string]any{}
}

// verify asks each question once and checks the answer.
func (q query) verify(ctx context.Context, c contender, url string, questions []question, t *truth) error {
	h := client(1)
	defer h.CloseIdleConnections()
	for _, one := range questions[:min(len(questions), 8)] {
		status, answer, err := send(ctx, h, url, one)
		if err != nil {
			return err
		}
		if err := q.check(c, t, one.who, status, answer); err != nil {
			return fmt.Errorf("%s, %s: %w", c.name, q.name, err)
		}
	}
	return nil
}
