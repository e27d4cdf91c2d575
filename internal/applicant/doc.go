// Package applicant holds the nouns of the field and their rules: a person and
// what they gave (profile, ENT results, grant applications), the lead that a
// request for a consultation makes, and the catalogue of regions, universities
// and programmes. It knows neither SQL nor GraphQL.
//
// Whatever tells something of a person is sealed ([privacy.Sealed]), and every
// object that holds such values carries the record that says which of them may
// be opened.
package applicant
