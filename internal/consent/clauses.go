package consent

import (
	"regexp"
	"strings"
)

// Change is what became of one clause between two versions of the policy.
type Change struct {
	Clause string // its number, such as "4.7"; empty for what stands before the first
	Was    string // empty if the clause is new
	Is     string // empty if the clause is gone
}

// clauseNumber is how a line begins a clause: "4.7. Запрос…", "- 3.1.1. для…".
var clauseNumber = regexp.MustCompile(`^\s*(?:- )?(\d+(?:\.\d+)*)\.\s`)

// Diff tells what changed from one text of the policy to another: clauses
// changed or new in the order of the new text, then those gone in the order of
// the old. A text laid out otherwise, in the same words, is the same text.
func Diff(oldText, newText string) []Change {
	was, is := clausesOf(oldText), clausesOf(newText)
	var changes []Change
	for _, number := range is.numbers {
		if was.text[number] != is.text[number] {
			changes = append(changes, Change{Clause: number, Was: was.text[number], Is: is.text[number]})
		}
	}
	for _, number := range was.numbers {
		if _, kept := is.text[number]; !kept {
			changes = append(changes, Change{Clause: number, Was: was.text[number]})
		}
	}
	return changes
}

type clauses struct {
	numbers []string
	text    map[string]string
}

// clausesOf reads a text's clauses, each with its words one space apart. Two
// of one number are read as one.
func clausesOf(text string) clauses {
	c := clauses{text: map[string]string{}}
	number := ""
	for line := range strings.Lines(text) {
		if begins := clauseNumber.FindStringSubmatch(line); begins != nil {
			number, line = begins[1], line[len(begins[0]):]
		}
		c.add(number, strings.Fields(line))
	}
	return c
}

func (c *clauses) add(number string, words []string) {
	if len(words) == 0 {
		return
	}
	if _, known := c.text[number]; known {
		words = append([]string{c.text[number]}, words...)
	} else {
		c.numbers = append(c.numbers, number)
	}
	c.text[number] = strings.Join(words, " ")
}
