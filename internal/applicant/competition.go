package applicant

import (
	"slices"
	"time"
)

// GrantRecord is an application for a state educational grant as those who hold
// the competition tell it: what was applied for, how far it has come, and what it
// won.
type GrantRecord struct {
	GrantApplicationInput

	Status GrantStatus
	Award  *GrantAwardInput // nil where no grant was awarded
}

// GrantAwardInput is the grant that an application won.
type GrantAwardInput struct {
	Priority int32       // of the choice that won, from 1
	Quota    *GrantQuota // nil for the general competition
}

// Validate normalises a record of a person with these profile subjects, whose
// application of that year has a status (the empty one if it is yet to be made), or
// tells what is wrong with it: then the record is empty.
//
// An application is one that the person could have given; its status is one that it
// may have come to, however many steps that takes; and it has an award if there is
// one with that status.
func (r GrantRecord) Validate(c *Catalogue, profile []Subject, from GrantStatus, now time.Time) (GrantRecord, Faults) {
	in, f := r.GrantApplicationInput.Validate(c, profile, now)
	f.add("status", r.checkStatus(from))
	r.checkAward(&f)
	if len(f) > 0 {
		return GrantRecord{}, f
	}
	return GrantRecord{in, r.Status, r.Award}, nil
}

func (r GrantRecord) checkStatus(from GrantStatus) (reason string) {
	switch {
	case !r.Status.Valid():
		return reasonEnum
	case from != "" && !from.comesTo(r.Status):
		return reasonStatus
	default:
		return ""
	}
}

// comesTo tells whether an application of this status may be found in another, or
// in the same, later.
func (g GrantStatus) comesTo(other GrantStatus) bool {
	reached := []GrantStatus{g}
	for i := 0; i < len(reached); i++ {
		for _, next := range reached[i].Next() {
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	return slices.Contains(reached, other)
}

func (r GrantRecord) checkAward(f *Faults) {
	switch {
	case r.Award == nil && r.Status.won():
		f.add("award.priority", reasonEmpty)
	case r.Award == nil:
	case r.Status.Valid() && !r.Status.won():
		f.add("award.priority", reasonStatus)
	default:
		f.unless(1 <= r.Award.Priority && int(r.Award.Priority) <= len(r.Choices), "award.priority", reasonRange)
		f.add("award.quota", r.checkAwardQuota())
	}
}

// checkAwardQuota tells what is wrong with the quota that an award is under: it is
// one that was claimed.
func (r GrantRecord) checkAwardQuota() (reason string) {
	switch q := r.Award.Quota; {
	case q == nil, slices.Contains(r.Quotas, *q):
		return ""
	case !q.Valid():
		return reasonEnum
	default:
		return reasonUnknown
	}
}

// won tells whether there is a grant, or was one, where an application has this
// status.
func (g GrantStatus) won() bool {
	return GrantStatusAwarded.comesTo(g) || g == GrantStatusAwardedOnRedistribution
}

// Won is the choice that a grant was awarded for; false where none was.
func (r GrantRecord) Won() (GrantChoiceInput, bool) {
	if r.Award == nil {
		return GrantChoiceInput{}, false
	}
	return r.Choices[r.Award.Priority-1], true
}
