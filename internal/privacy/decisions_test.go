package privacy_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"joo.kz/kelisim/internal/privacy"
)

// TestDecisionsAreThoseOfThePolicy walks every reader, category and state of a
// record, and asks the policy each time.
func TestDecisionsAreThoseOfThePolicy(t *testing.T) {
	p := readPolicy(t)
	var walked atomic.Int64
	t.Run("audiences", func(t *testing.T) {
		for _, a := range audiences() {
			t.Run("audience "+a.name, func(t *testing.T) {
				t.Parallel()
				for _, purpose := range purposes() {
					for _, c := range categories() {
						walked.Add(walkRecords(t, p, a, purpose, c))
					}
				}
			})
		}
	})
	const (
		readers    = (5 + 3) * (9 + 3) // audiences and purposes, and three unknown of each
		categories = 21 + 3
		records    = 5 * 8 * 5 * 2 * (6 + 7 - 1) // policy, basis, state, restricted or not; scope or versions
	)
	if want := int64(readers * categories * records); walked.Load() != want {
		t.Errorf("walked %d combinations, want %d", walked.Load(), want)
	}
}

// walkRecords walks the states of a record for one reader and category, and
// counts them.
func walkRecords(t *testing.T, p policy, a named[privacy.Audience], purpose named[privacy.Purpose], c named[privacy.Category]) (walked int64) {
	t.Helper()
	decision := privacy.Decide(a.value, purpose.value)
	scopes, versions := p.scopes(c.name), p.versions(c.name)
	s := situation{audience: a.name, purpose: purpose.name, category: c.name}
	checkRule(t, p, s, decision.Rule(c.value), decision.Verdict(c.value))
	for _, policyState := range states() {
		for _, basis := range bases() {
			for _, state := range states() {
				for i, scope := range scopes {
					under := versions[:1] // which allows all
					if i == 0 {           // which covers all
						under = versions
					}
					for _, restricted := range []bool{false, true} {
						s.policy, s.basis, s.state, s.covers, s.restricted = policyState.name, basis.name, state.name, scope.words, restricted
						standing := privacy.Standing{
							Policy: policyState.value, Basis: basis.value, State: state.value, Covers: scope.set, Restricted: restricted,
						}
						walked += walkVersions(t, p, s, c.value, decision, standing, under)
					}
				}
			}
		}
	}
	return walked
}

// walkVersions walks the versions of the policy under which a record's consents
// were given.
func walkVersions(t *testing.T, p policy, s situation, c privacy.Category, d privacy.Decision, r privacy.Standing, versions [][2]version) int64 {
	t.Helper()
	for _, v := range versions {
		s.accepted, s.allows = v[0].words, v[1].words
		r.Accepted, r.Allows = v[0].allowed, v[1].allowed
		checkRecord(t, p, s, c, d.Record(r))
		checkUnder(t, p, s, c, d, r.Accepted)
	}
	return int64(len(versions))
}

// checkUnder: what a plan is told of a version accepted is what the record of who
// accepted it opens.
func checkUnder(t *testing.T, p policy, s situation, c privacy.Category, d privacy.Decision, accepted privacy.Allowed) {
	t.Helper()
	if basisFor(s) != "POLICY_CONSENT" || p.letter(s) == "-" || s.policy != "VALID" {
		return
	}
	got, want := d.Under(accepted, c), p.answer(s).treatment
	if got == (privacy.Rule{}) && want != "" || got != (privacy.Rule{}) && got.Treatment.String() != want {
		t.Fatalf("%+v: planned as %s, want %q", s, got.Treatment, want)
	}
	if want != p.treatment(p.letter(s)) && !d.Narrows(accepted) {
		t.Fatalf("%+v: narrowed to %q, and no narrowing is told", s, want)
	}
}

// checkRule holds what is decided before any record is known against the policy.
func checkRule(t *testing.T, p policy, s situation, rule privacy.Rule, verdict privacy.Verdict) {
	t.Helper()
	if want := p.answer(s).verdict; verdict.String() != want || rule.Verdict() != verdict {
		t.Errorf("%s:%s %s: %s, want %s", s.audience, s.purpose, s.category, verdict, want)
	}
	letter := p.letter(s)
	if letter == "-" {
		if rule != (privacy.Rule{}) {
			t.Errorf("%s:%s %s: a rule, want none", s.audience, s.purpose, s.category)
		}
		return
	}
	if rule.Basis.String() != basisFor(s) || rule.Treatment.String() != p.treatment(letter) || rule.Clause == "" {
		t.Errorf("%s:%s %s: %s on %s by clause %q, want %s on %s", s.audience, s.purpose, s.category,
			rule.Treatment, rule.Basis, rule.Clause, p.treatment(letter), basisFor(s))
	}
	if rule.ByDefault != (letter == "D") {
		t.Errorf("%s:%s %s: given by default: %t", s.audience, s.purpose, s.category, rule.ByDefault)
	}
}

// checkRecord holds what is decided of one record against the policy. The first
// that differs is enough: the others of its kind are thousands.
func checkRecord(t *testing.T, p policy, s situation, c privacy.Category, r *privacy.Record) {
	t.Helper()
	want := p.answer(s)
	treatment, shown := r.Treatment(c)
	got := ""
	if shown {
		got = treatment.String()
	}
	if got != want.treatment || r.Readable().Has(c) != (want.treatment != "") || !shown && treatment != 0 {
		t.Fatalf("%+v: shown %q, want %q", s, got, want.treatment)
	}
	if want.reason != "" && r.Reason().String() != want.reason {
		t.Fatalf("%+v: withheld as %s, want %s", s, r.Reason(), want.reason)
	}
	checkDiscretion(t, s, r.Reason())
}

// checkDiscretion: what became of a consent is for the person alone to learn.
func checkDiscretion(t *testing.T, s situation, r privacy.Reason) {
	t.Helper()
	ofConsent := r == privacy.ConsentMissing || r == privacy.ConsentWithdrawn || r == privacy.ConsentExpired
	if ofConsent && s.audience != "APP" && s.audience != "SITE" {
		t.Fatalf("%+v: learns %s", s, r)
	}
	if r == privacy.Restricted && !s.restricted {
		t.Fatalf("%+v: learns %s of one who is not", s, r)
	}
}

// TestUniversityCannotTellWithdrawnFromNeverGiven compares whole records.
func TestUniversityCannotTellWithdrawnFromNeverGiven(t *testing.T) {
	d := privacy.Decide(privacy.University, privacy.Consultation)
	everything := privacy.SetOf(privacy.Categories()...)
	never := d.Record(privacy.Standing{})
	for _, state := range []privacy.State{privacy.Withdrawn, privacy.Expired} {
		ended := d.Record(privacy.Standing{Policy: privacy.Valid, Basis: privacy.ConsultationConsent, State: state, Covers: everything, Allows: privacy.AllAllowed()})
		if *ended != *never {
			t.Errorf("state %d: %+v, want %+v", state, *ended, *never)
		}
	}
}

// TestNilRecordOpensNothing: default deny for an object that no record came with.
func TestNilRecordOpensNothing(t *testing.T) {
	var r *privacy.Record
	for _, c := range categories() {
		if treatment, ok := r.Treatment(c.value); ok || treatment != 0 {
			t.Errorf("%s: %s", c.name, treatment)
		}
	}
	if r.Readable() != 0 || r.Reason() != privacy.NoReason || r.PrivacyRecord() != nil {
		t.Errorf("readable %s, reason %s", r.Readable(), r.Reason())
	}
}

// TestZeroDecisionOpensNothing: nor a decision that nobody made.
func TestZeroDecisionOpensNothing(t *testing.T) {
	everything := privacy.SetOf(privacy.Categories()...)
	for _, b := range bases() {
		r := privacy.Decision{}.Record(privacy.Standing{Policy: privacy.Valid, Basis: b.value, State: privacy.Valid, Covers: everything, Accepted: privacy.AllAllowed(), Allows: privacy.AllAllowed()})
		if r.Readable() != 0 {
			t.Errorf("%s: %s", b.name, r.Readable())
		}
	}
	for _, c := range categories() {
		if v := (privacy.Decision{}).Verdict(c.value); v != privacy.Never {
			t.Errorf("%s: %s", c.name, v)
		}
	}
}

// TestRulesFileIsWhole: the lawyer's file speaks of every category, and only in
// words and letters that mean something.
func TestRulesFileIsWhole(t *testing.T) {
	p := readPolicy(t)
	if len(p.letters) != 15 {
		t.Errorf("%d columns, want 15", len(p.letters))
	}
	for column, letters := range p.letters {
		if len(letters) != 21 {
			t.Errorf("%s: %d categories, want 21", column, len(letters))
		}
		for _, c := range knownCategories() {
			checkLetter(t, column, c.name, letters[c.name])
		}
	}
}

func checkLetter(t *testing.T, column, category, letter string) {
	t.Helper()
	university := column == "UNIVERSITY:CONSULTATION"
	switch letter {
	case "-":
	case "F", "M":
		if university {
			t.Errorf("%s %s: %s without the person's choice", column, category, letter)
		}
	case "C", "D":
		if !university {
			t.Errorf("%s %s: %s is for universities", column, category, letter)
		}
	default:
		t.Errorf("%s %s: %q", column, category, letter)
	}
}

// TestRulesRespectImplications: nothing is shown in full where what it exactly
// reveals is never shown, or masked.
func TestRulesRespectImplications(t *testing.T) {
	p := readPolicy(t)
	for column, letters := range p.letters {
		for category, letter := range letters {
			if letter == "-" || letter == "M" {
				continue
			}
			for _, revealed := range p.reveals(category) {
				if l := letters[revealed]; l == "-" || l == "M" {
					t.Errorf("%s: %s is %s, yet %s, which it reveals, is %s", column, category, letter, revealed, l)
				}
			}
		}
	}
}

// TestImpliedIsThatOfTheFile: however indirectly.
func TestImpliedIsThatOfTheFile(t *testing.T) {
	p := readPolicy(t)
	for _, c := range categories() {
		want := scopeOf(func(name string) bool { return slices.Contains(p.reveals(c.name), name) }).set
		if got := c.value.Implied(); got != want {
			t.Errorf("%s: implies %s, want %s", c.name, got, want)
		}
	}
}
