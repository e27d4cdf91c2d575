package demo

import (
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

func grantProgrammes() []programme {
	return []programme{
		{"B001", "6B01", "BIO_GEO", 245},
		{"B002", "6B01", "BIO_GEO", 170},
		{"B003", "6B01", "BIO_GEO", 340},
		{"B004", "6B01", "CREATIVE", 45},
		{"B005", "6B01", "CREATIVE", 250},
		{"B006", "6B01", "CREATIVE", 105},
		{"B007", "6B01", "CREATIVE", 90},
		{"B008", "6B01", "WHIST_GEO", 73},
		{"B009", "6B01", "MATH_PHYS", 820},
		{"B010", "6B01", "MATH_PHYS", 254},
		{"B011", "6B01", "MATH_INF", 414},
		{"B012", "6B01", "BIO_CHEM", 249},
		{"B013", "6B01", "BIO_CHEM", 212},
		{"B014", "6B01", "WHIST_GEO", 203},
		{"B015", "6B01", "WHIST_GEO", 188},
		{"B016", "6B01", "KAZ_LANG_LIT", 330},
		{"B017", "6B01", "RUS_LANG_LIT", 320},
		{"B018", "6B01", "FL_WHIST", 380},
		{"B019", "6B01", "BIO_GEO", 292},
		{"B020", "6B01", "BIO_GEO", 782},
		{"B021", "6B02", "CREATIVE", 24},
		{"B023", "6B02", "CREATIVE", 66},
		{"B027", "6B02", "CREATIVE", 28},
		{"B028", "6B02", "CREATIVE", 55},
		{"B029", "6B02", "CREATIVE", 91},
		{"B030", "6B02", "CREATIVE", 48},
		{"B031", "6B02", "CREATIVE", 200},
		{"B032", "6B02", "WHIST_GEO", 110},
		{"B033", "6B02", "CREATIVE", 144},
		{"B034", "6B02", "WHIST_GEO", 130},
		{"B035", "6B02", "FL_WHIST", 40},
		{"B036", "6B02", "FL_WHIST", 170},
		{"B037", "6B02", "KAZ_LANG_LIT RUS_LANG_LIT", 165},
		{"B038", "6B03", "MATH_GEO", 164},
		{"B039", "6B03", "FL_WHIST", 84},
		{"B040", "6B03", "FL_WHIST", 150},
		{"B041", "6B03", "BIO_GEO", 240},
		{"B042", "6B03", "CREATIVE", 259},
		{"B043", "6B03", "KAZ_LANG_LIT RUS_LANG_LIT", 110},
		{"B044", "6B04", "MATH_GEO", 309},
		{"B045", "6B04", "MATH_GEO", 130},
		{"B046", "6B04", "MATH_GEO", 287},
		{"B047", "6B04", "MATH_GEO", 200},
		{"B048", "6B04", "MATH_GEO", 30},
		{"B049", "6B04", "WHIST_LAW", 200},
		{"B050", "6B05", "BIO_CHEM", 825},
		{"B051", "6B05", "BIO_GEO", 786},
		{"B052", "6B05", "MATH_GEO", 1177},
		{"B053", "6B05", "BIO_CHEM", 1250},
		{"B054", "6B05", "MATH_PHYS", 1150},
		{"B055", "6B05", "MATH_PHYS", 901},
		{"B056", "6B05", "MATH_PHYS", 1300},
		{"B057", "6B06", "MATH_INF", 4602},
		{"B058", "6B06", "MATH_INF", 1960},
		{"B059", "6B06", "MATH_PHYS", 956},
		{"B060", "6B07", "CHEM_PHYS", 430},
		{"B061", "6B07", "MATH_PHYS", 230},
		{"B062", "6B07", "MATH_PHYS", 1078},
		{"B063", "6B07", "MATH_PHYS", 1070},
		{"B064", "6B07", "MATH_PHYS", 1174},
		{"B065", "6B07", "MATH_PHYS", 793},
		{"B066", "6B07", "MATH_PHYS", 145},
		{"B067", "6B07", "MATH_PHYS", 330},
		{"B068", "6B07", "BIO_CHEM", 933},
		{"B069", "6B07", "MATH_PHYS", 179},
		{"B070", "6B07", "MATH_PHYS", 419},
		{"B071", "6B07", "MATH_PHYS", 1251},
		{"B072", "6B07", "BIO_CHEM", 160},
		{"B073", "6B07", "CREATIVE", 502},
		{"B074", "6B07", "MATH_PHYS", 1018},
		{"B075", "6B07", "MATH_GEO", 230},
		{"B076", "6B07", "MATH_PHYS", 220},
		{"B077", "6B08", "BIO_CHEM", 355},
		{"B078", "6B08", "BIO_CHEM", 395},
		{"B079", "6B08", "BIO_GEO", 189},
		{"B080", "6B08", "BIO_CHEM", 125},
		{"B082", "6B08", "MATH_PHYS", 281},
		{"B083", "6B09", "BIO_CHEM", 723},
		{"B084", "6B10", "BIO_CHEM", 19},
		{"B085", "6B10", "BIO_CHEM", 68},
		{"B090", "6B11", "BIO_GEO", 430},
		{"B091", "6B11", "GEO_FL", 350},
		{"B092", "6B11", "CREATIVE", 200},
		{"B093", "6B11", "GEO_FL", 327},
		{"B094", "6B11", "MATH_PHYS", 100},
		{"B095", "6B11", "MATH_GEO", 200},
		{"B098", "6B11", "CREATIVE", 20},
		{"B126", "6B07", "MATH_PHYS", 870},
		{"B134", "6B02", "WHIST_GEO", 65},
		{"B135", "6B02", "FL_WHIST", 79},
		{"B140", "6B03", "FL_WHIST", 161},
		{"B142", "6B03", "CREATIVE", 20},
		{"B145", "6B04", "MATH_GEO", 22},
		{"B157", "6B06", "MATH_INF", 300},
		{"B158", "6B06", "MATH_INF", 32},
		{"B161", "6B07", "MATH_PHYS", 50},
		{"B162", "6B07", "MATH_PHYS", 400},
		{"B165", "6B07", "MATH_PHYS", 140},
		{"B166", "6B07", "MATH_PHYS", 270},
		{"B167", "6B07", "MATH_PHYS", 175},
		{"B171", "6B07", "MATH_PHYS", 239},
		{"B172", "6B07", "MATH_PHYS", 20},
		{"B173", "6B07", "MATH_PHYS", 100},
		{"B175", "6B07", "MATH_PHYS", 100},
		{"B176", "6B07", "MATH_PHYS", 215},
		{"B183", "6B08", "MATH_PHYS", 447},
		{"B234", "6B02", "FL_WHIST", 51},
		{"B265", "6B07", "MATH_PHYS", 30},
		{"B271", "6B07", "MATH_PHYS", 120},
		{"BM086", "6B10", "BIO_CHEM", 1501},
		{"BM088", "6B10", "BIO_CHEM", 485},
		{"BM089", "6B10", "BIO_CHEM", 146},
	}
}
