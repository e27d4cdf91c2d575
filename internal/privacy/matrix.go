package privacy

import (
	"bufio"
	"io"
)

// WriteMatrix writes the rules in force as tab-separated values: categories
// down, each AUDIENCE:PURPOSE that any rule names across. F is full, M masked,
// "-" never; C is full where the person's consent to the university covers it,
// and D the same where one press of the button gives it.
func WriteMatrix(w io.Writer) error {
	b := bufio.NewWriter(w)
	decisions := ruled()
	_, _ = b.WriteString("category")
	for _, d := range decisions {
		_, _ = b.WriteString("\t" + d.audience.String() + ":" + d.purpose.String())
	}
	for _, c := range Categories() {
		_, _ = b.WriteString("\n" + c.String())
		for _, d := range decisions {
			_, _ = b.WriteString("\t" + Decide(d.audience, d.purpose).Rule(c).symbol())
		}
	}
	_, _ = b.WriteString("\n")
	return b.Flush()
}

type column struct {
	audience Audience
	purpose  Purpose
}

// ruled lists the audiences and purposes that some rule names.
func ruled() []column {
	var columns []column
	for _, a := range Audiences() {
		for _, p := range Purposes() {
			d := Decide(a, p)
			if d.always.any() || d.policy.any() || d.recorded.any() {
				columns = append(columns, column{a, p})
			}
		}
	}
	return columns
}

func (t treatments) any() bool { return t.full|t.masked != 0 }

func (r Rule) symbol() string {
	switch {
	case r.Basis == 0:
		return "-"
	case r.Treatment == Masked:
		return "M"
	case r.Basis == ConsultationConsent && r.ByDefault:
		return "D"
	case r.Basis == ConsultationConsent:
		return "C"
	default:
		return "F"
	}
}
