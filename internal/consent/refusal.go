package consent

import "errors"

var (
	// ErrNotAccepted is returned where the person has no standing consent to the
	// policy that covers what is asked.
	ErrNotAccepted = errors.New("consent: the policy is not accepted")
	// ErrNoAgreement is returned for a university that no agreement in force lets
	// read anybody.
	ErrNoAgreement = errors.New("consent: the university has no agreement in force")
	// ErrAbroad is returned for a university that keeps its data abroad, where the
	// person has not agreed to that (94-V, art. 8 p. 4 pp. 5, art. 16).
	ErrAbroad = errors.New("consent: the university keeps its data abroad")
	// ErrNoConsent is returned for a consent that the person does not have.
	ErrNoConsent = errors.New("consent: no such consent")
	// ErrNoSurvey is returned for a survey that cannot be answered: there is none
	// such, it is over, or the policy in force lets nothing be done with answers.
	ErrNoSurvey = errors.New("consent: no such survey is open")
	// ErrSurveyVersion is returned for answers to a version of a survey that is not
	// the latest: the person was shown another purpose, or other questions.
	ErrSurveyVersion = errors.New("consent: not the latest version of the survey")
	// ErrSurveyPublished is returned for a survey that stands as it is.
	ErrSurveyPublished = errors.New("consent: this survey is published already, word for word")
	// ErrNameless is returned for a receipt of a person who has given no name: a
	// consent names who gives it (94-V, art. 8 p. 4 pp. 2).
	ErrNameless = errors.New("consent: the person has given no name")
	// ErrGuardian is returned where a person is too young to consent alone, or their
	// age is not known, and no guardian confirmed.
	ErrGuardian = errors.New("consent: a guardian must confirm")
	// ErrNotWithdrawn is returned for a refusal to stop what nobody asked to be stopped.
	ErrNotWithdrawn = errors.New("consent: this was not withdrawn")
)
