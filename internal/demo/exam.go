package demo

import (
	"fmt"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// sitting is one opportunity to take the ENT.
type sitting struct {
	year    int
	session applicant.EntSession
	from    time.Time
	days    int
	share   int // how many of 1000 with a result have their best from it
	also    int // how many of 1000 with a better result took it too
}

// sittings are those of 2026, with the two attempts of the main session apart,
// and the main session of 2025.
func sittings() []sitting {
	return []sitting{
		{2026, applicant.EntSessionMain, day(2026, time.May, 10), 31, 600, 100},
		{2026, applicant.EntSessionMain, day(2026, time.June, 10), 31, 280, 60},
		{2026, applicant.EntSessionJanuary, day(2026, time.January, 10), 32, 40, 280},
		{2026, applicant.EntSessionMarch, day(2026, time.March, 1), 37, 40, 240},
		{2026, applicant.EntSessionAugust, day(2026, time.August, 10), 11, 40, 20},
		{2025, applicant.EntSessionMain, day(2025, time.May, 16), 53, 0, 30},
	}
}

// mostResults is how many results a person has at most.
const mostResults = 3

// examine gives most people results, the best of which is distributed as
// published, and profile subjects to all who have results and some who have not.
func (g *generator) examine(p *person) {
	examined := g.in1000(920)
	if examined || g.in1000(600) {
		p.ProfileSubjects = p.combination.profile
	}
	if !examined {
		return
	}
	sat := g.sat()
	p.best = g.total(p.combination)
	p.competes = sat[0].year == 2026 && sat[0].session == applicant.EntSessionMain
	total := p.best
	for _, s := range sat {
		g.out.EntResults = append(g.out.EntResults, g.result(p, s, total))
		total = p.best - g.IntN(16)
	}
}

// sat draws the sittings that a person took, that of the best result first.
func (g *generator) sat() []sitting {
	taken := []sitting{g.sittings.draw(g.source)}
	for _, s := range g.sittings.items {
		if s != taken[0] && g.in1000(s.also) && len(taken) < mostResults {
			taken = append(taken, s)
		}
	}
	return taken
}

// total draws the best total of a person: a quarter have less than the lowest
// published band, the others are distributed over the bands as published.
func (g *generator) total(c combination) int {
	if g.in1000(250) {
		return max(g.within(20, leastTotal-1), g.within(20, leastTotal-1))
	}
	b := newUrn(c.bands(), func(b band) int { return b.takers }).draw(g.source)
	return min(g.within(b.low, b.high), c.maximum())
}

func (g *generator) result(p *person, s sitting, total int) EntResult {
	papers := p.combination.papers()
	r := EntResult{
		UserID: p.UserID, ID: g.uuid(), Year: s.year, Session: s.session, Total: total,
		Language: p.language, Scores: g.split(total, papers),
	}
	for _, paper := range papers {
		r.Subjects = append(r.Subjects, paper.subject)
	}
	if g.in1000(970) {
		r.TestDate = new(s.from.AddDate(0, 0, g.IntN(s.days)))
		r.Place = new(fmt.Sprintf("ППЕНТ № %d, %s", g.within(1, 40), p.home.town))
	}
	if g.in1000(950) {
		r.TesteeCode = new(g.testeeCode())
	}
	return r
}

// testeeCode issues the next code, all of them of the block 99xxxxxxx.
func (g *generator) testeeCode() string {
	g.codes++
	return fmt.Sprintf("99%07d", g.codes)
}

// paper is a part of the ENT.
type paper struct {
	subject   applicant.Subject
	maximum   int
	threshold int
}

// papers are the parts of the ENT in the order of the certificate. Whoever takes
// the creative examinations takes no mathematical literacy.
func (c combination) papers() []paper {
	papers := []paper{{applicant.SubjectHistoryKz, 20, 5}}
	if c.code != "CREATIVE" {
		papers = append(papers, paper{applicant.SubjectMathLit, 10, 3})
	}
	return append(papers, paper{applicant.SubjectReadLit, 10, 3},
		paper{c.profile[0], 50, 5}, paper{c.profile[1], 50, 5})
}

// maximum is the highest total.
func (c combination) maximum() int {
	sum := 0
	for _, p := range c.papers() {
		sum += p.maximum
	}
	return sum
}

// split draws scores that add up to the total. Nobody with the least total of the
// competition or more is below the threshold of a paper.
func (g *generator) split(total int, papers []paper) []int64 {
	scores := g.evenly(total, papers)
	for range 2 * len(papers) {
		from, to := g.IntN(len(papers)), g.IntN(len(papers))
		least := 0
		if total >= leastTotal {
			least = papers[from].threshold
		}
		moved := min(g.IntN(8), scores[from]-least, papers[to].maximum-scores[to])
		scores[from] -= moved
		scores[to] += moved
	}
	all := make([]int64, len(scores))
	for i, score := range scores {
		all[i] = int64(score)
	}
	return all
}

// evenly gives each paper its part of the total.
func (g *generator) evenly(total int, papers []paper) []int {
	whole := 0
	for _, p := range papers {
		whole += p.maximum
	}
	scores, left := make([]int, len(papers)), total
	for i, p := range papers {
		scores[i] = total * p.maximum / whole
		left -= scores[i]
	}
	for left > 0 {
		if i := g.IntN(len(papers)); scores[i] < papers[i].maximum {
			scores[i]++
			left--
		}
	}
	return scores
}
