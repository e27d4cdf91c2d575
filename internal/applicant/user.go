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
	Consents          []*Consent // for the person alone
}

// EntResult is the result of one sitting of the ENT.
type EntResult struct {
	*privacy.Record

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

	Year    *privacy.Sealed[int32]
	Status  *privacy.Sealed[GrantStatus]
	Award   *GrantAward
	Choices []*GrantChoice
	Quotas  *privacy.Sealed[GrantQuotas]
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
