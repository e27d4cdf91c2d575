package consent_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

const name = "Үлгінова Әсел"

// consultation is a receipt of a consent to one university.
func consultation() *consent.Receipt {
	return &consent.Receipt{
		ConsentID: "7b0c8f52-0000-4000-8000-000000000001", PersonID: "7b0c8f52-0000-4000-8000-000000000002", FullName: consent.NameOf(name),
		Operator: consent.Party{
			ID: "000000000000", Name: "ТОО «JOO ANALYTICS»", Address: "Республика Казахстан, г. Алматы, ул. Хусаинова, 281", Email: "info@joo.kz",
		},
		Recipient: consent.Party{ID: "013", Name: "University 013"},
		Uses: []consent.Use{
			{Purpose: privacy.Consultation, Categories: privacy.SetOf(privacy.GivenName, privacy.Phone, privacy.EntResult)},
		},
		Basis: privacy.ConsultationConsent, Scopes: toUniversity,
		State: consent.Given, At: at(1), ExpiresAt: at(1).Add(consent.DefaultTerm(privacy.ConsultationConsent)),
		Notice: consent.Notice{
			Version: 1, Language: applicant.LanguageRu, URL: "https://app.joo.kz/static/privacy_policy_rus.pdf", SHA256: strings.Repeat("0a", 32),
		},
		Withdraw: "https://joo.kz/privacy", Channel: "app", Evidence: "sign-in/42", Guardian: "+77710000011",
	}
}

// policyAccepted is a receipt of a consent to the policy, for two purposes.
func policyAccepted() *consent.Receipt {
	r := consultation()
	r.Basis, r.Scopes, r.Recipient = privacy.PolicyConsent, consent.Asks(privacy.PolicyConsent, false), consent.Party{}
	r.Uses = []consent.Use{
		{Purpose: privacy.Access, Categories: privacy.SetOf(privacy.Phone, privacy.Email)},
		{Purpose: privacy.InputValidation, Categories: privacy.SetOf(privacy.IIN, privacy.BirthDate, privacy.Sex)},
	}
	return r
}

// abroad is a receipt of a consent to a university that keeps its data abroad.
func abroad() *consent.Receipt {
	r := consultation()
	r.Scopes, r.Abroad, r.State = consent.Asks(privacy.ConsultationConsent, true), "DE", consent.Renewed
	return r
}

// TestReceiptsLackNothing: what art. 8 p. 4 asks for is there, or none is signed.
func TestReceiptsLackNothing(t *testing.T) {
	for part, without := range map[string]func(r *consent.Receipt){
		"ids":             func(r *consent.Receipt) { r.ConsentID = "" },
		"ids ":            func(r *consent.Receipt) { r.PersonID = "" },
		"full name":       func(r *consent.Receipt) { r.FullName = nil },
		"full name  ":     func(r *consent.Receipt) { r.FullName = consent.NameOf("") },
		"full name ":      func(r *consent.Receipt) { r.FullName = consent.NameOf("\xff") },
		"operator":        func(r *consent.Receipt) { r.Operator.ID = "" },
		"operator ":       func(r *consent.Receipt) { r.Operator.Name = "" },
		"operator  ":      func(r *consent.Receipt) { r.Operator.Address = "" },
		"recipient":       func(r *consent.Receipt) { r.Recipient = consent.Party{} },
		"recipient ":      func(r *consent.Receipt) { r.Scopes &^= consent.ThirdParties },
		"recipient  ":     func(r *consent.Receipt) { r.Recipient.Name = "" },
		"recipient   ":    func(r *consent.Receipt) { r.Abroad = "DE" },
		"recipient    ":   func(r *consent.Receipt) { r.Scopes |= consent.CrossBorder },
		"uses":            func(r *consent.Receipt) { r.Uses = nil },
		"uses ":           func(r *consent.Receipt) { r.Uses[0].Categories = 0 },
		"uses  ":          func(r *consent.Receipt) { r.Uses[0].Categories = privacy.SetOf(privacy.IIN) },
		"uses   ":         func(r *consent.Receipt) { r.Uses[0].Purpose = 0 },
		"basis":           func(r *consent.Receipt) { r.Basis = privacy.Law },
		"scopes":          func(r *consent.Receipt) { r.Scopes, r.Recipient = 0, consent.Party{} },
		"scopes ":         func(r *consent.Receipt) { r.Scopes |= 1 << 7 },
		"event":           func(r *consent.Receipt) { r.State = consent.Withdrawn },
		"event ":          func(r *consent.Receipt) { *r = withoutTime(*r) },
		"term":            func(r *consent.Receipt) { r.ExpiresAt = r.At },
		"notice":          func(r *consent.Receipt) { r.Notice.Version = 0 },
		"notice ":         func(r *consent.Receipt) { r.Notice.Language = "DE" },
		"notice  ":        func(r *consent.Receipt) { r.Notice.URL = "" },
		"notice   ":       func(r *consent.Receipt) { r.Notice.SHA256 = "" },
		"way to withdraw": func(r *consent.Receipt) { r.Withdraw = "" },
		"evidence":        func(r *consent.Receipt) { r.Evidence = "" },
		"evidence ":       func(r *consent.Receipt) { r.Channel = "" },
	} {
		r := consultation()
		without(r)
		_, err := signer().Sign(r)
		if !errors.Is(err, consent.ErrReceipt) || err.Error() != consent.ErrReceipt.Error()+": "+strings.TrimSpace(part) {
			t.Errorf("without %s: %v", part, err)
		}
	}
}

func withoutTime(r consent.Receipt) consent.Receipt {
	r.At = consent.Event{}.At
	return r
}

// TestReceiptsShowNothing, printed, logged or marshalled, by value or by pointer,
// alone or within something else.
func TestReceiptsShowNothing(t *testing.T) {
	r := consultation()
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("receipt", "pointer", r, "value", *r, "within", struct{ R *consent.Receipt }{r})
	}
	shown := []string{log.String(), r.String(), r.GoString(), r.LogValue().String()}
	for _, v := range []any{r, *r, []*consent.Receipt{r}, struct{ R consent.Receipt }{*r}, map[string]any{"r": *r}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			shown = append(shown, fmt.Sprintf(verb, v))
		}
		inJSON, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, string(inJSON))
	}
	if r.LogValue().String() != r.String() {
		t.Error("logged as something else")
	}
	for _, s := range shown {
		for _, personal := range []string{name, "Әсел", r.PersonID, fmt.Sprintf("%x", name), r.Evidence} {
			if strings.Contains(s, personal) {
				t.Errorf("%s shows %s", s, personal)
			}
		}
	}
}

// TestReceiptsNeverShowTheName, not even where printing passes by their methods.
func TestReceiptsNeverShowTheName(t *testing.T) {
	r := consultation()
	misplaced := "%w" // go vet would see it
	for _, v := range []any{r, *r, r.FullName, struct{ r *consent.Receipt }{r}, struct{ r consent.Receipt }{*r}} {
		for _, verb := range []string{misplaced, "%v", "%+v", "%#v", "%s"} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, "Әсел") {
				t.Errorf("%s shows the name", verb)
			}
		}
	}
}
