package proof_test

import (
	"encoding/json"
	"reflect"
)

// columns are where the values of fields come from, as far as they are known: a
// field of User has one value, one of EntResult that of one of the results.
var columns = map[string]string{
	"User.familyName": "family_name", "User.givenName": "given_name", "User.patronymic": "patronymic", "User.iin": "iin",
	"User.birthDate": "birth_date", "User.sex": "sex", "User.phone": "phone", "User.email": "email", "User.address": "address",
	"EntResult.total": "total", "EntResult.language": "language", "EntResult.testDate": "test_date", "EntResult.place": "place",
	"EntResult.testeeCode": "testee_code", "SubjectScore.score": "scores",
}

// truth are the values that a field of a person can be shown as, where that is
// known: of the person who changes it is not.
func (j *judge) truth(coordinate, category string, person int, shown string) (all []any, known bool) {
	p := j.people[person]
	if person == changing || p.n == 0 {
		return nil, false
	}
	if coordinate == "SurveyFieldAnswer.values" {
		return j.answers(p), true
	}
	column := columns[coordinate]
	values := append([]map[string]string{p.values(0, nothing)}, asMaps(p.results(0, nothing))...)
	for _, v := range values {
		v, is := v[column]
		switch {
		case !is:
		case shown == "M":
			all = append(all, masked(category, v))
		case column == "scores":
			var scores []any
			_ = json.Unmarshal([]byte("["+v[1:len(v)-1]+"]"), &scores)
			all = append(all, scores...)
		case column == "total":
			all = append(all, float64(atoi(v)))
		default:
			all = append(all, v)
		}
	}
	return all, column != ""
}

// answers are what a person answered to the surveys that their consents stand to.
func (j *judge) answers(p person) (all []any) {
	for _, a := range p.answers(0, nothing) {
		if !j.standings[p.n].surveys[a.survey] {
			continue
		}
		values := make([]any, len(a.values))
		for i, v := range a.values {
			values[i] = v
		}
		all = append(all, values)
	}
	return all
}

func contains(all []any, value any) bool {
	for _, v := range all {
		if reflect.DeepEqual(v, value) {
			return true
		}
	}
	return false
}
