package main

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkRules checks each @allow by itself, and that no two speak of one cell.
func (c *checker) checkRules() {
	for _, category := range values(c.schema, categoryEnum) {
		for _, allow := range category.Directives.ForNames(allowDirective) {
			c.checkAllow(category.Name, allow)
		}
	}
	c.checkSecondRules()
	c.checkSecondBases()
}

// checkSecondBases checks that an audience and purpose have one basis at most
// that depends on the record: a record stands on one.
func (c *checker) checkSecondBases() {
	first := map[cell]rule{}
	for _, r := range rules(c.schema) {
		reads := cell{audience: r.audience, purpose: r.purpose}
		other, known := first[reads]
		switch {
		case r.basis == "LAW" || r.basis == "POLICY_CONSENT":
		case !known:
			first[reads] = r
		case other.basis != r.basis:
			c.report(r.pos, categoryEnum+"."+r.category,
				fmt.Sprintf("stands on %s for %s:%s, where line %d stands on %s: a record stands on one basis", r.basis, r.audience, r.purpose, other.pos.Line, other.basis),
				"keep to one, or give the other a purpose of its own")
		}
	}
}

func (c *checker) checkSecondRules() {
	first := map[cell]rule{}
	for _, r := range rules(c.schema) {
		other, second := first[r.cell]
		if !second {
			first[r.cell] = r
			continue
		}
		c.report(r.pos, categoryEnum+"."+r.category,
			fmt.Sprintf("has a second rule for %s:%s, after the one on line %d", r.audience, r.purpose, other.pos.Line), "keep one")
	}
}

func (c *checker) checkAllow(category string, allow *ast.Directive) {
	at := categoryEnum + "." + category
	if len(rulesOf(category, allow)) == 0 {
		c.report(allow.Position, at, "has an @allow for nobody or for nothing", "name an audience and a purpose, or drop it")
	}
	if clause := text(allow, "clause"); !isClause(clause) {
		c.report(allow.Position, at, fmt.Sprintf("has an @allow whose clause %q does not look like one of the policy", clause), "name it like 3.1.1")
	}
	if text(allow, "as") == masked && !slices.Contains(withMask(), category) {
		c.report(allow.Position, at, "is MASKED, but has no mask", "show it in FULL or not at all")
	}
	if flag(allow, "byDefault") && text(allow, "on") != consultationConsent {
		c.report(allow.Position, at, "is byDefault without "+consultationConsent, "drop byDefault")
	}
}

// isClause tells whether a clause looks like one of the policy: numbers with
// dots between them.
func isClause(s string) bool {
	return regexp.MustCompile(`^[1-9][0-9]*(\.[1-9][0-9]*)+$`).MatchString(s)
}

// withMask lists the categories of which a part can be shown.
func withMask() []string {
	return []string{"FAMILY_NAME", "GIVEN_NAME", "PATRONYMIC", "IIN", "TESTEE_CODE", "PHONE", "EMAIL"}
}

// checkImplications checks that what a category reveals is open in full wherever
// the category itself is.
func (c *checker) checkImplications() {
	c.checkSelf()
	byCell := rulesByCell(c.schema)
	for _, r := range rules(c.schema) {
		if r.treatment != full {
			continue
		}
		for _, revealed := range implied(c.schema, r.category) {
			other, open := byCell[cell{r.audience, r.purpose, revealed}]
			c.checkRevealed(r, revealed, other, open)
		}
	}
}

func (c *checker) checkRevealed(r rule, revealed string, other rule, open bool) {
	if open && other.treatment == full {
		return
	}
	how := "closed"
	if open {
		how = "masked"
	}
	c.report(r.pos, categoryEnum+"."+r.category,
		fmt.Sprintf("is open to %s:%s and reveals %s, which is %s there", r.audience, r.purpose, revealed, how),
		fmt.Sprintf("open %s in full or close %s", revealed, r.category))
}

func (c *checker) checkSelf() {
	for _, category := range values(c.schema, categoryEnum) {
		implies := category.Directives.ForName(impliesDirective)
		if implies != nil && slices.Contains(words(implies, "categories"), category.Name) {
			c.report(implies.Position, categoryEnum+"."+category.Name, "@implies itself", "drop it from the list")
		}
	}
}
