package consent

import (
	"strings"

	"joo.kz/kelisim/internal/privacy"
)

// cell writes a line as its cell in the table of rules.
func (l RuleLine) cell() string {
	switch l.Basis {
	case 0:
		return "-"
	case l.usualBasis():
		return l.symbol()
	default:
		return l.symbol() + "=" + l.Basis.String()
	}
}

func (l RuleLine) symbol() string {
	switch {
	case l.Treatment == privacy.Masked && l.ByDefault:
		return "MD"
	case l.Treatment == privacy.Masked:
		return "M"
	case l.ByDefault:
		return "D"
	case l.Basis == privacy.ConsultationConsent:
		return "C"
	default:
		return "F"
	}
}

// parseCell reads the cell of a line's place; each rule has one spelling.
func (l *RuleLine) parseCell(cell string) error {
	symbol, basis, named := strings.Cut(cell, "=")
	if symbol != "-" {
		l.Basis = l.usualBasis()
		l.Treatment = privacy.Full
	}
	if strings.HasPrefix(symbol, "M") {
		l.Treatment = privacy.Masked
	}
	l.ByDefault = strings.HasSuffix(symbol, "D")
	if named && l.Basis.UnmarshalGQL(basis) != nil || l.cell() != cell {
		return ErrRules
	}
	return nil
}

// usualBasis is the basis of a place in the table that does not name one.
func (l RuleLine) usualBasis() privacy.Basis {
	switch {
	case l.Audience == privacy.University:
		return privacy.ConsultationConsent
	case l.Audience == privacy.StateBody:
		return privacy.DisclosureOrder
	case l.Audience == privacy.Operator:
		return privacy.RightsRequest
	case l.Purpose == privacy.SubjectAccess:
		return privacy.Law
	case l.Category == privacy.Survey:
		return privacy.SurveyConsent
	default:
		return privacy.PolicyConsent
	}
}
