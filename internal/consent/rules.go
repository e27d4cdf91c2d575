package consent

import (
	"cmp"
	"slices"

	"joo.kz/kelisim/internal/privacy"
)

// RuleLine is one cell of the rules of a policy version: that an audience may
// read a category for a purpose, how, and on which basis.
type RuleLine struct {
	Audience  privacy.Audience
	Purpose   privacy.Purpose
	Category  privacy.Category
	Treatment privacy.Treatment
	Basis     privacy.Basis
	ByDefault bool // part of what one press of the button gives
}

// Rules are what a policy version allows, in the schema's order, each cell once.
// What no line opens it does not allow.
type Rules []RuleLine

// RulesInForce are the rules of the schema that this program was built from.
func RulesInForce() Rules {
	var r Rules
	for _, a := range privacy.Audiences() {
		for _, p := range privacy.Purposes() {
			r = append(r, inForce(a, p)...)
		}
	}
	return r
}

func inForce(a privacy.Audience, p privacy.Purpose) Rules {
	var r Rules
	d := privacy.Decide(a, p)
	for _, c := range privacy.Categories() {
		if rule := d.Rule(c); rule.Basis != 0 {
			r = append(r, RuleLine{
				Audience: a, Purpose: p, Category: c,
				Treatment: rule.Treatment, Basis: rule.Basis, ByDefault: rule.ByDefault,
			})
		}
	}
	return r
}

// Allows is what these rules let an audience read for a purpose: in full, and
// masked. What implies something that is not allowed in full is not allowed.
func (r Rules) Allows(a privacy.Audience, p privacy.Purpose) (full, masked privacy.Set) {
	start, _ := slices.BinarySearchFunc(r, RuleLine{Audience: a, Purpose: p}, byCell)
	for _, l := range r[start:] {
		if l.Audience != a || l.Purpose != p {
			break
		}
		switch l.Treatment {
		case privacy.Full:
			full |= privacy.SetOf(l.Category)
		case privacy.Masked:
			masked |= privacy.SetOf(l.Category)
		}
	}
	return full.Closed(), masked
}

// rule finds the line of a cell.
func (r Rules) rule(cell RuleLine) (RuleLine, bool) {
	i, found := slices.BinarySearchFunc(r, cell, byCell)
	if !found {
		return RuleLine{}, false
	}
	return r[i], true
}

func byCell(a, b RuleLine) int {
	return cmp.Or(
		cmp.Compare(a.Audience, b.Audience),
		cmp.Compare(a.Purpose, b.Purpose),
		cmp.Compare(a.Category, b.Category),
	)
}

func sameCell(a, b RuleLine) bool { return byCell(a, b) == 0 }
