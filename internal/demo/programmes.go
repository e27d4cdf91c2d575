package demo

import (
	_ "embed" // programmes.tsv
	"strconv"
	"strings"

	"joo.kz/kelisim/internal/applicant"
)

// combination is a pair of profile subjects.
type combination struct {
	code    string
	profile []applicant.Subject
	share   int    // of 10,000 takers
	takers  [8]int // of 2026, by band
}

// combinations are the thirteen of 2026, with their published shares and score
// bands. A tenth of all takers take the creative examinations, for which no bands
// are published: theirs are those of all others together.
func combinations() []combination {
	return []combination{
		{"MATH_PHYS", []applicant.Subject{applicant.SubjectMath, applicant.SubjectPhysics}, 1791, [8]int{13068, 4740, 3802, 3396, 1670, 1042, 477, 117}},
		{"BIO_CHEM", []applicant.Subject{applicant.SubjectBiology, applicant.SubjectChemistry}, 1683, [8]int{10149, 5089, 3998, 3476, 1813, 1294, 688, 173}},
		{"MATH_GEO", []applicant.Subject{applicant.SubjectMath, applicant.SubjectGeography}, 1107, [8]int{5499, 3222, 2845, 2546, 1436, 1088, 711, 221}},
		{"MATH_INF", []applicant.Subject{applicant.SubjectMath, applicant.SubjectInformatics}, 1044, [8]int{4585, 2709, 2746, 2886, 1673, 1168, 594, 126}},
		{"BIO_GEO", []applicant.Subject{applicant.SubjectBiology, applicant.SubjectGeography}, 1026, [8]int{6937, 3824, 2670, 1835, 613, 240, 61, 10}},
		{"FL_WHIST", []applicant.Subject{applicant.SubjectForeignLanguage, applicant.SubjectWorldHistory}, 873, [8]int{5046, 3367, 2872, 1547, 557, 261, 107, 8}},
		{"GEO_FL", []applicant.Subject{applicant.SubjectGeography, applicant.SubjectForeignLanguage}, 351, [8]int{2158, 1302, 1090, 665, 230, 88, 25, 4}},
		{"WHIST_LAW", []applicant.Subject{applicant.SubjectWorldHistory, applicant.SubjectLawBasics}, 342, [8]int{0, 0, 2455, 1550, 635, 432, 252, 63}},
		{"WHIST_GEO", []applicant.Subject{applicant.SubjectWorldHistory, applicant.SubjectGeography}, 324, [8]int{1162, 961, 1019, 962, 504, 331, 163, 29}},
		{"KAZ_LANG_LIT", []applicant.Subject{applicant.SubjectKazakhLanguage, applicant.SubjectKazakhLiterature}, 297, [8]int{720, 364, 393, 820, 829, 772, 634, 214}},
		{"RUS_LANG_LIT", []applicant.Subject{applicant.SubjectRussianLanguage, applicant.SubjectRussianLiterature}, 153, [8]int{479, 484, 510, 518, 218, 133, 36, 9}},
		{"CHEM_PHYS", []applicant.Subject{applicant.SubjectChemistry, applicant.SubjectPhysics}, 18, [8]int{139, 59, 46, 38, 16, 10, 1, 2}},
		{"CREATIVE", []applicant.Subject{applicant.SubjectCreative1, applicant.SubjectCreative2}, 1000, [8]int{49942, 26121, 24446, 20239, 10194, 6859, 3749, 976}},
	}
}

// band is a published score band.
type band struct{ low, high, takers int }

func (c combination) bands() []band {
	lows := [...]int{50, 65, 75, 86, 100, 110, 120, 130, 141}
	bands := make([]band, len(c.takers))
	for i, takers := range c.takers {
		bands[i] = band{lows[i], lows[i+1] - 1, takers}
	}
	return bands
}

// programme is a programme that grants are given for.
type programme struct {
	code         string
	field        string
	combinations string // its code, or two
	grants       int    // general grants of 2026/27
}

// medical tells whether only medical universities teach the programme.
func (p programme) medical() bool { return p.field == "6B10" }

// threshold is the least total with which one may compete for the programme.
func (p programme) threshold() int {
	switch {
	case p.field == "6B01", p.code == "B049":
		return 75
	case p.medical():
		return 70
	default:
		return leastTotal
	}
}

// The least totals to compete for a grant, at all and at a national university.
const (
	leastTotal    = 50
	leastNational = 65
)

func (p programme) takes(c combination) bool {
	return strings.Contains(" "+p.combinations+" ", " "+c.code+" ")
}

func programmesByCombination() map[string]urn[programme] {
	all := newUrn(grantProgrammes(), func(p programme) int { return p.grants })
	fit := make(map[string]urn[programme])
	for _, c := range combinations() {
		fit[c.code] = all.only(func(p programme) bool { return p.takes(c) })
	}
	return fit
}

// programmesTSV lists the programmes that have general grants in 2026/27: code,
// field, combinations, grants.
//
//go:embed programmes.tsv
var programmesTSV string

func grantProgrammes() []programme {
	var all []programme
	for line := range strings.Lines(programmesTSV) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if grants, err := strconv.Atoi(cells[3]); err == nil { // the first line has the names
			all = append(all, programme{cells[0], cells[1], cells[2], grants})
		}
	}
	return all
}
