package graph

import (
	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/postgres"
)

// issuer writes and signs receipts.
type issuer struct {
	signer       consent.Signer
	operator     consent.Party
	universities *applicant.Section
}

// sign is the signed receipt of a consent that was just given or renewed.
func (i issuer) sign(g *postgres.Granted, name consent.Name) (string, error) {
	recipient, err := i.recipient(g.University)
	if err != nil {
		return "", err
	}
	return i.signer.Sign(&consent.Receipt{
		ConsentID: g.ID.String(),
		PersonID:  g.User.String(),
		FullName:  name,
		Operator:  i.operator,
		Recipient: recipient,
		Abroad:    g.Abroad,
		Uses:      consent.Uses(g.Basis, g.Covers, g.Rules),
		Basis:     g.Basis,
		Scopes:    g.Scopes,
		State:     g.State,
		At:        g.At,
		ExpiresAt: g.ExpiresAt,
		Notice:    g.Notice,
		Survey:    surveyNotice(g.Survey, g.Notice.Language),
		Withdraw:  i.withdrawal(g.Notice.Language),
		Channel:   string(g.Evidence.Channel) + " " + g.Evidence.Client,
		Evidence:  g.Evidence.Reference,
		Guardian:  g.Guardian,
	})
}

func (i issuer) recipient(university string) (consent.Party, error) {
	if university == "" {
		return consent.Party{}, nil
	}
	name, err := i.universities.Public(university).NameRu()
	return consent.Party{ID: university, Name: name}, err
}

// surveyNotice is a survey as its receipt names it, in a language; nil for none.
func surveyNotice(s *applicant.Survey, l applicant.Language) *consent.Survey {
	if s == nil {
		return nil
	}
	return &consent.Survey{
		ID: s.ID, Version: s.Version, SHA256: s.SHA256, Title: s.Title.In(l), Purpose: s.Purpose.In(l), Fields: s.Labels(l),
	}
}

// withdrawal says how to withdraw a consent (clause 5.1.3).
func (i issuer) withdrawal(l applicant.Language) string {
	switch l {
	case applicant.LanguageKk:
		return "JOO.kz қосымшасында немесе сайтында («Келісімдер»), не операторға хатпен: " + i.operator.Address
	case applicant.LanguageEn:
		return "In the JOO.kz app or site (Consents), or by letter to the operator: " + i.operator.Address
	default:
		return "В приложении или на сайте JOO.kz («Согласия») либо письмом оператору: " + i.operator.Address
	}
}
