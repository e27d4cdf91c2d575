package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// pages is how far the scale goes into a list: to the thousandth page of 50 leads.
const pages = 1000

// leadsOfOne is the share of the people that asked the one university of the scale.
const leadsOfOne = 0.3

// scale measures Kelisim alone over databases of several sizes, and writes its table.
func scale(ctx context.Context, o options) error {
	var rows []scaled
	for _, users := range o.scale {
		one, err := scaleOne(ctx, o, users)
		if err != nil {
			return err
		}
		rows = append(rows, one)
	}
	return writeBetween(o.tables, scaleBegin, scaleEnd, scaleTable(rows))
}

// scaled is what questions cost in a database of a size.
type scaled struct {
	users int
	page  int               // how many pages there are, a thousand at most
	costs map[string]figure // by question
}

func scaleOne(ctx context.Context, o options, users int) (s scaled, err error) {
	b, stop, err := prepare(ctx, options{users: users}, deal{universities: 1, leads: int(float64(users) * leadsOfOne)})
	if err != nil {
		return s, err
	}
	defer stop()
	c := contenders()[0]
	p, err := c.start(ctx, b)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	s = scaled{users: users, costs: map[string]figure{}}
	questions := map[string][]question{}
	for _, q := range queries() {
		if q.name == "me" || q.name == "leads50" {
			if questions[q.name], err = q.questions(c, b); err != nil {
				return s, err
			}
			if err = q.verify(ctx, c, p.url, questions[q.name], b.truth); err != nil {
				return s, err
			}
		}
	}
	var last question
	if last, s.page, err = thousandth(ctx, p.url, questions["leads50"][0]); err != nil {
		return s, err
	}
	questions["leads50, last page"] = []question{last}
	for name, asked := range questions {
		if _, err := load(ctx, p.url, asked, 8, 2*time.Second); err != nil {
			return s, err
		}
		if s.costs[name], err = b.one(ctx, p, asked, 32, 2*o.long); err != nil {
			return s, err
		}
		tell("%d people, %s: CPU %.3f + %.3f ms", users, name, s.costs[name].ServerCPU, s.costs[name].PostgresCPU)
	}
	return s, nil
}

// thousandth walks a list by its cursors to its thousandth page, or its last.
func thousandth(ctx context.Context, url string, first question) (last question, page int, err error) {
	h := client(1)
	defer h.CloseIdleConnections()
	document := strings.Replace(documentOf(first), "leads(first: 50) {", "leads(first: 50, after: $after) { pageInfo { hasNextPage endCursor }", 1)
	document = strings.Replace(document, "query @purpose", "query ($after: String) @purpose", 1)
	variables := map[string]any{"after": nil}
	for page = 1; ; page++ {
		if last, err = ask(first.who, document, variables); err != nil {
			return last, page, err
		}
		_, answer, err := send(ctx, h, url, last)
		if err != nil {
			return last, page, err
		}
		var got struct {
			Data struct {
				Leads struct {
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
		}
		if err := json.Unmarshal(answer, &got); err != nil {
			return last, page, err
		}
		if page == pages || !got.Data.Leads.PageInfo.HasNextPage {
			return last, page, nil
		}
		variables = map[string]any{"after": got.Data.Leads.PageInfo.EndCursor}
	}
}

func documentOf(q question) string {
	var body struct{ Query string }
	_ = json.Unmarshal(q.body, &body) // ask has written it
	return body.Query
}

const (
	scaleBegin = "<!-- scale: written by make bench-scale -->"
	scaleEnd   = "<!-- end of scale -->"
)

func scaleTable(rows []scaled) string {
	var b strings.Builder
	b.WriteString("| people | question | server CPU ms | PostgreSQL CPU ms | by the smallest |\n|---|---|---|---|---|\n")
	for _, name := range []string{"me", "leads50", "leads50, last page"} {
		least := rows[0].costs[name]
		for _, r := range rows {
			f := r.costs[name]
			what := name
			if strings.Contains(name, "last") {
				what = fmt.Sprintf("leads50, page %d", r.page)
			}
			fmt.Fprintf(&b, "| %d | %s | %.3f | %.3f | %.2f |\n", r.users, what, f.ServerCPU, f.PostgresCPU,
				(f.ServerCPU+f.PostgresCPU)/(least.ServerCPU+least.PostgresCPU))
		}
	}
	return b.String()
}
