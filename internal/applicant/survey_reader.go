package applicant

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// surveyReader reads a survey and gathers what is wrong with it.
type surveyReader struct{ faults SurveyFaults }

func (r *surveyReader) fault(n node, field, reason string) {
	r.faults = append(r.faults, SurveyFault{n.line, strings.TrimPrefix(field, "."), reason})
}

// object reads the members of an object: each once, all of those named but the
// ones with a question mark, and no other. What is not there is nil.
func (r *surveyReader) object(n node, field string, names ...string) map[string]*node {
	all := map[string]*node{}
	if n.token != json.Delim('{') {
		r.fault(n, field, "is not an object")
		return all
	}
	for i := range n.members {
		m := &n.members[i]
		at := node{line: m.line}
		switch {
		case !slices.Contains(names, m.name) && !slices.Contains(names, m.name+"?"):
			r.fault(at, field+"."+m.name, "is not known here")
		case all[m.name] != nil:
			r.fault(at, field+"."+m.name, "is given twice")
		default:
			all[m.name] = &m.value
		}
	}
	for _, name := range names {
		if all[name] == nil && !strings.HasSuffix(name, "?") {
			r.fault(n, field+"."+name, "is missing")
		}
	}
	return all
}

// list reads a list that is not empty and not too long; nil stands for one that
// is missing, of which has been told.
func (r *surveyReader) list(n *node, field string, fewest, most int) []node {
	switch {
	case n == nil:
		return nil
	case n.token != json.Delim('['):
		r.fault(*n, field, "is not a list")
		return nil
	case len(n.elements) == 0:
		r.fault(*n, field, "is empty")
	case len(n.elements) < fewest || len(n.elements) > most:
		r.fault(*n, field, fmt.Sprintf("has %d elements, not %d to %d", len(n.elements), fewest, most))
	}
	return n.elements
}

// text reads a text of one line.
func (r *surveyReader) text(n *node, field string, most int) string {
	if n == nil {
		return ""
	}
	s, is := n.token.(string)
	if !is {
		r.fault(*n, field, "is not a text")
		return ""
	}
	normal, reason := line(s, most)
	switch reason {
	case reasonEmpty:
		r.fault(*n, field, "is empty")
	case reasonLength:
		r.fault(*n, field, fmt.Sprintf("has more than %d characters", most))
	case reasonCharacter:
		r.fault(*n, field, "has a character that is not seen")
	}
	return normal
}

func (r *surveyReader) words(n *node, field string, most int) (w Words) {
	if n == nil {
		return w
	}
	o := r.object(*n, field, strings.Fields(languagesOfWords)...)
	w.Kk = r.text(o["kk"], field+".kk", most)
	w.Ru = r.text(o["ru"], field+".ru", most)
	w.En = r.text(o["en"], field+".en", most)
	return w
}

// surveyID is what surveys, questions and choices are called by.
var surveyID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// IsSurveyID tells whether a survey may be called so.
func IsSurveyID(s string) bool { return len(s) <= longestSurveyID && surveyID.MatchString(s) }

func (r *surveyReader) id(n *node, field string) string {
	id := r.text(n, field, longestSurveyID)
	if id != "" && !surveyID.MatchString(id) {
		r.fault(*n, field, "is not of small Latin letters, digits and single hyphens")
	}
	return id
}

// ids reads the id of one of several, which no other has.
func (r *surveyReader) ids(n *node, field string, taken *[]string) string {
	id := r.id(n, field)
	if id != "" && slices.Contains(*taken, id) {
		r.fault(*n, field, "is taken by another one before")
	}
	*taken = append(*taken, id)
	return id
}
