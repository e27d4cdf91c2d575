package privacy

import (
	"math/bits"
	"strings"
)

// Set is a set of categories, one bit each.
type Set uint32

// SetOf is the set of the categories given.
func SetOf(cs ...Category) Set {
	var s Set
	for _, c := range cs {
		s |= bit(c)
	}
	return s
}

// Has tells whether c is in the set. No set has an unknown category.
func (s Set) Has(c Category) bool { return s&bit(c) != 0 }

// Len counts the set's categories.
func (s Set) Len() int { return bits.OnesCount32(uint32(s)) }

// Categories lists the set in the schema's order.
func (s Set) Categories() []Category {
	cs := make([]Category, 0, s.Len())
	for c := Category(1); c <= categories; c++ {
		if s.Has(c) {
			cs = append(cs, c)
		}
	}
	return cs
}

func (s Set) String() string {
	names := make([]string, 0, s.Len())
	for _, c := range s.Categories() {
		names = append(names, c.String())
	}
	return strings.Join(names, ",")
}

// Closure is the set with everything that its categories imply: what a consent
// to the set really gives away.
func (s Set) Closure() Set {
	closed := s
	for _, c := range s.Categories() {
		closed |= implied[c]
	}
	return closed
}

// Closed is the greatest part of the set that is closed under implication: a
// category whose implications are not all in the set is left out of it.
func (s Set) Closed() Set {
	closed := s
	for _, c := range s.Categories() {
		if implied[c]&^s != 0 {
			closed &^= bit(c)
		}
	}
	return closed
}

// Implied is what knowing a value of the category reveals, itself apart.
func (c Category) Implied() Set {
	if c > categories {
		return 0
	}
	return implied[c]
}

func bit(c Category) Set {
	if c == 0 || c > categories {
		return 0
	}
	return 1 << c
}
