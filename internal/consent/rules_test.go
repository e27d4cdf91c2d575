package consent_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"joo.kz/kelisim/internal/consent"
	"joo.kz/kelisim/internal/privacy"
)

// TestRulesAreWrittenAsTheMatrix, byte for byte, and read back as they are.
func TestRulesAreWrittenAsTheMatrix(t *testing.T) {
	var matrix bytes.Buffer
	if err := privacy.WriteMatrix(&matrix); err != nil {
		t.Fatal(err)
	}
	inForce := consent.RulesInForce()
	if diff := cmp.Diff(matrix.String(), inForce.String()); diff != "" {
		t.Errorf("(-matrix +rules)\n%s", diff)
	}
	read, err := consent.ParseRules(matrix.String())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inForce, read); diff != "" {
		t.Errorf("(-in force +read)\n%s", diff)
	}
}

// TestAllowsIsWhatIsDecided, for the rules in force, for every reader and purpose.
func TestAllowsIsWhatIsDecided(t *testing.T) {
	inForce := consent.RulesInForce()
	for _, a := range privacy.Audiences() {
		for _, p := range privacy.Purposes() {
			d := privacy.Decide(a, p)
			var full, masked privacy.Set
			for _, c := range privacy.Categories() {
				switch d.Rule(c).Treatment {
				case privacy.Full:
					full |= privacy.SetOf(c)
				case privacy.Masked:
					masked |= privacy.SetOf(c)
				}
			}
			if gotFull, gotMasked := inForce.Allows(a, p); gotFull != full || gotMasked != masked {
				t.Errorf("%s:%s allows %s and masked %s; want %s and %s", a, p, gotFull, gotMasked, full, masked)
			}
		}
	}
	if full, masked := inForce.Allows(0, 99); full != 0 || masked != 0 {
		t.Error("an unknown reader is allowed something")
	}
}

// TestParseRulesReadsCells, and writes them as they were.
func TestParseRulesReadsCells(t *testing.T) {
	for cell, want := range map[string]consent.RuleLine{
		"C": {Treatment: privacy.Full, Basis: privacy.ConsultationConsent},
		"D": {Treatment: privacy.Full, Basis: privacy.ConsultationConsent, ByDefault: true},
		"M": {Treatment: privacy.Masked, Basis: privacy.ConsultationConsent}, "MD": {Treatment: privacy.Masked, Basis: privacy.ConsultationConsent, ByDefault: true},
		"F=LAW":            {Treatment: privacy.Full, Basis: privacy.Law},
		"M=POLICY_CONSENT": {Treatment: privacy.Masked, Basis: privacy.PolicyConsent},
	} {
		want.Audience, want.Purpose, want.Category = privacy.University, privacy.Consultation, privacy.Phone
		got, err := consent.ParseRules("category\tUNIVERSITY:CONSULTATION\nPHONE\t" + cell + "\n")
		if err != nil || !slices.Equal(got, consent.Rules{want}) {
			t.Errorf("%s: %+v (%v)", cell, got, err)
		} else if !strings.Contains(got.String(), "\nPHONE\t"+cell+"\n") {
			t.Errorf("%s is written as\n%s", cell, got)
		}
	}
}

// TestParseRulesSkipsUnknownYet: a version older than a category, or than a
// purpose, does not open it.
func TestParseRulesSkipsUnknownYet(t *testing.T) {
	got, err := consent.ParseRules("category\tAPP:SERVICE\nPHONE\tF\nEMAIL\t-\n")
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v (%v)", got, err)
	}
	if full, masked := got.Allows(privacy.App, privacy.Service); full != privacy.SetOf(privacy.Phone) || masked != 0 {
		t.Errorf("%s and masked %s", full, masked)
	}
}

func TestParseRulesRefuses(t *testing.T) {
	for name, tsv := range map[string]string{
		"nothing":             "",
		"another head":        "kind\tAPP:SERVICE\n",
		"an unknown audience": "category\tBANK:SERVICE\n",
		"an unknown purpose":  "category\tAPP:MARKETING\n",
		"an unknown category": "category\tAPP:SERVICE\nSHOE_SIZE\tF\n",
		"a missing cell":      "category\tAPP:SERVICE\nPHONE\n",
		"a cell too many":     "category\tAPP:SERVICE\nPHONE\tF\tF\n",
		"a row twice":         "category\tAPP:SERVICE\nPHONE\t-\nPHONE\tF\n",
		"a column twice":      "category\tAPP:SERVICE\tAPP:SERVICE\nPHONE\tF\t-\n",
		"an unknown cell":     "category\tAPP:SERVICE\nPHONE\tX\n",
		"an empty cell":       "category\tAPP:SERVICE\nPHONE\t\n",
		"two letters":         "category\tAPP:SERVICE\nPHONE\tFD\n",
		"an unknown basis":    "category\tAPP:SERVICE\nPHONE\tF=WHIM\n",
		"no basis":            "category\tAPP:SERVICE\nPHONE\tF=\n",
		"never, on a basis":   "category\tAPP:SERVICE\nPHONE\t-=LAW\n",
		"a usual basis named": "category\tAPP:SERVICE\nPHONE\tF=POLICY_CONSENT\n",
		"another's letter":    "category\tUNIVERSITY:CONSULTATION\nPHONE\tF\n",
		"a blank line":        "category\tAPP:SERVICE\n\nPHONE\tF\n",
	} {
		if got, err := consent.ParseRules(tsv); !errors.Is(err, consent.ErrRules) || got != nil {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
}

// rulesFrom makes rules of numbers, three a line: place, category, and how.
func rulesFrom(numbers []byte) consent.Rules {
	var r consent.Rules
	for ; len(numbers) >= 3; numbers = numbers[3:] {
		place, category, how := numbers[0], numbers[1], numbers[2]
		l := consent.RuleLine{
			Audience: privacy.Audience(1 + place%5), Purpose: privacy.Purpose(1 + place/5%9),
			Category: privacy.Category(1 + category%21), Treatment: privacy.Treatment(1 + how%2),
			Basis: privacy.Basis(1 + how/2%6), ByDefault: how/12%2 == 1,
		}
		if !slices.ContainsFunc(r, func(other consent.RuleLine) bool { return sameCell(l, other) }) {
			r = append(r, l)
		}
	}
	slices.SortFunc(r, func(a, b consent.RuleLine) int {
		return slices.Compare([]int{int(a.Audience), int(a.Purpose), int(a.Category)}, []int{int(b.Audience), int(b.Purpose), int(b.Category)})
	})
	return r
}

func sameCell(a, b consent.RuleLine) bool {
	return a.Audience == b.Audience && a.Purpose == b.Purpose && a.Category == b.Category
}

// FuzzRulesAreReadAsWritten, whatever they are; and what they allow in full is
// closed under implication.
func FuzzRulesAreReadAsWritten(f *testing.F) {
	for how := range byte(24) {
		f.Add([]byte{2, 6, how, 0, 3, how, 9, 20, how + 1})
	}
	f.Fuzz(func(t *testing.T, numbers []byte) {
		r := rulesFrom(numbers)
		read, err := consent.ParseRules(r.String())
		if err != nil || !slices.Equal(read, r) {
			t.Errorf("read as\n%s(%v)\nwritten as\n%s", read, err, r)
		}
		for _, l := range r {
			full, masked := r.Allows(l.Audience, l.Purpose)
			if full != full.Closed() || full&masked != 0 {
				t.Errorf("%s:%s allows %s and masked %s", l.Audience, l.Purpose, full, masked)
			}
		}
	})
}

// FuzzParseRulesReadsOneSpelling: what it reads is written in the same cells.
func FuzzParseRulesReadsOneSpelling(f *testing.F) {
	f.Add(consent.RulesInForce().String())
	f.Add("category\tAPP:SERVICE\nPHONE\tF=LAW\n")
	f.Fuzz(func(t *testing.T, tsv string) {
		r, err := consent.ParseRules(tsv)
		if err != nil {
			return
		}
		again, err := consent.ParseRules(r.String())
		if err != nil || !slices.Equal(again, r) {
			t.Errorf("%q is read as\n%s and then as\n%s(%v)", tsv, r, again, err)
		}
	})
}

func BenchmarkAllows(b *testing.B) {
	inForce := consent.RulesInForce()
	b.ReportAllocs()
	for b.Loop() {
		inForce.Allows(privacy.University, privacy.Consultation)
	}
}
