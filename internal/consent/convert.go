package consent

import (
	"fmt"
	"strings"
	"time"

	"joo.kz/kelisim/internal/applicant"
	"joo.kz/kelisim/internal/privacy"
)

// record is the receipt as a record.
func (r *Receipt) record() record {
	return record{
		SchemaVersion: schemaVersion, RecordID: r.ConsentID, PIIPrincipalID: r.PersonID,
		PIIProcessing: processing{
			PrivacyNotice: r.Notice.URL, NoticeVersion: r.Notice.Version, NoticeSHA256: r.Notice.SHA256,
			Language: strings.ToLower(string(r.Notice.Language)),
			Scopes:   statementsOf(r.Scopes),
			Purposes: r.purposes(),
			Survey:   (*survey)(r.Survey),
		},
		Parties: r.parties(),
		Events: []event{{
			Time: r.At.UTC(), Until: r.ExpiresAt.UTC(),
			Validity: fmt.Sprintf("PT%dS", r.ExpiresAt.Sub(r.At)/time.Second),
			EntityID: r.PersonID, Type: explicit, State: r.State.String(), Channel: r.Channel, Evidence: r.Evidence,
			Guardian: r.Guardian,
		}},
	}
}

func (r *Receipt) parties() []party {
	parties := []party{
		r.Operator.as(roleController),
		{ID: r.PersonID, Role: rolePrincipal, Name: r.FullName()},
	}
	if r.Recipient.ID != "" {
		parties = append(parties, r.Recipient.as(roleThirdParty))
	}
	return parties
}

func (p Party) as(role string) party {
	return party{ID: p.ID, Role: role, Name: p.Name, Address: p.Address, Email: p.Email}
}

func (r *Receipt) purposes() []purpose {
	stored, recipients := []string{country}, []string{}
	if r.Abroad != "" {
		stored = append(stored, r.Abroad)
	}
	if r.Recipient.ID != "" {
		recipients = append(recipients, r.Recipient.ID)
	}
	var purposes []purpose
	for _, u := range r.Uses {
		purposes = append(purposes, purpose{
			Purpose: u.Purpose.String(), LawfulBasis: r.Basis.String(), PIIInformation: piiOf(u.Categories),
			PIIControllers: []string{r.Operator.ID}, StorageLocations: stored, Jurisdiction: country,
			ThirdParties: recipients, WithdrawalMethod: r.Withdraw,
		})
	}
	return purposes
}

func piiOf(s privacy.Set) []piiInformation {
	var pii []piiInformation
	for _, c := range s.Categories() {
		pii = append(pii, piiInformation{c.String()})
	}
	return pii
}

func statementsOf(s Scopes) statements {
	return statements{
		Collection: s.Covers(Collection), Processing: s.Covers(Processing), Publication: s.Covers(Publication),
		ThirdParties: s.Covers(ThirdParties), CrossBorder: s.Covers(CrossBorder),
	}
}

// receipt reads a record. What it cannot read it leaves out, so that the result
// makes another record.
func (rec record) receipt() *Receipt {
	r := &Receipt{
		ConsentID: rec.RecordID, PersonID: rec.PIIPrincipalID, FullName: NameOf(rec.party(rolePrincipal).Name),
		Operator: rec.party(roleController), Recipient: rec.party(roleThirdParty),
		Scopes: rec.PIIProcessing.Scopes.scopes(),
		Notice: rec.PIIProcessing.notice(),
		Survey: (*Survey)(rec.PIIProcessing.Survey),
	}
	for _, p := range rec.PIIProcessing.Purposes {
		r.read(p)
	}
	for _, e := range rec.Events {
		r.State, _ = ParseState(e.State)
		r.At, r.ExpiresAt, r.Channel, r.Evidence = e.Time, e.Until, e.Channel, e.Evidence
		r.Guardian = e.Guardian
	}
	return r
}

func (rec record) party(role string) Party {
	for _, p := range rec.Parties {
		if p.Role == role {
			return Party{ID: p.ID, Name: p.Name, Address: p.Address, Email: p.Email}
		}
	}
	return Party{}
}

func (p processing) notice() Notice {
	return Notice{
		Version: p.NoticeVersion, URL: p.PrivacyNotice, SHA256: p.NoticeSHA256,
		Language: applicant.Language(strings.ToUpper(p.Language)),
	}
}

func (s statements) scopes() Scopes {
	var all Scopes
	for i, yes := range []bool{s.Collection, s.Processing, s.Publication, s.ThirdParties, s.CrossBorder} {
		if yes {
			all |= 1 << i
		}
	}
	return all
}

func (r *Receipt) read(p purpose) {
	var u Use
	_ = u.Purpose.UnmarshalGQL(p.Purpose)
	_ = r.Basis.UnmarshalGQL(p.LawfulBasis)
	for _, pii := range p.PIIInformation {
		var c privacy.Category
		_ = c.UnmarshalGQL(pii.PIIType)
		u.Categories |= privacy.SetOf(c)
	}
	r.Uses = append(r.Uses, u)
	r.Withdraw = p.WithdrawalMethod
	for _, stored := range p.StorageLocations {
		if stored != country {
			r.Abroad = stored
		}
	}
}
