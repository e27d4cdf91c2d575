package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// check compares an answer with the truth.
func (q query) check(c contender, t *truth, who identity, status int, answer []byte) error {
	var got struct {
		Data   object `json:"data"`
		Errors []any  `json:"errors"`
	}
	if err := json.Unmarshal(answer, &got); err != nil || status != 200 {
		return fmt.Errorf("status %d: %.300s", status, answer)
	}
	if c.queries != "" {
		got.Data = plainShape(got.Data)
	}
	var have, want any
	switch {
	case q.name == "refused":
		if c.shows == covered && holdsValue(got.Data) {
			return fmt.Errorf("an IIN is shown: %.300s", answer)
		}
		return nil
	case q.name == "me":
		have, want = got.Data["me"], any(t.me(who.user))
	case q.name == "lead":
		have, want = got.Data["lead"], any(t.lead(t.leads[who.university][0], c.shows))
	default:
		leads, _ := got.Data["leads"].(object)
		have, want = leads["nodes"], any(t.page(who.university, q.first, c.shows))
	}
	if c.shows == none {
		return nil
	}
	if c.queries != "" {
		sortResults(have)
		sortResults(want)
	}
	if diff := gocmp.Diff(want, have); diff != "" {
		return fmt.Errorf("answers otherwise (-truth +answer), with errors %.300v:\n%.1500s", got.Errors, diff)
	}
	return nil
}

// holdsValue tells whether any leaf is there.
func holdsValue(v any) bool {
	switch v := v.(type) {
	case object:
		for _, e := range v {
			if holdsValue(e) {
				return true
			}
		}
		return false
	case []any:
		for _, e := range v {
			if holdsValue(e) {
				return true
			}
		}
		return false
	default:
		return v != nil
	}
}

// plainShape gives an answer of PostGraphile the shape of the others'.
func plainShape(data object) object {
	if leads, is := data["allLeads"].(object); is {
		nodes := []any{}
		for _, n := range leads["nodes"].([]any) {
			nodes = append(nodes, plainLead(n.(object)))
		}
		return object{"leads": object{"nodes": nodes}}
	}
	if mes, is := data["allOwnRecords"].(object); is {
		me := mes["nodes"].([]any)[0].(object)
		me["entResults"] = plainResults(me["myResultsByUserId"])
		me["region"] = plainCode(me["region"])
		me["grantApplications"] = plainApplications(me["myApplicationsByUserId"])
		delete(me, "myResultsByUserId")
		delete(me, "myApplicationsByUserId")
		return object{"me": me}
	}
	return data
}

func plainLead(n object) object {
	id, at := n["rowId"], n["requestedAt"]
	if parsed, err := time.Parse(time.RFC3339, fmt.Sprint(at)); err == nil {
		at = parsed.UTC().Format(time.RFC3339)
	}
	user := n
	if of, is := n["applicantByUserId"].(object); is {
		user = of
	}
	user["entResults"] = plainResults(user["entResultsByLeadId"], user["entResultsByUserId"])
	user["region"] = plainCode(user["region"])
	for _, key := range []string{"rowId", "requestedAt", "entResultsByLeadId", "entResultsByUserId"} {
		delete(user, key)
	}
	if results := user["entResults"].([]any); len(results) == 0 {
		user["entResults"] = nil // everybody asked has one
	}
	return object{"id": id, "requestedAt": at, "user": user}
}

func plainCode(v any) any {
	if v == nil {
		return nil
	}
	return object{"code": v}
}

func plainResults(lists ...any) []any {
	all := []any{}
	for _, l := range lists {
		list, _ := l.(object)
		nodes, _ := list["nodes"].([]any)
		for _, n := range nodes {
			r := n.(object)
			scores, _ := r["scores"].([]any)
			subjects, _ := r["subjects"].([]any)
			pairs := []any{}
			for i, s := range subjects {
				pairs = append(pairs, object{"subject": s, "score": scores[i]})
			}
			r["scores"] = pairs
			delete(r, "subjects")
			all = append(all, r)
		}
	}
	return all
}

func plainApplications(v any) []any {
	all := []any{}
	for _, n := range v.(object)["nodes"].([]any) {
		a := n.(object)
		choices := []any{}
		for _, c := range a["myChoicesByApplicationId"].(object)["nodes"].([]any) {
			c := c.(object)
			choices = append(choices, object{"priority": c["priority"], "programme": plainCode(c["programme"]), "university": plainCode(c["university"])})
		}
		delete(a, "myChoicesByApplicationId")
		a["choices"] = choices
		all = append(all, a)
	}
	return all
}

// sortResults sorts ENT results, which PostGraphile lists by their keys.
func sortResults(v any) {
	switch v := v.(type) {
	case object:
		for key, e := range v {
			if list, is := e.([]any); is && key == "entResults" {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
			sortResults(e)
		}
	case []any:
		for _, e := range v {
			sortResults(e)
		}
	}
}
