package applicant

import "joo.kz/kelisim/internal/privacy"

// User is an applicant as one reader may see them.
type User struct {
	*privacy.Record

	FamilyName        *privacy.Sealed[string]
	GivenName         *privacy.Sealed[string]
	Patronymic        *privacy.Sealed[string]
	IIN               *privacy.Sealed[string]
	BirthDate         *privacy.Sealed[Date]
	Sex               *privacy.Sealed[Sex]
	Phone             *privacy.Sealed[string]
	Email             *privacy.Sealed[string]
	ProfileSubjects   *privacy.Sealed[Subjects]
	Region            *Reference
	Address           *privacy.Sealed[string]
	EntResults        []*EntResult
	GrantApplications []*GrantApplication
	SurveyAnswers     []*SurveyAnswer
	Consents          []*Consent // for the person alone
	Sources           []*ValueSource
}

// EntResult is the result of one sitting of the ENT.
type EntResult struct {
	*privacy.Record

	ID         *string   // nil for others than the person
	Source     *Source   // likewise, and where it is not known
	RecordedAt *DateTime // likewise
	Year       *privacy.Sealed[int32]
	Session    *privacy.Sealed[EntSession]
	Total      *privacy.Sealed[int32]
	Scores     []*SubjectScore
	Language   *privacy.Sealed[EntLanguage]
	TestDate   *privacy.Sealed[Date]
	Place      *privacy.Sealed[string]
	TesteeCode *privacy.Sealed[string]
}

// SubjectScore is the score in one subject of a sitting.
type SubjectScore struct {
	*privacy.Record

	Subject *privacy.Sealed[Subject]
	Score   *privacy.Sealed[int32]
}

// GrantApplication is one application for a state educational grant.
type GrantApplication struct {
	*privacy.Record

	Year       *privacy.Sealed[int32]
	Status     *privacy.Sealed[GrantStatus]
	Award      *GrantAward
	Choices    []*GrantChoice
	Quotas     *privacy.Sealed[GrantQuotas]
	History    []*GrantStatusChange
	Source     *Source   // nil for others than the person, and where it is not known
	RecordedAt *DateTime // likewise
}

// GrantChoice is one of at most four choices of an application.
type GrantChoice struct {
	*privacy.Record

	Priority   *privacy.Sealed[int32]
	Programme  *Reference
	University *Reference
}

// GrantAward is the grant that an application won.
type GrantAward struct {
	*privacy.Record

	Programme  *Reference
	University *Reference
	Priority   *privacy.Sealed[int32]
	Quota      *privacy.Sealed[GrantQuota]
}

// GrantStatusChange is a submission, or a change of the status, of an application.
type GrantStatusChange struct {
	*privacy.Record

	Status *privacy.Sealed[GrantStatus]
	At     *privacy.Sealed[DateTime]
}

// GrantApplicationDraft is what an application is filled with.
type GrantApplicationDraft struct {
	*privacy.Record

	Applicant *User
	Result    *EntResult // nil where no result counts
	Options   []*GrantOption
}

// GrantOption is a programme that the person may choose.
type GrantOption struct {
	*privacy.Record

	Programme *Reference
}

// ValueSource tells whence and when a value of a profile came.
type ValueSource struct {
	*privacy.Record

	Field  string // of User, such as givenName
	Source Source
	At     DateTime
}
