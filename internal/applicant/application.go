package applicant

import (
	"slices"
	"strconv"
	"time"
)

// GrantApplicationInput is an application for a state educational grant, as a
// person gives it.
type GrantApplicationInput struct {
	Year    int32
	Choices []GrantChoiceInput // in order of priority
	Quotas  []GrantQuota
}

// GrantChoiceInput is a programme at a university, by their codes.
type GrantChoiceInput struct {
	Programme  string
	University string
}

// The rules of the competition: the first that was held under the Order of 25
// August 2023 No. 443, and how many choices an application has at most.
const (
	firstCompetition = 2024
	mostChoices      = 4
)

// Validate normalises an application of a person with these profile subjects, or
// tells what is wrong with it: then the application is empty.
//
// It has one to four programmes, each once, which ask for the person's profile
// subjects (Order No. 443). Whether a university teaches the programme is not
// known here.
func (in GrantApplicationInput) Validate(c *Catalogue, profile []Subject, now time.Time) (GrantApplicationInput, Faults) {
	var f Faults
	f.add("year", checkYear(in.Year, today(now), in.Year >= firstCompetition))
	out := GrantApplicationInput{Year: in.Year, Choices: in.choices(c, profile, &f), Quotas: in.quotas(&f)}
	if len(f) > 0 {
		return GrantApplicationInput{}, f
	}
	return out, nil
}

func (in GrantApplicationInput) choices(c *Catalogue, profile []Subject, f *Faults) []GrantChoiceInput {
	if len(in.Choices) == 0 || len(in.Choices) > mostChoices {
		f.add("choices", reasonCount)
		return nil
	}
	combination := c.combination(profile)
	f.unless(combination != nil, "choices", reasonProfile)
	choices, chosen := slices.Clone(in.Choices), []string{}
	for i := range choices {
		choices[i].Programme = NormaliseProgramme(choices[i].Programme)
		path, programme := "choices."+strconv.Itoa(i), choices[i].Programme
		f.add(path+".programme", c.checkProgramme(programme, combination, chosen))
		f.unless(c.Universities.Has(choices[i].University), path+".university", reasonUnknown)
		chosen = append(chosen, programme)
	}
	return choices
}

// checkProgramme tells what is wrong with a choice after those before it. Without
// a combination it does not ask whether the programme fits it.
func (c *Catalogue) checkProgramme(code string, combination *ProfileCombination, chosen []string) (reason string) {
	switch {
	case !c.Programmes.Has(code):
		return reasonUnknown
	case slices.Contains(chosen, code):
		return reasonDouble
	case combination != nil && !slices.Contains(c.ProgrammeCombinations[code], combination.Code):
		return reasonCombination
	default:
		return ""
	}
}

// quotas checks the quotas claimed; a wrong word or a double ends it, so that a
// long list has not as many faults.
func (in GrantApplicationInput) quotas(f *Faults) []GrantQuota {
	for i, q := range in.Quotas {
		reason := ""
		switch {
		case !q.Valid():
			reason = reasonEnum
		case slices.Contains(in.Quotas[:i], q):
			reason = reasonDouble
		}
		if reason != "" {
			f.add("quotas."+strconv.Itoa(i), reason)
			return nil
		}
	}
	return append([]GrantQuota{}, in.Quotas...)
}

// Next lists the statuses that an application may take after this one: none after
// the last. After the empty status, of an application that is yet to be made, it
// lists the first ones. No official list of statuses was found; this is the order
// in which the competition is held (Order No. 443): a grant that nobody took up
// is awarded again without a new application.
func (g GrantStatus) Next() []GrantStatus {
	switch g {
	case "":
		return []GrantStatus{GrantStatusDraft, GrantStatusSubmitted}
	case GrantStatusDraft, GrantStatusReturned:
		return []GrantStatus{GrantStatusSubmitted, GrantStatusWithdrawn}
	case GrantStatusSubmitted:
		return []GrantStatus{GrantStatusReturned, GrantStatusBelowThreshold, GrantStatusWithdrawn, GrantStatusInCompetition}
	case GrantStatusInCompetition:
		return []GrantStatus{GrantStatusAwarded, GrantStatusNotAwarded, GrantStatusWithdrawn}
	case GrantStatusNotAwarded:
		return []GrantStatus{GrantStatusAwardedOnRedistribution}
	case GrantStatusAwarded, GrantStatusAwardedOnRedistribution:
		return []GrantStatus{GrantStatusCertificateIssued, GrantStatusForfeited, GrantStatusRevoked}
	case GrantStatusCertificateIssued:
		return []GrantStatus{GrantStatusEnrolled, GrantStatusForfeited, GrantStatusRevoked}
	case GrantStatusEnrolled:
		return []GrantStatus{GrantStatusRevoked}
	default:
		return nil
	}
}

// Submit tells, of the status that the application of a year has, what keeps it
// from being submitted: empty for one that is yet to be made. A submitted one may
// be submitted anew until it is in the competition.
func (in GrantApplicationInput) Submit(from GrantStatus) (f Faults) {
	f.unless(from == GrantStatusSubmitted || slices.Contains(from.Next(), GrantStatusSubmitted), "year", reasonStatus)
	return f
}
