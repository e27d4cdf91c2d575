package proof_test

import (
	"slices"
	"strings"
)

// asker is a reader with the purpose that they state.
type asker struct {
	reader

	why      string
	purpose  string // none if empty
	accepted bool   // a consent of theirs to the policy stands
	lead     string // that they ask for by its id, if it is one
}

// column is that of the rows that speaks of the asker.
func (a asker) column() string { return a.audience + ":" + a.purpose }

func (a asker) String() string { return strings.TrimSpace(a.column() + " " + a.why) }

// barred is why the asker may select nothing that names an audience.
func (a asker) barred() string {
	switch {
	case a.audience == "" || (a.audience == "APP" || a.audience == "SITE") && a.person == 0:
		return "UNAUTHENTICATED"
	case a.lapsed:
		return "AUDIENCE_NOT_ALLOWED"
	default:
		return ""
	}
}

// refuse is the code with which a field is refused to the asker, or empty: the
// first that applies.
func (a asker) refuse(r row, personal bool) string {
	switch {
	case len(r.audience) > 0 && a.barred() != "":
		return a.barred()
	case len(r.audience) > 0 && !slices.Contains(r.audience, a.audience):
		return "AUDIENCE_NOT_ALLOWED"
	case personal:
		return a.refusePersonal(r)
	default:
		return ""
	}
}

// refusePersonal is refuse for what tells of somebody: a field, a filter or a sort key.
func (a asker) refusePersonal(r row) string {
	cell := r.cells[a.column()]
	switch {
	case a.purpose == "":
		return "PURPOSE_REQUIRED"
	case !slices.Contains(a.purposes, a.purpose):
		return "PURPOSE_NOT_REGISTERED"
	case r.category == "":
		return ""
	case cell == "" || cell == "-":
		return "NOT_PERMITTED"
	case cell == "A":
		return "AUDIENCE_NOT_ALLOWED"
	case strings.Contains("FM", cell) && a.purpose != "SUBJECT_ACCESS" && !a.accepted:
		return "POLICY_NOT_ACCEPTED"
	default:
		return ""
	}
}

// clauseOf is the clause of the policy behind a refusal: purposes are closed (3.1),
// data are used with the person's consent (1.5), and are confidential (2.1.5).
func clauseOf(code string) string {
	switch code {
	case "PURPOSE_REQUIRED", "PURPOSE_NOT_REGISTERED":
		return "3.1"
	case "POLICY_NOT_ACCEPTED":
		return "1.5"
	default:
		return "2.1.5"
	}
}

const everyPurpose = "IDENTIFICATION AUTOFILL INPUT_VALIDATION ACCESS SERVICE SUBJECT_ACCESS"

// tableAskers are one asker for each column of the policy's table.
func tableAskers() (all []asker) {
	for _, pair := range pairs() {
		audience, purpose, _ := strings.Cut(pair, ":")
		a := asker{reader: reader{audience: audience, purposes: []string{purpose}}, purpose: purpose, accepted: true}
		switch audience {
		case "APP", "SITE":
			a.person, a.purposes = owner, strings.Fields(everyPurpose)
		case "UNIVERSITY":
			a.university = "013"
		}
		all = append(all, a)
	}
	return all
}

// otherAskers are those who are refused whatever the table says.
func otherAskers() (all []asker) {
	personal := strings.Fields(everyPurpose)
	own := func(audience string, person int) reader {
		return reader{audience: audience, person: person, purposes: personal}
	}
	university := reader{audience: "UNIVERSITY", university: "013", purposes: []string{"CONSULTATION"}}
	lapsed, other := university, university
	lapsed.lapsed = true
	other.purposes = []string{"CONSULTATION", "SERVICE"}
	narrow, odd := own("SITE", owner), own("APP", owner)
	narrow.purposes, odd.purposes = []string{"ACCESS"}, append(personal, "CONSULTATION")
	add := func(why string, r reader, purpose string, accepted bool) {
		all = append(all, asker{reader: r, why: why, purpose: purpose, accepted: accepted})
	}
	for _, r := range []reader{own("APP", owner), own("SITE", owner), university} {
		add("without a purpose", r, "", true)
	}
	add("not registered for it", narrow, "SERVICE", true)
	add("not registered for it", own("APP", owner), "CONSULTATION", true)
	add("not registered for it", university, "SERVICE", true)
	add("registered for what is another audience's", odd, "CONSULTATION", true)
	add("registered for what is another audience's", other, "SERVICE", true)
	add("agreement over", lapsed, "CONSULTATION", true)
	add("nobody", reader{}, "SUBJECT_ACCESS", true)
	add("nobody", reader{}, "CONSULTATION", true)
	add("nobody signed in", reader{audience: "APP", purposes: personal}, "SUBJECT_ACCESS", true)
	for _, audience := range []string{"APP", "SITE"} {
		for _, purpose := range personal {
			add("accepted nothing", own(audience, stranger), purpose, false)
		}
	}
	add("withdrew the policy", own("APP", leaver), "SERVICE", false)
	add("policy expired", own("SITE", lapser), "AUTOFILL", false)
	return all
}
