package graph

import (
	"context"
	"strings"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/signin"
	"joo.kz/kelisim/internal/sms"
)

// RequestGuardianCode sends a guardian the code with which they confirm a
// consultation of the person signed in.
func (r *resolver) RequestGuardianCode(ctx context.Context, university string, phone applicant.PhoneNumber) (*GuardianChallenge, error) {
	op := operationOf(ctx)
	if !op.caller.Known() {
		return nil, &fault{code: Unauthenticated}
	}
	if !r.store.Catalogue.Universities.Has(university) {
		return nil, badInput("UNIVERSITY", "university")
	}
	to, err := mobile(phone)
	if err != nil {
		return nil, err
	}
	own, err := op.snapshot.HasPhone(ctx, op.caller.User, to)
	if err != nil {
		return nil, err
	}
	if own {
		return nil, badInput("OWN_NUMBER", "phone")
	}
	lang := languageAsked(ctx)
	name, err := r.nameOf(university, lang)
	if err != nil {
		return nil, err
	}
	sent, err := r.sendCode(ctx, to, guardianUse(ctx, university), func(code string) string {
		return sms.GuardianCode(lang, code, name)
	})
	return (*GuardianChallenge)(sent), err
}

// nameOf is a university's name in Kazakh, if it has one and that is the language, or
// else in Russian.
func (r *resolver) nameOf(university string, lang applicant.Language) (string, error) {
	named := r.store.Catalogue.Universities.Public(university)
	kk, err := named.NameKk()
	if err == nil && kk != nil && lang == applicant.LanguageKk {
		return *kk, nil
	}
	return named.NameRu()
}

// guardianUse is the use of a challenge with which a guardian confirms that the
// person signed in asks a university.
func guardianUse(ctx context.Context, university string) string {
	caller := operationOf(ctx).caller
	return strings.Join([]string{"guardian", caller.ID, caller.User, university}, " ")
}

// confirm uses up the code with which a guardian confirms a consultation, if one does.
func (r *resolver) confirm(ctx context.Context, in ConsultationInput) (*signin.Challenge, error) {
	if in.Guardian == nil {
		return nil, nil //nolint:nilnil // none does
	}
	sent, err := r.redeem(ctx, guardianUse(ctx, in.University), in.Guardian.Challenge, in.Guardian.Code)
	return &sent, badCode(err, "input", "guardian", "code")
}
