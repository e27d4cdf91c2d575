package proof_test

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// model is what consents are said to be: the policy and the law read once more, as
// naively as can be. It keeps what happened, searches lists, and shares no code with
// internal/consent, internal/privacy or the statements.
type model struct {
	oracle     oracle
	implies    map[string][]string // what a category tells, and what that tells
	now        time.Time
	versions   []version
	ends       map[string]time.Time // of a university's agreement, if it has an end
	restricted map[int]bool
	consents   []*given // in the order in which they were given
}

// version of the policy, with its table: category → AUDIENCE:PURPOSE → cell.
type version struct {
	from  time.Time
	table map[string]map[string]string
}

// given is a consent.
type given struct {
	id, lead, basis, to     string // to a university or a survey
	person, version         int
	abroad, renewed, closed bool // closed: that it has expired is written down
	covers, scopes          []string
	at, until, withdrawn    time.Time
	history                 []happened
	programme, answer       string    // what the lead, or the answer to the survey, says now
	answered                time.Time // when
	refusals                []refused
}

// refused is the operator's answer that it goes on with what was withdrawn.
type refused struct {
	at     time.Time
	scopes []string
}

// happened is an event of a consent.
type happened struct {
	at             time.Time
	state, channel string
	scopes, covers []string
	until          time.Time
	version        int
}

// terms of the stage, so short that they end within a history.
var terms = map[string]time.Duration{"POLICY_CONSENT": 4 * day, "CONSULTATION_CONSENT": 3 * day, "SURVEY_CONSENT": 5 * day}

const day = 24 * time.Hour

// asks are the scopes that a consent is given to. A consultation stands on all of
// them, anything else on PROCESSING.
func (c *given) asks() []string {
	all := []string{"COLLECTION", "PROCESSING", "THIRD_PARTIES", "CROSS_BORDER"}
	switch {
	case c.basis != "CONSULTATION_CONSENT":
		return all[:2]
	case !c.abroad:
		return all[:3]
	}
	return all
}

func (c *given) needs(scope string) bool {
	return slices.Contains(c.asks(), scope) && (c.basis == "CONSULTATION_CONSENT" || scope == "PROCESSING")
}

func (m *model) over(c *given) bool { return !m.now.Before(c.until) }

func (m *model) stands(c *given) bool { return c.withdrawn.IsZero() && !m.over(c) }

// state is where a consent stands, as the person is told.
func (m *model) state(c *given) string {
	switch {
	case !c.withdrawn.IsZero():
		return "WITHDRAWN"
	case m.over(c):
		return "EXPIRED"
	case c.renewed:
		return "RENEWED"
	default:
		return "GIVEN"
	}
}

func (m *model) happen(c *given, state, channel string, scopes []string, until time.Time) {
	c.history = append(c.history, happened{m.now, state, channel, slices.Clone(scopes), slices.Clone(c.covers), until, c.version})
}

// inForce is the number of the policy version in force: the last that takes effect.
func (m *model) inForce() (number int) {
	for i, v := range m.versions {
		if !m.now.Before(v.from) {
			number = i + 1
		}
	}
	return number
}

// accepted is the consent to the policy that counts: of those that stand, the one
// given last, and of those the one to the later version; nil where none stands.
func (m *model) accepted(person int) (last *given) {
	for _, c := range m.consents {
		if c.person == person && c.basis == "POLICY_CONSENT" && m.stands(c) &&
			(last == nil || c.at.After(last.at) || c.at.Equal(last.at) && c.version > last.version) {
			last = c
		}
	}
	return last
}

func (m *model) agreed(university string) bool {
	end, ends := m.ends[university]
	return !ends || m.now.Before(end)
}

// shows is how a category is shown where both the schema's table and a version's
// have to allow it: F, M, or nothing. In full it takes that all it tells is in full.
func (m *model) shows(number int, column, category string) string {
	rule, cell := m.oracle.rules[category][column], m.versions[number-1].table
	full := !slices.ContainsFunc(slices.Concat(m.implies[category], []string{category}), func(c string) bool { return !strings.Contains("FDC", cell[c][column]) })
	maskable := slices.Contains(strings.Fields("FAMILY_NAME GIVEN_NAME PATRONYMIC IIN TESTEE_CODE PHONE EMAIL"), category)
	switch {
	case rule == "-":
		return ""
	case full && rule == "M", strings.HasPrefix(cell[category][column], "M") && maskable:
		return "M"
	case full:
		return "F"
	default:
		return ""
	}
}

// wider tells whether the version in force shows any of these categories that an
// earlier one does not.
func (m *model) wider(number int, column string, categories []string) bool {
	return slices.ContainsFunc(categories, func(c string) bool { return m.shows(number, column, c) == "" && m.shows(m.inForce(), column, c) != "" })
}

// give gives a consent, or renews the one to the same that stands. What is found to
// be over on the way is written down. It returns the consent.
func (m *model) give(g given, channel string) *given {
	c := &g
	for _, old := range m.consents {
		switch {
		case old.person != g.person || old.basis != g.basis || old.to != g.to || old.closed || !old.withdrawn.IsZero():
		case old.basis == "POLICY_CONSENT" && old.version != g.version:
		case m.over(old):
			old.closed = true
			m.happen(old, "EXPIRED", "CLOCK", old.scopes, time.Time{})
		default:
			c = old
			c.renewed, c.version, c.covers = true, g.version, m.closed(slices.Concat(old.covers, g.covers))
		}
	}
	if c == &g {
		c.at, c.covers, m.consents = m.now, m.closed(c.covers), append(m.consents, c)
	}
	c.scopes, c.until = c.asks(), m.now.Add(terms[c.basis])
	m.happen(c, m.state(c), channel, c.scopes, c.until)
	return c
}

// closed is a set of categories with all that they tell, in the table's order.
func (m *model) closed(set []string) (all []string) {
	for _, c := range m.oracle.categories {
		if slices.Contains(set, c) || slices.ContainsFunc(set, func(other string) bool { return slices.Contains(m.implies[other], c) }) {
			all = append(all, c)
		}
	}
	return all
}

// withdraw withdraws a consent for some scopes, or all of it by naming none; of the
// policy also what goes with it.
func (m *model) withdraw(c *given, scopes []string, channel string) {
	m.take(c, scopes, channel)
	named := func(scope string) bool { return len(scopes) == 0 || slices.Contains(scopes, scope) }
	for _, other := range m.consents {
		switch {
		case c.basis != "POLICY_CONSENT" || other.person != c.person || other == c || other.closed || m.over(other):
		case other.basis == "POLICY_CONSENT":
			m.take(other, scopes, channel)
		case named("PROCESSING"), other.basis == "CONSULTATION_CONSENT" && (named("THIRD_PARTIES") || other.abroad && named("CROSS_BORDER")):
			m.take(other, nil, channel)
		}
	}
}

func (m *model) take(c *given, scopes []string, channel string) {
	all := len(scopes) == 0 || slices.ContainsFunc(scopes, c.needs)
	gone := slices.DeleteFunc(slices.Clone(c.scopes), func(s string) bool { return !all && !slices.Contains(scopes, s) })
	if !c.withdrawn.IsZero() || len(gone) == 0 {
		return
	}
	c.scopes = slices.DeleteFunc(slices.Clone(c.scopes), func(s string) bool { return slices.Contains(gone, s) })
	if len(c.scopes) == 0 {
		c.withdrawn = m.now
	}
	m.happen(c, "WITHDRAWN", channel, gone, time.Time{})
}

// gone is what of a consent is withdrawn.
func (c *given) gone() []string {
	return slices.DeleteFunc(slices.Clone(c.asks()), func(s string) bool { return slices.Contains(c.scopes, s) })
}

// edition is the table of a version: the schema's with some cells of its own.
func (m *model) edition(from time.Time, cells map[[2]string]string) version {
	v := version{from: from, table: map[string]map[string]string{}}
	for category, row := range m.oracle.rules {
		v.table[category] = maps.Clone(row)
	}
	for at, cell := range cells {
		v.table[at[0]][at[1]] = cell
	}
	return v
}
