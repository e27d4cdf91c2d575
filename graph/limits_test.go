package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"joo.kz/kelisim/graph"
	"joo.kz/kelisim/internal/privacy"
)

func TestEveryFieldOfTheGreatestPageIsWithinTheLimits(t *testing.T) {
	a := newLimitedAPI(t, people, graph.DefaultLimits())
	r := parse(t, a.ask(university("013"), consult+"leads(first: 500) { "+selectAll(graph.Schema(), "LeadConnection")+" } }"))
	if slices.Contains(r.codes(), string(graph.TooComplex)) {
		t.Fatal("too complex")
	}
	leads, _ := r.Data["leads"].(map[string]any)
	if nodes, _ := leads["nodes"].([]any); len(nodes) != 4 {
		t.Errorf("%d leads, want 4", len(nodes))
	}
}

// bombs are documents that are small and mean much.
func bombs() map[string]string {
	var doubling, circle, wide, same, long strings.Builder
	for i := range 40 {
		fmt.Fprintf(&doubling, "fragment F%d on User { ...F%d ...F%d } ", i, i+1, i+1)
		fmt.Fprintf(&circle, "fragment F%d on User { ...F%d ...F%d } ", i, (i+1)%40, (i+1)%40)
	}
	for i := range 60 {
		fmt.Fprintf(&wide, "fragment F%d on User { ", i)
		for j := i + 1; j <= 60; j++ {
			fmt.Fprintf(&wide, "...F%d ", j)
		}
		fmt.Fprint(&wide, "} ")
	}
	for range 3000 {
		fmt.Fprint(&same, "...F40 ")
	}
	for i := range 1000 {
		fmt.Fprintf(&long, "fragment F%d on User { iin ...F%d } ", i, (i+1)%1000)
	}
	leaf := "fragment F%d on User { givenName entResults { year } }"
	ask, other := "query @purpose(is: SERVICE) { me { ...F0 } } ", "query @purpose(is: SERVICE) { me { givenName } } "
	return map[string]string{
		"doubling": ask + doubling.String() + fmt.Sprintf(leaf, 40),
		"wide":     ask + wide.String() + fmt.Sprintf(leaf, 60),
		"circle":   ask + circle.String(),
		"same":     "query @purpose(is: SERVICE) { me { " + same.String() + "} } " + fmt.Sprintf(leaf, 40),
		"unused":   other + doubling.String() + fmt.Sprintf(leaf, 40),

		"unused, repeating itself": other + "fragment F on User { " + strings.Repeat("iin ", 6000) + "}",
		"unused, a long circle":    other + long.String(),
	}
}

func TestFragmentBombIsRefusedSoon(t *testing.T) {
	a := newLimitedAPI(t, people, graph.DefaultLimits())
	for name, document := range bombs() {
		t.Run(name, func(t *testing.T) {
			start, answered := time.Now(), make(chan string, 1)
			go func() { answered <- a.ask(person(privacy.App, full), document) }()
			select {
			case answer := <-answered:
				if took := time.Since(start); took > time.Second {
					t.Errorf("refused after %v", took)
				}
				if statements := a.listener.heard(); !strings.HasPrefix(answer, "400 ") || len(statements) > 0 {
					t.Errorf("answered %.200s after %d statements", answer, len(statements))
				}
			case <-time.After(20 * time.Second):
				t.Fatal("not refused")
			}
		})
	}
}
