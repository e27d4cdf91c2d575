package consent

import (
	"errors"
	"slices"
	"strings"

	"joo.kz/kelisim/internal/privacy"
)

// ErrRules is returned for a text that is not a table of rules.
var ErrRules = errors.New("consent: not a table of rules")

// String writes the rules as they are stored with a policy version, in the
// shape of [privacy.WriteMatrix]: categories down, AUDIENCE:PURPOSE across; F
// full, M masked, - never, D and C full on a consent to the university, D given
// by default. A cell on a basis that is not usual at its place names it after
// an equals sign, as F=LAW; a masked one that is given by default is MD.
// [ParseRules] reads it back.
func (r Rules) String() string {
	columns := r.columns()
	var b strings.Builder
	b.WriteString("category")
	for _, l := range columns {
		b.WriteString("\t" + l.Audience.String() + ":" + l.Purpose.String())
	}
	for _, c := range privacy.Categories() {
		b.WriteString("\n" + c.String())
		for _, l := range columns {
			l.Category = c
			rule, _ := r.rule(l)
			b.WriteString("\t" + rule.cell())
		}
	}
	b.WriteString("\n")
	return b.String()
}

// columns are the audiences and purposes that some line names.
func (r Rules) columns() Rules {
	var columns Rules
	for _, l := range r {
		columns = append(columns, RuleLine{Audience: l.Audience, Purpose: l.Purpose})
	}
	return slices.Compact(columns)
}

// ParseRules reads what [Rules.String] or [privacy.WriteMatrix] wrote. A
// category without a row is never shown, so that a table stays good when the
// schema grows. Anything else amiss is [ErrRules].
func ParseRules(tsv string) (Rules, error) {
	head, rows, _ := strings.Cut(tsv, "\n")
	columns, err := parseHead(head)
	if err != nil {
		return nil, err
	}
	var r Rules
	for row := range strings.Lines(rows) {
		if r, err = r.parseRow(columns, strings.TrimSuffix(row, "\n")); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(r, byCell)
	cells := len(r)
	if r = slices.CompactFunc(r, sameCell); len(r) != cells {
		return nil, ErrRules
	}
	return slices.DeleteFunc(r, func(l RuleLine) bool { return l.Basis == 0 }), nil
}

func parseHead(head string) (Rules, error) {
	names := strings.Split(head, "\t")
	if names[0] != "category" {
		return nil, ErrRules
	}
	var columns Rules
	for _, name := range names[1:] {
		audience, purpose, _ := strings.Cut(name, ":")
		a, unknownAudience := privacy.ParseAudience(audience)
		p, unknownPurpose := privacy.ParsePurpose(purpose)
		if unknownAudience != nil || unknownPurpose != nil {
			return nil, ErrRules
		}
		columns = append(columns, RuleLine{Audience: a, Purpose: p})
	}
	return columns, nil
}

// parseRow adds the lines of one category.
func (r Rules) parseRow(columns Rules, row string) (Rules, error) {
	cells := strings.Split(row, "\t")
	var c privacy.Category
	if c.UnmarshalGQL(cells[0]) != nil || len(cells) != len(columns)+1 {
		return nil, ErrRules
	}
	for i, line := range columns {
		line.Category = c
		if err := line.parseCell(cells[i+1]); err != nil {
			return nil, err
		}
		r = append(r, line)
	}
	return r, nil
}
