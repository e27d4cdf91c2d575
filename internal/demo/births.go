package demo

import (
	"fmt"
	"time"

	"joo.kz/kelisim/internal/applicant"
)

// births issues IINs, none of them twice. The block 99xx has 100 serial numbers
// for a day and a sex, so that the applicants' years of birth, from July 2007 to
// 2010, have room for some 250,000. All beyond crowded are born before them, from
// as early as it takes.
type births struct {
	first time.Time
	older int        // how many days of births are before those of the applicants' age
	used  [][2]uint8 // serials by day and sex
}

const (
	crowded = 200_000
	sparse  = 2 * 80 // births a day that always find room
	serials = 100
)

// The days of the applicants' births, counted from July 2007.
const (
	in2008 = 184
	in2009 = in2008 + 366
	in2010 = in2009 + 365
	in2011 = in2010 + 365
)

func newBirths(users int) *births {
	older := (max(0, users-crowded) + sparse - 1) / sparse
	return &births{
		first: day(2007, time.July, 1).AddDate(0, 0, -older),
		older: older,
		used:  make([][2]uint8, older+in2011),
	}
}

// draw draws the nth person's day of birth.
func (b *births) draw(s source, n int) int {
	if n >= crowded {
		return s.IntN(b.older)
	}
	switch share := s.IntN(100); {
	case share < 12:
		return b.older + s.within(0, in2008-1)
	case share < 47:
		return b.older + s.within(in2008, in2009-1)
	case share < 82:
		return b.older + s.within(in2009, in2010-1)
	default:
		return b.older + s.within(in2010, in2011-1)
	}
}

// issue issues the next IIN of a day, or of the first day after it that has one.
func (b *births) issue(birth int, sex applicant.Sex) applicant.IIN {
	for {
		if iin, ok := b.next(birth, sex); ok {
			return iin
		}
		birth = (birth + 1) % len(b.used)
	}
}

func (b *births) next(birth int, sex applicant.Sex) (applicant.IIN, bool) {
	born := b.first.AddDate(0, 0, birth)
	digit := (born.Year()/100-18)*2 + 1
	used := &b.used[birth][0]
	if sex == applicant.SexFemale {
		digit++
		used = &b.used[birth][1]
	}
	for *used < serials {
		prefix := fmt.Sprintf("%s%d99%02d", born.Format("060102"), digit, *used)
		*used++
		if iin, ok := applicant.CompleteIIN(prefix); ok {
			return iin, true
		}
	}
	return "", false
}
