package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// Submissions at once make one application of the year, with the choices of one of
// them and the history of all.
func TestSubmissionsAtOnceAreOne(t *testing.T) {
	const submissions = 12
	a := newAPI(t, people)
	a.linger("insert_grant_choices")
	answers := make([]string, submissions)
	together(submissions, func(i int) {
		answers[i] = a.ask(person(privacy.App, borisID), fmt.Sprintf(`mutation @purpose(is: SUBJECT_ACCESS) { submitGrantApplication(
			input: {year: 2026, choices: [{programme: "B06%d", university: "013"}, {programme: "B059", university: "190"}]}) { status } }`, 1+i%2))
	})
	for _, answer := range answers {
		if !strings.Contains(answer, `"status":"SUBMITTED"`) {
			t.Error(answer)
		}
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM grant_application WHERE user_id = '` + borisID + `'`:  1,
		`SELECT count(*) FROM grant_choice WHERE user_id = '` + borisID + `'`:       2,
		`SELECT count(*) FROM grant_status_event WHERE user_id = '` + borisID + `'`: submissions,
	} {
		if got := a.count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// A draft reads no value that its purpose does not open: the columns of a refused
// field are in no statement.
func TestDraftReadsWhatItShows(t *testing.T) {
	a := newAPI(t, people)
	_, statements := a.asked(person(privacy.Site, full), `query @purpose(is: AUTOFILL) {
		grantApplicationDraft(year: 2026) { applicant { givenName iin address } result { total testDate place testeeCode } } }`)
	for coordinate, read := range map[string]bool{
		"User.givenName": true, "EntResult.total": true,
		"User.iin": false, "User.address": false, "EntResult.testDate": false, "EntResult.place": false, "EntResult.testeeCode": false,
	} {
		if places[coordinate][0].read(statements) != read {
			t.Errorf("%s: read is %v", coordinate, !read)
		}
	}
}
